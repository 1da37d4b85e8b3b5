"""Publish a revision of the policy, or a wording of the pledge."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid
from training.ledger.append import append
from training.ledger.canonical import canonical, sha256_hex
from training.policy.clauses import UnreadablePolicy, parse
from training.policy.models import Clause, Revision, StatementVersion
from training.policy.words import said


@transaction.atomic
def publish_revision(*, source: str, now: datetime) -> Revision:
    """Make the text the newest revision, clause by clause, and return it.

    The same text published again is the same revision: nothing is written. How
    a file marks its beginning and its lines' ends is no part of the text.
    Raises ``Invalid`` naming each line that has no place in a policy,
    ``Conflict`` where somebody else published another at the same moment.
    """
    text = plain_text(source)
    digest = digest_of(source)
    known = Revision.objects.filter(digest=digest)
    if found := known.first():
        return found
    try:
        with transaction.atomic():
            return _publish_revision(text, digest, now)
    except IntegrityError as reason:
        if found := known.first():
            return found
        raise Conflict(_("Somebody else published at the same moment. Look at what is there now.")) from reason


def plain_text(source: str) -> str:
    """The text as it is kept: how a file or a form ends its lines is no part of it."""
    return source.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def digest_of(source: str) -> str:
    """By what a text is known, and known again."""
    return sha256_hex(plain_text(source).encode(errors="surrogatepass"))


def why_not(source: str) -> list[str]:
    """Sentences that say to an editor why a text cannot be made the newest; empty when it can, or is already."""
    try:
        parse(plain_text(source))
    except UnreadablePolicy as reason:
        return [said(problem) for problem in reason.problems]
    numbers = dict(Revision.objects.values_list("digest", "number"))
    known = numbers.get(digest_of(source))
    if known is None or known == max(numbers.values()):
        return []
    return [
        gettext(
            "This is the text of revision %(number)d, word for word, and a later one is in force. To return to it, "
            "add the date of this revision at its end."
        )
        % {"number": known}
    ]


def _publish_revision(source: str, digest: str, now: datetime) -> Revision:
    try:
        policy = parse(source)
    except UnreadablePolicy as reason:
        raise Invalid("\n".join(said(problem) for problem in reason.problems)) from reason

    last = Revision.objects.order_by("-number").first()
    revision = Revision(
        number=last.number + 1 if last else 1,
        title=policy.title,
        enacted_on=policy.enacted_on,
        source=source,
        digest=digest,
        published_at=now,
    )
    clauses: dict[str, Clause] = {}
    for position, text in enumerate(policy.clauses):
        clauses[text.ref] = Clause(
            revision=revision,
            parent=clauses.get(text.parent),
            position=position,
            ref=text.ref,
            kind=text.kind.value,
            heading=text.heading,
            text=text.text,
        )
    append(kind="policy.revision_published", at=now, rows=[revision, *clauses.values()])
    return revision


@transaction.atomic
def publish_statement(
    *, statement: uuid.UUID, language: str, title: str, words: str, now: datetime
) -> StatementVersion:
    """Make this the pledge's newest wording in its language; the same words again are the same wording.

    Raises ``Conflict`` where somebody else published another at the same moment.
    """
    digest = statement_digest(title=title, words=words)
    versions = StatementVersion.objects.filter(statement=statement, language=language)
    known = versions.filter(digest=digest)
    if found := known.first():
        return found
    last = versions.order_by("-number").first()
    version = StatementVersion(
        statement=statement,
        language=language,
        number=last.number + 1 if last else 1,
        title=title,
        words=words,
        digest=digest,
        published_at=now,
    )
    try:
        append(kind="policy.statement_published", at=now, rows=[version])
    except IntegrityError as reason:
        if found := known.first():
            return found
        raise Conflict(_("Somebody else published at the same moment. Look at what is there now.")) from reason
    return version


def statement_digest(*, title: str, words: str) -> str:
    """SHA-256 over the canonical JSON of title and words, exactly as shown."""
    return sha256_hex(canonical({"title": title, "words": words}))
