"""The pledge is signed by the person, over the words shown, once; and no personal value leaves the disclosures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from tests.building import NOW, assignment_of, campaign, later, module_version, person, read, sign, sit, train
from tests.cutting import everything, writes_whole_or_not_at_all
from training.attestation.attest import attest, decline
from training.attestation.models import Attestation, Decline
from training.attestation.queries import (
    attestation_of,
    decline_of,
    disclosed,
    pledge_digest,
    pledge_for,
)
from training.campaigns.models import Assignment, Campaign, Tally
from training.errors import Conflict, Invalid, NotAllowed, NotReady
from training.ledger.canonical import canonical, sha256_hex
from training.ledger.models import Disclosure, Entry, Evidence, Immutable
from training.people.enrol import rename
from training.policy.publish import publish_statement

pytestmark = pytest.mark.django_db
NAME = "髙﨑 𠮷邉"
KANA = "タカサキ ヨシベ"
NUMBER = "000777"
DEPARTMENT = "架空本部/想像部/三課"


@pytest.fixture
def assignment() -> Assignment:
    """Everything passed, nothing signed."""
    employment = person(NUMBER, NAME, kana=KANA, department=DEPARTMENT)
    campaign(["article-1"])
    found = assignment_of(employment)
    train(found)
    return found


def attempt(assignment: Assignment, **changes: Any) -> Attestation:
    values: dict[str, Any] = {
        "assignment": assignment,
        "digest": pledge_digest(pledge_for(assignment)),
        "typed_name": NAME,
        "method": Attestation.Method.PASSWORD,
        "authenticated_at": NOW - timedelta(minutes=1),
        "now": NOW,
    }
    return attest(**(values | changes))


def test_what_is_signed_is_what_is_shown_digest_words_versions_and_policy(assignment: Assignment):
    pledge = pledge_for(assignment)
    signed = attempt(assignment)
    assert signed.digest == pledge_digest(pledge) == sha256_hex(canonical(signed.signed))
    assert signed.signed["statement"]["words"] == pledge.words
    (module,) = signed.signed["modules"]
    version = assignment.tasks.get().version
    assert version is not None
    assert module == {"slug": "article-1", "title": version.title, "version": 1, "digest": version.digest}
    assert signed.signed["policy"]["digest"] == assignment.campaign.revision.digest
    assert (signed.method, signed.authenticated_at, signed.at) == ("password", NOW - timedelta(minutes=1), NOW)
    assert (signed.number, signed.name_match) == (1, "exact")
    assert Tally.objects.get().signed == 1


@pytest.mark.parametrize("passed", [0, 1])
def test_nothing_is_signed_before_everything_is_passed(passed: int):
    employment = person(NUMBER, NAME)
    campaign(["article-1", "article-3"])
    found = assignment_of(employment)
    for task in found.tasks.order_by("campaign_module__order")[:passed]:
        sit(read(task))
    for task in found.tasks.order_by("campaign_module__order")[passed:]:
        sit(read(task), right=False)
    before = everything()
    with pytest.raises(NotReady):
        attempt(found)
    assert everything() == before


def test_another_digest_than_that_of_the_pledge_is_refused(assignment: Assignment):
    before = everything()
    for digest in ("", "0" * 64, "x", "髙"):
        with pytest.raises(Conflict):
            attempt(assignment, digest=digest)
    assert everything() == before


def test_the_digest_of_somebody_who_studied_other_versions_is_refused(assignment: Assignment):
    other = person("000778", "別 人")
    campaign(["article-1", "article-5"], code="FY2027")
    theirs = assignment_of(other, "FY2027")
    train(theirs)
    with pytest.raises(Conflict):
        attempt(assignment, digest=pledge_digest(pledge_for(theirs)))
    assert not Attestation.objects.exists()


def test_words_published_later_do_not_change_what_an_open_campaign_signs(assignment: Assignment):
    before = pledge_digest(pledge_for(assignment))
    statement = assignment.campaign.statement
    publish_statement(statement=statement.statement, language="ja", title=statement.title, words="別の文", now=NOW)
    module_version("article-1", title="別の題", now=later(days=1))
    assert pledge_digest(pledge_for(assignment_of(assignment.employment))) == before
    assert attempt(assignment).statement_version == statement


def test_the_digest_shown_before_the_pledge_was_exchanged_is_refused(assignment: Assignment):
    shown = pledge_digest(pledge_for(assignment))
    statement = assignment.campaign.statement
    other = publish_statement(statement=statement.statement, language="ja", title="別", words="別の文", now=NOW)
    Campaign.objects.update(statement=other)
    before = everything()
    with pytest.raises(Conflict):
        attempt(assignment, digest=shown)
    assert everything() == before


def test_an_authentication_too_old_or_from_the_future_is_refused(assignment: Assignment):
    before = everything()
    for seconds in (600.000001, 601, 86_400, -0.000001, -30, -86_400):
        with pytest.raises(NotAllowed):
            attempt(assignment, authenticated_at=NOW - timedelta(seconds=seconds))
    assert everything() == before


@pytest.mark.parametrize("age", [timedelta(0), timedelta(seconds=1), timedelta(seconds=600)])
def test_an_authentication_within_the_window_counts(assignment: Assignment, age: timedelta):
    assert attempt(assignment, authenticated_at=NOW - age).authenticated_at == NOW - age


def test_the_window_is_the_one_that_is_configured(assignment: Assignment, settings: Any):
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "SIGNING_WINDOW_SECONDS": 30}
    with pytest.raises(NotAllowed):
        attempt(assignment, authenticated_at=NOW - timedelta(seconds=31))
    assert attempt(assignment, authenticated_at=NOW - timedelta(seconds=30))


def test_another_name_is_refused(assignment: Assignment):
    before = everything()
    others = ["", " ", "髙﨑", "𠮷邉 髙﨑", "髙橋 一郎", "架空 太郎", KANA, NUMBER, f"{NAME} {NAME}"]
    for typed in others:
        with pytest.raises(Invalid):
            attempt(assignment, typed_name=typed)
    assert everything() == before


@pytest.mark.parametrize(
    ("typed", "match"),
    [(NAME, "exact"), ("髙﨑𠮷邉", "normalised"), ("高崎　吉辺", "variant"), ("髙崎 𠮷邊", "variant")],
)
def test_a_variant_of_the_name_is_taken_and_the_difference_recorded(assignment: Assignment, typed: str, match: str):
    signed = attempt(assignment, typed_name=typed)
    assert signed.name_match == match
    assert disclosed(signed) == {"typed_name": typed, "name": NAME, "number": NUMBER, "department": DEPARTMENT}


def test_the_name_of_the_day_of_signing_counts(assignment: Assignment):
    rename(employee=assignment.employment.employee, name="佐藤 花子", kana="", since=NOW.date(), now=NOW)
    with pytest.raises(Invalid):
        attempt(assignment)
    assert disclosed(attempt(assignment, typed_name="佐藤 花子"))["name"] == "佐藤 花子"


def test_a_name_that_begins_tomorrow_in_tokyo_does_not_count_today(assignment: Assignment):
    rename(
        employee=assignment.employment.employee,
        name="佐藤 花子",
        kana="",
        since=NOW.date() + timedelta(days=1),
        now=NOW,
    )
    evening = later(hours=13, minutes=59)
    with pytest.raises(Invalid):
        attempt(assignment, typed_name="佐藤 花子", now=evening, authenticated_at=evening)
    midnight = later(hours=14)
    assert attempt(assignment, typed_name="佐藤 花子", now=midnight, authenticated_at=midnight)


def test_signing_twice_is_signing_once(assignment: Assignment):
    first = attempt(assignment)
    before = everything()
    again = attempt(
        assignment, typed_name="別 人", digest="", authenticated_at=NOW - timedelta(days=9), now=later(days=9)
    )
    assert again == first
    assert everything() == before


def test_nothing_is_signed_in_a_campaign_that_is_not_open(assignment: Assignment):
    Campaign.objects.update(state="closed")
    before = everything()
    with pytest.raises(NotReady):
        attempt(assignment)
    with pytest.raises(NotReady):
        decline(assignment=assignment, reason="理由", now=NOW)
    assert everything() == before


def test_signing_is_done_whole_or_not_at_all(assignment: Assignment):
    assert writes_whole_or_not_at_all(lambda: attempt(assignment)) >= 4


def test_refusing_is_done_whole_or_not_at_all(assignment: Assignment):
    writes_whole_or_not_at_all(lambda: decline(assignment=assignment, reason="理由", now=NOW))


def text_of(model: type) -> str:
    return str(list(model._default_manager.values()))


def test_no_entry_and_no_evidence_row_holds_a_personal_value(assignment: Assignment):
    attempt(assignment, typed_name="高崎 吉辺")
    decline_reason = "家の事情で誓えません"
    other = person("000778", "霧島 二郎", department="霞の部")
    campaign(["article-1", "article-5"], code="FY2027")
    decline(assignment=assignment_of(other, "FY2027"), reason=decline_reason, now=NOW)
    values = [
        NAME,
        *NAME.split(),
        "高崎 吉辺",
        KANA,
        NUMBER,
        *DEPARTMENT.split("/"),
        decline_reason,
        "霧島",
        "000778",
        "霞の部",
    ]
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    evidence = [m for m in apps.get_app_config("privacy_training").get_models() if issubclass(m, Evidence)]
    assert Attestation in evidence
    rows = {model: text_of(model) for model in evidence}
    for value in values:
        assert value not in bodies
        for model, text in rows.items():
            assert value not in text, model
    hidden = text_of(Disclosure)
    for value in (NAME, "高崎 吉辺", NUMBER, DEPARTMENT, decline_reason):
        assert value in hidden


def test_a_signature_cannot_be_changed_or_deleted(assignment: Assignment):
    signed = attempt(assignment)
    signed.name_match = "exact"
    with pytest.raises(Immutable):
        signed.save()
    with pytest.raises(Immutable):
        signed.delete()
    for sql in ("UPDATE {t} SET digest = ''", "DELETE FROM {t}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql.format(t=Attestation._meta.db_table))


def test_who_cannot_sign_says_why_and_may_sign_later(assignment: Assignment):
    refusal = decline(assignment=assignment, reason="  内容に同意できません。 ", now=NOW)
    assert decline_of(assignment) == refusal
    assert Disclosure.objects.get(entry=refusal.entry, name="reason").value == "内容に同意できません。"
    assert attestation_of(assignment) is None
    assert Tally.objects.get().signed == 0
    sign(assignment, NAME, now=later(hours=1))
    assert Tally.objects.get().signed == 1


def test_the_same_reason_sent_twice_is_one_refusal_and_another_reason_another(assignment: Assignment):
    first = decline(assignment=assignment, reason="同意できません", now=NOW)
    before = everything()
    assert decline(assignment=assignment, reason=" 同意できません\n", now=later(seconds=1)) == first
    assert everything() == before
    second = decline(assignment=assignment, reason="説明を受けたいです", now=later(minutes=1))
    assert decline_of(assignment) == second != first


def test_a_refusal_without_a_reason_or_with_an_endless_one_is_refused(assignment: Assignment):
    before = everything()
    for reason in ("", " 　\n", "あ" * 1001):
        with pytest.raises(Invalid):
            decline(assignment=assignment, reason=reason, now=NOW)
    assert everything() == before


def test_a_reason_of_a_thousand_characters_is_kept_whole(assignment: Assignment):
    refusal = decline(assignment=assignment, reason="𠮷" * 1000, now=NOW)
    assert Disclosure.objects.get(entry=refusal.entry).value == "𠮷" * 1000


def test_who_has_signed_cannot_say_afterwards_that_it_was_impossible(assignment: Assignment):
    attempt(assignment)
    before = everything()
    with pytest.raises(Conflict):
        decline(assignment=assignment, reason="やめます", now=later(hours=1))
    assert everything() == before
    assert not Decline.objects.exists()


def test_the_pledge_costs_the_same_queries_for_one_module_and_for_nine(django_assert_num_queries: Any):
    employment = person()
    campaign(["article-1"])
    campaign([f"article-{n}" for n in range(1, 10)], code="FY2027")
    for code, modules in (("FY2026", 1), ("FY2027", 9)):
        found = assignment_of(employment, code)
        train(found)
        with django_assert_num_queries(1):
            assert len(pledge_for(found).modules) == modules
