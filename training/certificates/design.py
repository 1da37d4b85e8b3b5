"""Decide how certificates look from now on; every change is recorded."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.certificates.drawing import TooLong
from training.certificates.look import JAPANESE, PLAIN, WESTERN, Look
from training.certificates.models import Design
from training.certificates.specimen import draw_longest
from training.certificates.wording import WORDINGS, unknown_names
from training.conf import conf
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.roles import Role, has_role
from training.typesetting.fonts import load
from training.typesetting.glyphs import missing, named
from training.typesetting.picture import NoPicture, cleaned

JAPANESE_LANGUAGE = "ja"
LARGEST_SEAL = 1_000_000  # bytes as uploaded
OVERTAKEN = _("Somebody else has changed this design meanwhile. Load the page again to see it; nothing was saved.")
LONGEST = {"title": 40, "sentence": 400, "officer_title": 100, "officer_name": 100}


class BadDesign(Invalid):
    """A design that cannot be; ``field`` is the field of the look that is the reason."""

    def __init__(self, field: str, message: str | Promise) -> None:
        super().__init__(message)
        self.field = field


def design_for(language: str) -> Look:
    """The look that certificates in this language have from now on. One query."""
    row = Design.objects.filter(language=language).first()
    return _look(row) if row is not None else PLAIN


def borrowed_signatory(language: str) -> list[str]:
    """Which words of the settings, which are Japanese, certificates in another language print for the signatory.

    Empty where the design says its own, and for Japanese. One query.
    """
    if language == JAPANESE_LANGUAGE:
        return []
    look = design_for(language)
    return [
        own
        for chosen, own in ((look.officer_title, conf.officer_title), (look.officer_name, conf.officer_name))
        if own and not chosen
    ]


@transaction.atomic
def redesign(*, language: str, look: Look, by: AbstractBaseUser, now: datetime, seen: datetime | None = None) -> Design:
    """Let certificates in this language look so from now on; those issued keep their bytes.

    ``seen`` is when the design that the change begins from was changed, None
    where there was none: if somebody else has changed it since, ``Conflict``.
    What is the same already is not recorded again. For HR and the privacy
    officer (``NotAllowed``). Raises ``BadDesign`` naming the field as ``checked`` does.
    """
    if not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR or the privacy officer decides how certificates look."))
    look = checked(look, language=language, now=now)
    row = Design.objects.select_for_update().filter(language=language).first()
    if (row.changed_at if row is not None else None) != seen:
        raise Conflict(OVERTAKEN)
    if row is not None and _look(row) == look:
        return row
    row = row or Design(language=language)
    for name in ("orientation", "era", "title", "sentence", "officer_title", "officer_name"):
        setattr(row, name, getattr(look, name))
    row.seal = look.seal or None
    row.changed_at, row.changed_by_id = now, by.pk
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as reason:
        raise Conflict(OVERTAKEN) from reason
    append(
        kind="certificates.redesigned",
        at=now,
        facts={"language": language, **look.public, "design": look.digest, "by": by.pk},
        disclosures=[hide("officer_name", look.officer_name)] if look.officer_name else [],
    )
    return row


def checked(look: Look, *, language: str, now: datetime) -> Look:
    """The look as it would be kept, the seal encoded anew.

    Raises ``BadDesign`` for a text that is too long, names no fact of a
    certificate or has a character that the fonts lack, for a seal that is no
    usable PNG, and where a certificate with the longest facts there are would
    not hold it.
    """
    if language not in WORDINGS:
        raise BadDesign("language", _("Certificates are not offered in this language."))
    if look.orientation not in Design.Orientation.values:
        raise BadDesign("orientation", _("A certificate is upright or across."))
    if look.era not in Design.Era.values or (look.era == JAPANESE and language != "ja"):
        raise BadDesign("era", _("Dates in this language are written with western years only."))
    look = replace(
        look,
        title=_in_one_line(look.title, language),
        sentence=_in_one_line(look.sentence, language),
        officer_title=_in_one_line(look.officer_title, language),
        officer_name=_in_one_line(look.officer_name, language),
    )
    _check_texts(look)
    look = replace(look, seal=_checked_seal(look.seal) if look.seal else b"")
    try:
        draw_longest(language=language, look=look, day=day_of(now, conf.time_zone))
    except TooLong as reason:
        raise _too_long(reason) from reason
    return look


def _in_one_line(text: str, language: str) -> str:
    """Return a text without line breaks and blanks around it: where its lines end, the page decides."""
    return re.sub(r"\s*[\r\n]+\s*", "" if language == "ja" else " ", text.strip())


def _check_texts(look: Look) -> None:
    fonts = load(conf.fonts)
    for name, longest in LONGEST.items():
        text = getattr(look, name)
        if len(text) > longest:
            raise BadDesign(name, _("At most %(count)d characters.") % {"count": longest})
        lacking = missing(text, fonts.serif_bold if name == "title" else fonts.serif)
        if lacking:
            raise BadDesign(name, _("The certificate's font lacks: %(characters)s.") % {"characters": named(lacking)})
    unknown = unknown_names(look.sentence)
    if unknown:
        raise BadDesign("sentence", _("A certificate knows no such fact: %(names)s.") % {"names": "、".join(unknown)})


def _checked_seal(png: bytes) -> bytes:
    if len(png) > LARGEST_SEAL:
        raise BadDesign("seal", _("The picture is larger than 1 MB."))
    try:
        return cleaned(png)
    except NoPicture as reason:
        raise BadDesign(
            "seal",
            _("This is no PNG picture that can be printed: readable, not all transparent, at most 4,000 pixels wide."),
        ) from reason


def _too_long(reason: TooLong) -> BadDesign:
    if reason.place in ("title", "officer_title", "officer_name"):
        return BadDesign(reason.place, _("This does not fit its place on the page. Please shorten it."))
    return BadDesign(
        "sentence",
        _("With the longest campaign title and modules there are, the page cannot hold this. Please shorten it."),
    )


def _look(row: Design) -> Look:
    return Look(
        orientation=row.orientation,
        era=row.era if row.language == "ja" else WESTERN,
        title=row.title,
        sentence=row.sentence,
        officer_title=row.officer_title,
        officer_name=row.officer_name,
        seal=bytes(row.seal) if row.seal else b"",
    )
