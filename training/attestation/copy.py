"""The signer's own copy of the pledge (誓約書の写し), from the records alone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from training.attestation.drawing import PledgeCopy, SignedModule, draw_pledge
from training.attestation.models import Attestation
from training.attestation.queries import disclosed, paper_of
from training.conf import conf
from training.errors import Invalid, NotReady
from training.typesetting.archive import archive
from training.typesetting.fonts import load
from training.typesetting.glyphs import NoGlyph, named


def pledge_pdf(
    attestation: Attestation, *, person: Mapping[str, str] | None = None, annulled_at: datetime | None = None
) -> bytes:
    """Draw the signed pledge in its own language, as PDF/A-3b.

    ``person`` is what ``disclosed`` gives, where that is known already: who
    draws very many asks once for all. With ``annulled_at`` the copy bears the
    stamp 無効. Raises ``NotReady`` where the personal
    values were erased, ``Invalid`` naming the characters where the font lacks some.
    """
    if person is None:
        person = disclosed(attestation)
    if "name" not in person:
        raise NotReady(_("The personal values of this signature were erased; no copy can be drawn."))
    signed = attestation.signed
    language = signed["statement"]["language"]
    with translation.override(language):
        method = str(attestation.get_method_display())
    sheet = paper_of(attestation)
    copy = PledgeCopy(
        title=signed["statement"]["title"],
        words=signed["statement"]["words"],
        statement_number=signed["statement"]["number"],
        campaign=signed["campaign"]["title"],
        policy_title=signed["policy"]["title"],
        policy_number=signed["policy"]["revision"],
        policy_enacted_on=date.fromisoformat(signed["policy"]["enacted_on"]),
        policy_digest=signed["policy"]["digest"],
        modules=tuple(
            SignedModule(title=m["title"], number=m["version"], digest=m["digest"]) for m in signed["modules"]
        ),
        name=person["name"],
        typed_name=person["typed_name"],
        staff_number=person["number"],
        department=person["department"],
        signed_at=attestation.at.astimezone(conf.time_zone),
        method=method,
        digest=attestation.digest,
        entry=str(attestation.entry_id),
        company=conf.company_name,
        annulled_at=annulled_at.astimezone(conf.time_zone) if annulled_at else None,
        paper_on=sheet.held_on if sheet else None,
        specimen=conf.specimen,
        language=language,
    )
    try:
        return archive(draw_pledge(copy, fonts=load(conf.fonts)))
    except NoGlyph as reason:
        raise Invalid(
            _("The document's font lacks: %(characters)s.") % {"characters": named(reason.characters)}
        ) from reason
