"""Any two texts of the policy, clause by clause: as the page says it of neighbours, and on the command line."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from tests import building
from tests.changes import company
from tests.changes.texts import BACK, THIRD
from training.changes.between import Between, between
from training.changes.side_by_side import in_plain
from training.changes.touched import touched_by
from training.errors import Invalid
from training.policy.diff import Change
from training.policy.models import Revision

pytestmark = pytest.mark.django_db
LATER = building.later(days=300)
DAY = company.AFTER.date()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: company.AFTER)


@pytest.fixture
def second() -> Revision:
    """Three people signed the first text; every change of the second is decided, that of 3.3 as material."""
    company.signed_first("000101", "000102", "000103")
    made = company.second()
    company.decide_all(made, material=("3.3",))
    return made


def first() -> Revision:
    return Revision.objects.get(number=1)


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("diff_revisions", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def found_in(result: Between, ref: str) -> Any:
    (line,) = [one for one in result.lines if one.difference.ref_after == ref]
    return line


def test_every_clause_of_both_texts_has_one_line_in_the_new_order(second: Revision) -> None:
    result = between(first(), second, day=DAY)

    assert [one.difference.ref_after for one in result.lines if one.difference.ref_after] == [
        clause.ref for clause in second.clauses.all()
    ]
    before = [one.difference.ref_before for one in result.lines if one.difference.ref_before]
    assert sorted(before) == sorted(clause.ref for clause in first().clauses.all())
    for one in result.lines:
        assert (one.touched is None) == (one.difference.change is Change.SAME)


def test_of_neighbours_it_is_what_the_page_says(second: Revision) -> None:
    page = touched_by(second, day=DAY)
    result = between(first(), second, day=DAY)

    assert page is not None
    assert result.touched == page
    assert [one.touched for one in result.lines if one.touched] == list(page.clauses)


def test_over_several_revisions_text_stands_against_text_with_what_was_decided_on_the_way(second: Revision) -> None:
    third = company.second(source=THIRD, now=LATER)
    company.decide_all(third, material=(), now=LATER)
    result = between(first(), third, day=DAY)

    clause = found_in(result, "3.3")
    sides = in_plain(clause.difference)
    assert "年二回以上" in sides.after
    assert "年一回以上" not in sides.before + sides.after
    assert clause.touched.judged.material is True
    assert found_in(result, "9").touched.judged.material is False


def test_what_was_changed_and_changed_back_is_unchanged(second: Revision) -> None:
    back = company.second(source=BACK, now=LATER)
    result = between(first(), back, day=DAY)

    assert found_in(result, "3.5").touched is None
    assert found_in(result, "3.3").touched.judged.material is None  # the second step is not decided


def test_only_people_who_know_no_later_text_than_the_old_one_are_counted(second: Revision) -> None:
    company.confirm_all(second)
    made = company.opened(second, code="change-2")
    company.do(made.assignments.get(employment__number="000102"), now=company.AFTER)
    third = company.second(source=THIRD, now=LATER)

    assert dict(between(first(), third, day=DAY).touched.people) == {1: 2}
    assert dict(between(second, third, day=DAY).touched.people) == {1: 2, 2: 1}


@pytest.mark.parametrize(("old", "new"), [(2, 1), (1, 1), (2, 2)])
def test_an_order_that_is_none_is_refused(second: Revision, old: int, new: int) -> None:
    texts = {1: first(), 2: second}
    with pytest.raises(Invalid):
        between(texts[old], texts[new], day=DAY)
    with translation.override("en"), pytest.raises(CommandError, match="the earlier one first") as refusal:
        run(old, new)
    assert refusal.value.returncode == 1


def test_the_number_of_queries_does_not_depend_on_the_company(second: Revision) -> None:
    def queries() -> int:
        texts = [Revision.objects.get(number=number) for number in (1, 2)]
        with CaptureQueriesContext(connection) as captured:
            between(*texts, day=DAY)
        return len(captured)

    few = queries()
    for number in range(8):
        building.module_version(f"article-{number}", **company.taught(slug=f"article-{number}"))
        building.person(f"9{number}", f"架空 {number}")
    assert queries() == few <= 30


def test_the_command_says_clause_by_clause_what_became_of_it_with_both_wordings(second: Revision) -> None:
    with translation.override("en"):
        said = run(1, 2)

    assert "revision 1, enacted on July 29, 2022\n" in said
    assert "Trained on an earlier text, and working here: 3 people (revision 1: 3 people)\n" in said
    assert "\n第3条 第1号: Unchanged\n" in said
    assert "\n第3条 第3号: Changed – Material\n" in said
    assert "\n第9条: Changed – Editorial\n" in said
    assert "従業員に対する〔削除：定期的な〕教育・研修の実施" in said
    assert "従業員に対する〔追加：年一回以上の〕教育・研修の実施〔追加：およびその記録〕" in said
    assert "  1 module, 2 questions to review, 3 people trained on the old text\n    研修 article-3\n" in said
    assert "（この条項はありませんでした。）" in said
    assert "（この条項はなくなりました。）" in said


def test_a_change_that_waits_for_the_privacy_officer_says_so() -> None:
    building.revision()
    company.second()
    with translation.override("en"):
        assert "\n第3条 第3号: Changed – To be decided\n" in run(1, 2)


def test_the_command_speaks_the_sites_language(second: Revision) -> None:
    said = run("1", "2")

    assert "第3条 第3号: 変更 – 実質的" in said
    assert "第3条 第1号: 変更なし" in said
    assert "教材1本、見直す設問2問、改定前の文面で受講した人3人" in said
    assert "改定前の文面で受講した在籍者: 3人（第1版：3人）\n" in said
    assert "enacted" not in said


def test_for_a_script_it_is_json_alone(second: Revision) -> None:
    result = json.loads(run(1, 2, "--json"))

    clauses = {one["ref_after"]: one for one in result["clauses"] if one["ref_after"]}
    assert (result["old"], result["new"], result["people"]) == (1, 2, 3)
    assert result["changed"] + result["unchanged"] == len(
        [one for one in result["clauses"] if one["verdict"] != "unchanged" or one["ref_after"]]
    )
    assert clauses["3.1"] == {"ref_before": "3.1", "ref_after": "3.1", "change": "same", "verdict": "unchanged"}
    assert clauses["3.3"]["verdict"] == "material"
    assert (clauses["3.3"]["modules"], clauses["3.3"]["questions_to_review"]) == (["article-3"], 2)
    assert clauses["3.7"]["before"] is None
    assert clauses["9"]["verdict"] == "editorial"
    (gone,) = [one for one in result["clauses"] if one["ref_after"] is None]
    assert (gone["ref_before"], gone["change"], gone["after"]) == ("2.14", "removed", None)


def test_a_revision_that_there_is_not_is_named(second: Revision) -> None:
    for pair in ((1, 3), (0, 2)):
        with translation.override("en"), pytest.raises(CommandError, match=r"no revision [03]"):
            run(*pair)


def test_the_help_tells_what_it_does(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        call_command("diff_revisions", "--help")
    assert end.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "OLD" in said
    assert "clause by clause: unchanged, editorial, material or yet to be decided" in said
