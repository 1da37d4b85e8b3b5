"""A revision is published whole or not at all, once, and never changes."""

from __future__ import annotations

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from tests.building import NOW, POLICY, later, revision, statement
from training.errors import Invalid
from training.ledger.models import Entry, Immutable
from training.policy.clauses import PolicyText, parse
from training.policy.models import Clause, Revision, StatementVersion
from training.policy.publish import publish_revision, publish_statement

pytestmark = pytest.mark.django_db
SECOND = POLICY.replace("2022年7月29日 制定", "2022年7月29日 制定\n2027年4月1日 改定")


def nothing_was_written() -> bool:
    return not (Revision.objects.exists() or Clause.objects.exists() or Entry.objects.exists())


def test_the_real_policy_is_revision_one_enacted_in_july_2022():
    made = revision()
    assert (made.number, made.enacted_on.isoformat(), made.title) == (1, "2022-07-29", "プライバシーポリシー")
    assert made.source == POLICY
    assert made.published_at == NOW


def test_the_stored_clauses_are_the_parsed_ones_in_their_order_under_their_parents():
    policy: PolicyText = parse(POLICY)
    rows = list(revision().clauses.select_related("parent"))
    assert [(r.ref, r.kind, r.heading, r.text) for r in rows] == [
        (c.ref, c.kind.value, c.heading, c.text) for c in policy.clauses
    ]
    assert [r.parent.ref if r.parent else "" for r in rows] == [c.parent for c in policy.clauses]
    assert rows[0].label == "前文"
    assert next(r for r in rows if r.ref == "3").label == "第3条 個人情報の安全管理措置"


def test_the_same_text_published_again_is_the_same_revision_and_writes_nothing():
    first = revision()
    entries = Entry.objects.count()
    assert revision(now=later(days=1)) == first
    assert Revision.objects.count() == 1
    assert Entry.objects.count() == entries


def test_another_text_is_the_next_revision_and_leaves_the_first_as_it_is():
    first = revision()
    second = publish_revision(source=SECOND, now=later(days=1))
    assert second.number == 2
    assert second.enacted_on.isoformat() == "2027-04-01"
    assert Revision.objects.get(pk=first.pk).digest == first.digest != second.digest
    assert first.clauses.count() == second.clauses.count()


def test_the_first_text_published_after_the_second_is_still_the_first_revision():
    first = revision()
    publish_revision(source=SECOND, now=later(days=1))
    assert revision(now=later(days=2)) == first


def test_one_entry_holds_the_revision_and_all_its_clauses():
    made = revision()
    entry = Entry.objects.get(kind="policy.revision_published")
    assert made.entry == entry
    assert set(made.clauses.values_list("entry", flat=True)) == {entry.pk}


def line_with(words: str) -> int:
    """The number of the first line of the real policy that holds these words."""
    return next(number for number, line in enumerate(POLICY.splitlines(), 1) if words in line)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (POLICY.replace("第5条 (", "第6条 (", 1), line_with("第5条 (")),
        (POLICY.replace("  3. 個人情報の取り扱い", "  4. 個人情報の取り扱い", 1), line_with("  3. 個人情報の取り扱い")),
        (POLICY.replace("遵守し", "遵\x00守し", 1), line_with("遵守し")),
        (POLICY.replace("遵守し", "遵\ud800守し", 1), line_with("遵守し")),
        ("", 0),
        ("\x00", 1),
        ("\ufeff\r\n\r\n", 0),
    ],
)
def test_a_text_that_cannot_be_placed_is_refused_with_the_line_and_nothing_is_written(source: str, line: int):
    with pytest.raises(Invalid) as caught:
        publish_revision(source=source, now=NOW)
    message = str(caught.value.message)
    assert f"{line}行目" in message if line else "行目" not in message and "第1条 (見出し)" in message
    assert nothing_was_written()


def test_a_text_refused_once_is_published_when_it_is_mended():
    with pytest.raises(Invalid):
        publish_revision(source=POLICY.replace("第5条 (", "第6条 (", 1), now=NOW)
    assert revision().number == 1


def test_a_revision_and_its_clauses_cannot_be_changed_or_deleted_by_code():
    made = revision()
    made.title = "別の題"
    clause = made.clauses.first()
    assert clause is not None
    with pytest.raises(Immutable):
        made.save()
    with pytest.raises(Immutable):
        made.delete()
    with pytest.raises(Immutable):
        Revision.objects.update(title="別の題")
    with pytest.raises(Immutable):
        Revision.objects.all().delete()
    with pytest.raises(Immutable):
        clause.save()
    with pytest.raises(Immutable):
        made.clauses.all().delete()


@pytest.mark.parametrize("model", [Revision, Clause, StatementVersion])
@pytest.mark.parametrize(
    "change", ["UPDATE {table} SET published_at = published_at", "UPDATE {table} SET text = ''", "DELETE FROM {table}"]
)
def test_the_database_itself_refuses_what_sql_might_try(model: type, change: str):
    revision()
    statement()
    columns = {field.column for field in model._meta.concrete_fields}
    if " SET " in change and change.split(" SET ")[1].split()[0] not in columns:
        change = "UPDATE {table} SET id = id"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table=model._meta.db_table))


def test_the_same_pledge_words_are_the_same_wording_and_others_the_next():
    first = statement()
    assert statement(now=later(days=1)) == first
    changed = publish_statement(
        statement=first.statement,
        language="ja",
        title=first.title,
        words=first.words + "\n\n3. 持ち出しません。",
        now=NOW,
    )
    assert (first.number, changed.number) == (1, 2)
    retitled = publish_statement(
        statement=first.statement, language="ja", title="秘密保持誓約書", words=first.words, now=NOW
    )
    assert retitled.number == 3
    assert StatementVersion.objects.get(pk=first.pk).words == first.words


def test_each_pledge_and_each_language_is_numbered_by_itself():
    first = statement()
    other = publish_statement(statement=uuid.uuid4(), language="ja", title=first.title, words=first.words, now=NOW)
    english = publish_statement(statement=first.statement, language="en", title="Pledge", words="I pledge.", now=NOW)
    assert (other.number, english.number) == (1, 1)


def test_title_and_words_cannot_trade_places_under_one_digest():
    first = publish_statement(statement=uuid.UUID(int=1), language="ja", title="甲", words="乙", now=NOW)
    second = publish_statement(statement=uuid.UUID(int=1), language="ja", title="甲乙", words="", now=NOW)
    assert first.digest != second.digest


@pytest.mark.parametrize("written", ["\ufeff" + POLICY, POLICY.replace("\n", "\r\n"), POLICY.replace("\n", "\r")])
def test_how_a_file_marks_beginning_and_line_ends_makes_no_new_revision(written):
    first = revision()
    assert publish_revision(source=written, now=later(days=1)) == first
    assert Revision.objects.get().source == POLICY
