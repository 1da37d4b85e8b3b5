"""What somebody signed before counts for a campaign by its own rule: once, for as long as the signature stands."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from tests import building
from tests.asking import snapshot
from tests.building import (
    NOW,
    POLICY,
    approve_and_open,
    assignment_of,
    draft,
    later,
    module_version,
    officer,
    sign,
    train,
)
from tests.cutting import everything, writes_whole_or_not_at_all
from training.attestation.annul import annul
from training.attestation.credit import credit
from training.attestation.models import Attestation, Credit
from training.attestation.paper import enter_paper
from training.attestation.standing import Standing, credit_of, with_standing
from training.campaigns.cancel import cancel
from training.campaigns.close import close
from training.campaigns.credits import CreditRule, as_json
from training.campaigns.models import Assignment, Campaign, Tally
from training.campaigns.standing_by_hand import add, remove
from training.campaigns.tally import COUNTERS, rebuild
from training.catalogue.publish import publish_module
from training.errors import Conflict, TrainingError
from training.ledger.models import Entry
from training.people.models import Employment
from training.policy.publish import publish_revision
from training.reports.decisions import decisions_of

pytestmark = pytest.mark.django_db

JOINED = date(2026, 10, 1)
HELD = date(2026, 11, 20)
JOINING = CreditRule(frozenset({"joining"}), date(2026, 4, 1))


def person(number: str = "000101", name: str = "髙橋 一郎") -> Employment:
    """Somebody who joined this year."""
    return building.person(number, name, joined=JOINED)


def joining(*people: Employment, code: str = "JOIN", signed: bool = True) -> Campaign:
    """A campaign on joining, signed by all of these."""
    made = approve_and_open(draft(["article-1"], code=code, kind=Campaign.Kind.JOINING))
    for one in people if signed else ():
        done(one, code)
    return made


def done(employment: Employment, code: str, *, days: int = 0) -> Attestation:
    """Trained and signed."""
    mine = assignment_of(employment, code)
    train(mine, now=later(days=days))
    return sign(mine, employment.employee.names.get().name, now=later(days=days))


def yearly(rule: CreditRule | None = JOINING, *, code: str = "FY2026") -> Campaign:
    return approve_and_open(draft(code=code, credit_rule=rule))


def credited(made: Campaign, *, days: int = 1) -> list[Credit]:
    return credit(campaign=made, now=later(days=days))


def standing(employment: Employment, code: str = "FY2026") -> str:
    rows = Assignment.objects.filter(pk=assignment_of(employment, code).pk)
    return str(with_standing(rows, day=date(2026, 11, 25)).get().standing)


def counted(made: Campaign) -> dict[str, int]:
    tally = Tally.objects.get(campaign=made)
    return {name: getattr(tally, name) for name in COUNTERS}


def is_right(made: Campaign) -> bool:
    kept = counted(made)
    rebuild(campaign=made)
    return counted(made) == kept


def test_who_signed_on_joining_is_credited_and_nobody_else():
    joined, other = person("1", "入 社"), person("2", "他 人")
    joining(joined)
    made = yearly()
    (row,) = credited(made)
    assert (row.assignment, row.rule) == (assignment_of(joined), as_json(JOINING))
    assert row.attestation == Attestation.objects.get()
    assert (standing(joined), standing(other)) == (Standing.CREDITED, Standing.NEW)
    assert counted(made)["credited"] == 1
    assert is_right(made)
    found = credit_of(assignment_of(joined))
    assert found is not None
    assert found.attestation.assignment.campaign.code == "JOIN"


def test_a_second_run_finds_nothing_and_writes_nothing():
    joining(person())
    made = yearly()
    assert len(credited(made)) == 1
    before = everything()
    assert credited(made, days=2) == []
    assert everything() == before


def test_without_a_rule_nothing_is_credited():
    joining(person())
    made = yearly(None)
    before = everything()
    assert credited(made) == []
    assert everything() == before


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (CreditRule(frozenset({"make_up"}), date(2026, 4, 1)), 0),
        (CreditRule(frozenset({"make_up", "joining"}), date(2026, 11, 24)), 1),
        (CreditRule(frozenset({"joining"}), date(2026, 11, 25)), 0),
    ],
)
def test_the_rule_decides_by_kind_and_by_the_day_in_tokyo(rule: CreditRule, count: int):
    joining(person())
    assert len(credited(yearly(rule))) == count


def test_what_was_signed_on_another_revision_counts_only_where_the_rule_lets_it():
    joining(person())
    newer = publish_revision(source=POLICY.replace("5F", "6F"), now=later(days=1))
    publish_module(snapshot=snapshot(), revision=newer, now=later(days=1))
    lenient = CreditRule(frozenset({"joining"}), date(2026, 4, 1), same_revision=False)
    module = module_version("article-3").module
    for code, rule, count in (("A", JOINING, 0), ("B", lenient, 1)):
        made = draft([], code=code, revision=newer, modules=[module], credit_rule=rule)
        publish_module(snapshot=snapshot(title=code), revision=newer, now=later(days=1))
        assert len(credited(approve_and_open(made, now=later(days=1)))) == count


def test_who_is_hired_again_is_credited_with_what_the_same_person_signed():
    old = person("1", "再 雇用")
    joining(old)
    Employment.objects.filter(pk=old.pk).update(valid_to=date(2026, 11, 24))
    again = Employment.objects.create(
        employee=old.employee, number="2", type="regular", valid_from=date(2026, 11, 25), recorded_at=NOW,
        entry=old.entry,
    )  # fmt: skip
    made = approve_and_open(draft(credit_rule=JOINING), now=later(days=1))
    (row,) = credited(made)
    assert row.assignment.employment == again


def test_the_newest_signature_counts():
    employment = person()
    joining(employment)
    joining(employment, code="JOIN2", signed=False)
    newest = done(employment, "JOIN2", days=1)
    (row,) = credited(yearly(), days=2)
    assert row.attestation == newest


def test_a_signature_that_was_annulled_counts_no_more_and_another_takes_its_place():
    employment = person()
    joining(employment)
    first = Attestation.objects.get()
    made = yearly()
    credited(made)
    annul(attestation=first, cause="other", reason="誤り", by=officer(), now=later(days=1))
    assert standing(employment) == Standing.NEW
    assert counted(made)["credited"] == 0
    assert is_right(made)
    assert credited(made, days=2) == []
    second = sign(assignment_of(employment, "JOIN"), "髙橋 一郎", now=later(days=2))
    (row,) = credited(made, days=3)
    assert row.attestation == second
    assert standing(employment) == Standing.CREDITED
    assert Credit.objects.count() == 2


def test_who_does_it_all_the_same_has_signed_and_is_counted_once():
    employment = person()
    joining(employment)
    made = yearly()
    credited(made)
    done(employment, "FY2026", days=1)
    assert standing(employment) == Standing.SIGNED
    assert (counted(made)["signed"], counted(made)["credited"]) == (1, 0)
    assert is_right(made)
    annul(
        attestation=Attestation.objects.get(assignment__campaign=made),
        cause="other", reason="誤り", by=officer(), now=later(days=2),
    )  # fmt: skip
    assert standing(employment) == Standing.CREDITED
    assert (counted(made)["signed"], counted(made)["credited"]) == (0, 1)
    assert is_right(made)


def test_who_has_signed_or_is_closed_is_not_credited():
    signed, out = person("1", "済 み"), person("2", "外 れ")
    joining(signed, out)
    made = yearly()
    done(signed, "FY2026")
    remove(assignment=assignment_of(out), reason="x", by=officer(), now=NOW)
    assert credited(made) == []
    add(campaign=made, employment=out, reason="x", by=officer(), now=NOW)
    assert [row.assignment for row in credited(made)] == [assignment_of(out)]


@pytest.mark.parametrize("end", [close, cancel])
def test_only_in_an_open_campaign_is_anything_credited(end: Any):
    joining(person())
    made = yearly()
    end(campaign=made, reason="x", by=officer(), now=NOW)
    before = everything()
    with pytest.raises(Conflict):
        credited(made)
    assert everything() == before


def test_crediting_is_one_entry_and_done_whole_or_not_at_all():
    people = [person(f"{n}", f"氏名{n}") for n in range(3)]
    joining(*people)
    made = yearly()
    entries = Entry.objects.count()
    writes_whole_or_not_at_all(lambda: credited(made))
    assert Entry.objects.count() == entries + 1
    assert Credit.objects.count() == 3


def test_crediting_costs_as_many_queries_for_ten_people_as_for_two(django_assert_max_num_queries: Any):
    people = [person(f"{n}", f"氏名{n}") for n in range(2)]
    joining(*people)
    made = yearly()
    with django_assert_max_num_queries(40) as few:
        credited(made)
    more = [person(f"{n}", f"氏名{n}") for n in range(2, 10)]
    joining(*people, *more, code="JOIN2")
    later_on = yearly(code="FY2027")
    with django_assert_max_num_queries(len(few)):
        assert len(credited(later_on)) == 10


def test_nothing_personal_is_in_the_entry():
    employment = person(name="𠮷田 花子")
    joining(employment)
    credited(yearly())
    body = Entry.objects.get(kind="attestation.credited").body
    assert "𠮷田" not in body
    assert employment.number not in body


def test_after_any_walk_of_crediting_signing_and_closing_the_counters_are_those_of_a_count_afresh():
    people = [person(f"{n}", f"氏名{n}") for n in range(3)]
    first, made = joining(*people, signed=False), yearly()
    for one in people:
        train(assignment_of(one))
        train(assignment_of(one, "JOIN"))
    chance = random.Random(7)
    seen: set[str] = set()
    for step in range(70):
        one = chance.choice(people)
        mine = assignment_of(one, chance.choice(["JOIN", "FY2026"]))
        what = chance.choice(["sign", "annul", "credit", "remove", "add"])
        with suppress(TrainingError, Attestation.DoesNotExist):
            if what == "sign":
                sign(mine, one.employee.names.get().name, now=later(minutes=step))
            elif what == "annul":
                standing_one = Attestation.objects.filter(assignment=mine).latest("number")
                annul(attestation=standing_one, cause="other", reason="x", by=officer(), now=later(minutes=step))
            elif what == "credit":
                seen |= {"credited"} if credit(campaign=made, now=later(minutes=step)) else set()
            elif what == "remove":
                remove(assignment=mine, reason="x", by=officer(), now=later(minutes=step))
            else:
                add(campaign=mine.campaign, employment=one, reason="x", by=officer(), now=later(minutes=step))
            seen.add(what)
        if step % 5 == 0:
            assert is_right(made), (step, what)
            assert is_right(first), (step, what)
    assert seen == {"sign", "annul", "credit", "credited", "remove", "add"}


@pytest.mark.parametrize(("since", "count"), [(date(2026, 11, 20), 1), (date(2026, 11, 21), 0)])
def test_a_signature_on_paper_is_of_the_day_on_the_sheet(since: date, count: int):
    employment = person()
    joining(employment, signed=False)
    on_paper(employment)
    made = yearly(CreditRule(frozenset({"joining"}), since))
    assert len(credited(made)) == count
    if count:
        assert credit_of(assignment_of(employment)).held_on == HELD
        (line,) = [one for one in decisions_of(assignment_of(employment)) if one.at == later(days=1)]
        assert "20" in line.words
        assert "24" not in line.words


def test_what_was_signed_after_the_day_on_the_sheet_is_newer_whenever_the_sheet_was_entered():
    employment = person()
    joining(employment, signed=False)
    joining(employment, code="LATER", signed=False)
    newer = done(employment, "LATER")
    on_paper(employment)
    (row,) = credited(yearly(), days=2)
    assert row.attestation == newer


def on_paper(employment: Employment) -> None:
    """Signed on paper on an earlier day, and entered an hour after everything else."""
    enter_paper(
        assignment=assignment_of(employment, "JOIN"), kind="group", held_on=HELD, scan=b"%PDF-1.7\n%%EOF\n", note="",
        by=officer(), now=later(hours=1),
    )  # fmt: skip
