"""Make a certificate's file: its face drawn in one language, the record attached, signed.

What issues, reissues or translates calls this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from training.attestation.models import Attestation
from training.attestation.queries import disclosed, paper_of
from training.campaigns.calendar import day_of
from training.certificates.design import design_for
from training.certificates.drawing import CertificateFace, TooLong, draw_certificate
from training.certificates.keys import load_credentials
from training.certificates.look import Look
from training.certificates.record import NAME, SCHEMA, Record, Sealed
from training.certificates.sign import Credentials, room, sign
from training.certificates.stamp import time_stamp
from training.conf import conf
from training.errors import Invalid, NotReady
from training.ledger.canonical import plain
from training.ledger.disclosure import Hidden
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.note import Note, TreeHead, VerifierKey
from training.ledger.proof import Inclusion, inclusion
from training.typesetting.archive import Attachment, SignaturePlace, archive
from training.typesetting.fonts import load
from training.typesetting.glyphs import NoGlyph, named

Prove = Callable[[Entry], Inclusion]


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a certificate names, where that is not as signed: the roster has corrected the person since."""

    name: str
    number: str
    department: str


@dataclass(frozen=True, slots=True)
class Produced:
    """A certificate's file, the face that is printed in it, and the digest of the design that it was drawn with."""

    pdf: bytes
    face: CertificateFace
    design: str


def produce(
    *,
    attestation: Attestation,
    serial: str,
    token: str,
    language: str,
    issued_at: datetime,
    valid_until: date,
    holder: Holder | None = None,
    prove: Prove = inclusion,
) -> Produced:
    """Return the certificate of a sealed signature as PDF/A-3b, tagged, its record attached, signed. Nothing is stored.

    ``attestation`` should come with its assignment, campaign and revision. Raises ``NotReady`` while the signature's
    entry is not sealed or once its personal values are erased, where the key to sign with is missing or the time stamp
    authority silent; and ``Invalid`` naming each character that the certificate's font cannot draw, or the text that
    does not fit the page. ``holder`` is printed in place of the name, number and department that were signed with: a
    reissue's, and its editions'. Whoever makes very many gives a ``Prover``'s ``prove``.
    """
    credentials = load_credentials(on=issued_at)
    key = verifier(load_key())
    look = design_for(language)
    sealed = _sealed(attestation, prove)
    face = _face(
        attestation,
        serial=serial,
        token=token,
        language=language,
        issued_at=issued_at,
        until=valid_until,
        holder=holder or _signer(attestation),
        key=key,
        look=look,
        sealed=sealed,
        credentials=credentials,
    )
    record = Record(
        serial=serial,
        token=token,
        language=language,
        check_url=face.check_url,
        issued_at=issued_at,
        valid_until=valid_until,
        printed={name: plain(value) for name, value in asdict(face).items()},
        sealed=sealed,
        key=key.render(),
        fingerprint=key.fingerprint,
    )
    try:
        drawn = draw_certificate(face, fonts=load(conf.fonts), look=look)
    except NoGlyph as reason:
        raise Invalid(
            _("The certificate's font lacks: %(characters)s. No certificate was issued.")
            % {"characters": named(reason.characters)}
        ) from reason
    except TooLong as reason:
        raise Invalid(_("The certificate's texts do not fit its page: %(text)s.") % {"text": reason}) from reason
    return Produced(pdf=_signed(drawn, record.render(), credentials, issued_at), face=face, design=look.digest)


def _signed(drawn: bytes, record: bytes, credentials: Credentials, issued_at: datetime) -> bytes:
    attached = Attachment(name=NAME, data=record, type="application/json", description=SCHEMA)
    stamp = partial(time_stamp, url=conf.tsa_url) if conf.tsa_url else None
    place = SignaturePlace(
        size=room(credentials, stamped=stamp is not None),
        signer=conf.company_name,
        label=conf.company_name,
        at=issued_at.astimezone(conf.time_zone),
    )
    return sign(archive(drawn, attachments=[attached], place=place), credentials=credentials, stamp=stamp)


def _sealed(attestation: Attestation, prove: Prove) -> Sealed:
    """The signature as the log holds it; raises ``NotReady`` before it is sealed."""
    proof = prove(attestation.entry)
    hidden = Disclosure.objects.filter(entry_id=attestation.entry_id).order_by("digest")
    return Sealed(
        attestation=str(attestation.pk),
        digest=attestation.digest,
        signed=attestation.signed,
        body=attestation.entry.body,
        disclosures=[Hidden(salt=row.salt, name=row.name, value=row.value).encoded for row in hidden],
        sequence=proof["sequence"],
        size=proof["size"],
        hashes=proof["hashes"],
        checkpoint=proof["checkpoint"],
    )


def grouped(hexadecimal: str) -> str:
    """A fingerprint in groups of four, as people compare them."""
    return " ".join(hexadecimal[i : i + 4] for i in range(0, len(hexadecimal), 4)).upper()


def _signer(attestation: Attestation) -> Holder:
    person = disclosed(attestation)
    if "name" not in person:
        raise NotReady(_("The personal values of this signature were erased; no certificate can be issued."))
    return Holder(name=person["name"], number=person["number"], department=person["department"])


def _face(
    attestation: Attestation,
    *,
    serial: str,
    token: str,
    language: str,
    issued_at: datetime,
    until: date,
    holder: Holder,
    key: VerifierKey,
    look: Look,
    sealed: Sealed,
    credentials: Credentials,
) -> CertificateFace:
    campaign = attestation.assignment.campaign
    sheet = paper_of(attestation)
    head = TreeHead.parse(Note.parse(sealed.checkpoint).text)
    return CertificateFace(
        serial=serial,
        holder=holder.name,
        staff_number=holder.number,
        department=holder.department,
        campaign=campaign.title,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        modules=tuple(module["title"] for module in attestation.signed["modules"]),
        policy_title=campaign.revision.title,
        policy_number=campaign.revision.number,
        policy_enacted_on=campaign.revision.enacted_on,
        signed_on=sheet.held_on if sheet else day_of(attestation.at, conf.time_zone),
        issued_on=day_of(issued_at, conf.time_zone),
        valid_until=until,
        company=conf.company_name,
        officer_title=look.officer_title or conf.officer_title,
        officer_name=look.officer_name or conf.officer_name,
        check_url=conf.check_url(token),
        record_fingerprint=grouped(attestation.digest),
        key_fingerprint=grouped(key.fingerprint),
        checkpoint_size=head.size,
        checkpoint_root=grouped(head.root.hex()),
        signing_fingerprint=grouped(credentials.fingerprint),
        specimen=conf.specimen,
        language=language,
        on_paper=sheet.kind if sheet else "",
    )
