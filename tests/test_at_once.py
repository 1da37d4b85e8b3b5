"""The same thing done by several at once is done once, and nobody sees an error that says nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event
from time import sleep
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.db import connection, connections

from tests import asking, building
from tests.asking import NAMESPACE
from tests.building import (
    NOW,
    POLICY,
    account,
    assignment_of,
    campaign,
    import_staff,
    person,
    read,
    right_answers,
    sign,
    sit,
    train,
    wrong_answers,
)
from tests.changes import company as changes
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.models import Annulment, Attestation, Decline
from training.campaigns.approve import approve
from training.campaigns.assign import assign
from training.campaigns.models import (
    Assignment,
    AssignmentEvent,
    Campaign,
    CampaignEvent,
    CampaignModule,
    Completion,
    Pin,
    SectionReached,
    Tally,
    Task,
)
from training.campaigns.open import open_campaign
from training.campaigns.plan import plan
from training.campaigns.progress import open_task, reach_section
from training.campaigns.tally import rebuild
from training.catalogue.models import FrozenImage, Module
from training.certificates.edition import issue_edition
from training.certificates.issue import issue
from training.certificates.models import Certificate, CertificateEvent, Edition
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.errors import Conflict, TrainingError
from training.ledger.keys import load_key
from training.ledger.models import Entry
from training.ledger.seal import seal
from training.people.enrol import ask_for_name, link_account, rename
from training.people.link_identity import link_identity
from training.people.models import DepartmentPlace, Employee, Employment, NameRequest, PersonName
from training.people.roster_models import RosterImport
from training.people.undo_import import undo_import
from training.policy.models import Revision, StatementVersion
from training.policy.publish import publish_revision, publish_statement
from training.quiz.models import Attempt, Marking, SavedAnswer, Submission
from training.quiz.sitting import save_answers, start, submit
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 4


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do these on as many threads and connections, all let go in the same moment; give what each gave or raised."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=30)
            return act()
        except TrainingError as reason:
            return reason
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def crowd(act: Callable[[], Any]) -> list[Any]:
    """Let so many do the same."""
    return at_once(*[act] * CROWD)


def counters_hold(made: Campaign) -> Tally:
    """The counters as kept, which must be those of a count afresh."""
    kept = Tally.objects.values().get(campaign=made)
    rebuild(campaign=made)
    assert Tally.objects.values().get(campaign=made) == kept
    return Tally.objects.get(campaign=made)


def two_modules() -> tuple[Campaign, Assignment, list[Task]]:
    employment = person()
    made = campaign(["article-1", "article-3"])
    assignment = assignment_of(employment)
    return made, assignment, list(assignment.tasks.order_by("campaign_module__order"))


def test_a_campaign_opened_by_several_is_opened_once():
    person()
    made = campaign(opened=False)
    officer = account("officer2", Role.PRIVACY_OFFICER)
    results = crowd(lambda: open_campaign(campaign=Campaign.objects.get(), by=officer, now=NOW))
    assert [type(r) for r in results].count(CampaignEvent) == 1
    assert [type(r) for r in results].count(Conflict) == CROWD - 1
    assert (Assignment.objects.count(), Task.objects.count(), Pin.objects.count(), Tally.objects.count()) == (
        1,
        1,
        1,
        1,
    )
    assert CampaignEvent.objects.filter(campaign=made, kind="opened").count() == 1


def test_the_roster_followed_by_several_at_once_is_followed_once():
    person("1")
    made = campaign()
    newcomer, leaver = person("2", "新 入"), Employment.objects.get(number="1")
    Employment.objects.filter(pk=leaver.pk).update(valid_to=date(2026, 11, 1))
    results = crowd(lambda: assign(campaign=made, now=NOW))
    assert sorted((one.added, one.closed) for one in results) == [(0, 0)] * (CROWD - 1) + [(1, 1)]
    assert Assignment.objects.filter(employment=newcomer).count() == 1
    assert AssignmentEvent.objects.count() == 1
    assert Task.objects.count() == 2
    assert counters_hold(made).closed == 1


def test_who_signs_while_the_roster_says_that_they_left_has_signed_or_is_told_why_not():
    made, assignment, _ = two_modules()
    train(assignment)
    Employment.objects.filter(pk=assignment.employment_id).update(valid_to=date(2026, 11, 1))
    signing, following = at_once(
        lambda: sign(assignment_of(assignment.employment), "髙橋 一郎"), lambda: assign(campaign=made, now=NOW)
    )
    if isinstance(signing, Attestation):
        assert (following.closed, AssignmentEvent.objects.count()) == (0, 0)
    else:
        assert isinstance(signing, TrainingError)
        assert following.closed == 1
    tally = counters_hold(made)
    assert tally.signed + tally.closed == 1


def test_a_plan_approved_by_several_is_approved_once():
    made = campaign(opened=False)
    Campaign.objects.update(state="draft")
    officer = account("officer2", Role.PRIVACY_OFFICER)
    before = CampaignEvent.objects.count()
    results = crowd(lambda: approve(campaign=made, by=officer, now=NOW))
    assert [type(r) for r in results].count(Conflict) == CROWD - 1
    assert CampaignEvent.objects.count() == before + 1


def test_modules_opened_in_several_tabs_count_the_person_once():
    made, _, tasks = two_modules()
    at_once(*[lambda task=task: open_task(task=task, language="ja", now=NOW) for task in tasks * 2])
    assert Task.objects.filter(opened_at=NOW).count() == 2
    assert counters_hold(made).started == 1


def test_a_section_reached_in_several_tabs_is_reached_once():
    _, _, (task, _) = two_modules()
    opened = open_task(task=task, language="ja", now=NOW)
    results = crowd(lambda: reach_section(task=opened, version=opened.version_id or "", position=1, now=NOW))
    assert results == [None] * CROWD
    assert SectionReached.objects.count() == 1


def test_a_check_begun_in_several_tabs_is_one_paper():
    _, _, (task, _) = two_modules()
    ready = read(task)
    seeds = iter(f"seed-{n}" for n in range(CROWD))
    results = crowd(lambda: start(task=ready, version=ready.version_id or "", seed=next(seeds), now=NOW))
    assert len({attempt.pk for attempt in results}) == 1
    assert Attempt.objects.count() == 1


def test_a_paper_handed_in_several_times_at_once_is_marked_once():
    _, _, (task, _) = two_modules()
    ready = read(task)
    attempt = start(task=ready, version=ready.version_id or "", seed="seed", now=NOW)
    answers = [right_answers(attempt), wrong_answers(attempt)] * 2

    def hand_in(given: dict[str, list[str]]) -> Submission:
        return submit(attempt=attempt, version=ready.version_id or "", responses=given, now=NOW)

    results = at_once(*[lambda given=given: hand_in(given) for given in answers])
    assert len({submission.pk for submission in results}) == 1
    assert (Submission.objects.count(), Marking.objects.count()) == (1, 1)
    assert Completion.objects.count() == int(Marking.objects.get().passed)
    assert Entry.objects.filter(kind="quiz.submitted").count() == 1


def test_an_answer_saved_while_the_paper_is_being_handed_in_waits_and_is_refused():
    _, _, (task, _) = two_modules()
    ready = read(task)
    attempt = start(task=ready, version=ready.version_id or "", seed="seed", now=NOW)
    right = right_answers(attempt)
    marked = Event()

    def linger(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Stop for a moment when everything is written and nothing committed yet."""
        result = execute(sql, params, many, context)
        if sql.startswith("DELETE"):
            marked.set()
            sleep(0.2)
        return result

    def hand_in() -> Submission:
        with connection.execute_wrapper(linger):
            return submit(attempt=attempt, version=ready.version_id or "", responses=right, now=NOW)

    def save() -> None:
        assert marked.wait(timeout=30)
        save_answers(attempt=attempt, responses=right, now=NOW)

    save_answers(attempt=attempt, responses=wrong_answers(attempt), now=NOW)
    _, saved = at_once(hand_in, save)
    assert isinstance(saved, Conflict)
    assert not SavedAnswer.objects.exists()
    assert Marking.objects.get().passed


def test_the_last_two_modules_passed_at_once_count_the_person_as_trained_once():
    made, assignment, tasks = two_modules()
    ready = [read(task) for task in tasks]
    at_once(*[lambda task=task: sit(task) for task in ready])
    assert Completion.objects.filter(task__assignment=assignment).count() == 2
    assert counters_hold(made).trained == 1


def test_people_who_work_at_once_are_all_counted():
    people = [person(f"{n}", f"氏名{n}") for n in range(CROWD)]
    made = campaign()
    at_once(*[lambda e=e: train(assignment_of(e)) for e in people])
    tally = counters_hold(made)
    assert (tally.started, tally.trained) == (CROWD, CROWD)


def test_a_pledge_signed_in_several_tabs_is_signed_once():
    made, assignment, _ = two_modules()
    train(assignment)
    results = crowd(lambda: sign(assignment_of(assignment.employment), "髙橋 一郎"))
    assert len({attestation.pk for attestation in results}) == 1
    assert Attestation.objects.count() == 1
    assert counters_hold(made).signed == 1


def test_signing_and_refusing_at_once_end_in_a_signature():
    _, assignment, _ = two_modules()
    train(assignment)
    refuse = lambda: decline(assignment=assignment, reason="理由", now=NOW)  # noqa: E731
    signed, *refused = at_once(lambda: sign(assignment_of(assignment.employment), "髙橋 一郎"), refuse, refuse)
    assert isinstance(signed, Attestation)
    assert all(isinstance(result, Decline | Conflict) for result in refused)
    assert Decline.objects.count() <= 1


def test_a_certificate_issued_by_several_jobs_is_issued_once():
    _, assignment, _ = two_modules()
    train(assignment)
    attestation = sign(assignment, "髙橋 一郎")
    seal(now=NOW, key=load_key())
    results = crowd(lambda: issue(attestation=attestation, now=NOW))
    assert len({certificate.pk for certificate in results}) == 1
    assert list(Certificate.objects.values_list("serial", flat=True)) == ["FY2026-000001"]


def test_certificates_issued_at_once_have_numbers_without_gap_or_twin():
    people = [person(f"{n}", f"氏名{n}") for n in range(CROWD)]
    campaign()
    signed = []
    for number, employment in enumerate(people):
        train(assignment_of(employment))
        signed.append(sign(assignment_of(employment), f"氏名{number}"))
    seal(now=NOW, key=load_key())
    at_once(*[lambda a=a: issue(attestation=a, now=NOW) for a in signed])
    serials = sorted(Certificate.objects.values_list("serial", flat=True))
    assert serials == [f"FY2026-{n:06}" for n in range(1, CROWD + 1)]


def test_signatures_sealed_and_certified_by_jobs_side_by_side_are_all_certified():
    """What happens when several people sign in the same second: each job seals, then issues."""
    people = [person(f"{n}", f"氏名{n}") for n in range(CROWD)]
    campaign()
    for employment in people:
        train(assignment_of(employment))

    def whole(number: int) -> Certificate:
        attestation = sign(assignment_of(people[number]), f"氏名{number}")
        seal(now=NOW, key=load_key())
        return issue(attestation=attestation, now=NOW)

    results = at_once(*[lambda n=n: whole(n) for n in range(CROWD)])
    assert sorted(certificate.serial for certificate in results) == [f"FY2026-{n:06}" for n in range(1, CROWD + 1)]


def test_a_wish_for_a_name_sent_twice_at_once_is_one_wish():
    employee = person().employee
    results = crowd(lambda: ask_for_name(employee=employee, name="髙橋 一朗", kana="", note="", now=NOW))
    assert len({request.pk for request in results}) == 1
    assert NameRequest.objects.count() == 1


def test_one_policy_published_by_several_at_once_is_one_revision():
    revisions = crowd(lambda: publish_revision(source=POLICY, now=NOW))
    assert {made.pk for made in revisions} == {Revision.objects.get().pk}


def test_different_policies_published_at_once_are_each_a_revision_or_refused_with_the_reason():
    texts = [POLICY.replace("2022年7月29日 制定", f"2022年7月29日 制定\n202{n}年4月1日 改定") for n in range(3, 7)]
    made = at_once(*[lambda text=text: publish_revision(source=text, now=NOW) for text in texts])
    assert {type(one) for one in made} <= {Revision, Conflict}
    numbers = [one.number for one in made if isinstance(one, Revision)]
    assert sorted(numbers) == list(range(1, Revision.objects.count() + 1))


def test_one_wording_of_the_pledge_published_by_several_at_once_is_one_version():
    wordings = crowd(
        lambda: publish_statement(statement=NAMESPACE, language="ja", title="誓約書", words="守る。", now=NOW)
    )
    assert {made.pk for made in wordings} == {StatementVersion.objects.get().pk}


def test_one_number_enrolled_at_once_by_several_is_given_once_and_the_others_read_why():
    results = crowd(lambda: person("000101", department="営業本部/第一営業部"))
    assert [type(r) for r in results].count(Employment) == 1
    assert [str(r) for r in results if isinstance(r, Conflict)] == ["社員番号「000101」はすでに使われています。"] * (
        CROWD - 1
    )
    assert Employment.objects.count() == 1


def test_people_enrolled_at_once_into_a_new_department_are_in_one_department():
    results = at_once(*[lambda n=n: person(f"{n}", department="営業本部/第一営業部") for n in range(CROWD)])
    assert {type(r) for r in results} == {Employment}
    assert DepartmentPlace.objects.count() == 2


def test_a_signature_annulled_by_several_at_once_is_annulled_once():
    year, officer = building.year(), building.officer()
    results = crowd(
        lambda: annul(
            attestation=year.attestation, cause="other", reason="理由", by=officer, now=building.later(hours=1)
        )
    )
    assert [type(result) for result in results].count(Conflict) == CROWD - 1
    assert Annulment.objects.count() == 1
    assert counters_hold(year.assignment.campaign).signed == 0


def test_a_certificate_issued_again_revoked_and_wanted_in_english_at_once_has_one_successor_or_none():
    year, officer = building.year(), building.officer()
    building.married(year.employment, now=building.later(minutes=1))
    given = {"certificate": year.certificate, "by": officer, "now": building.later(hours=1)}
    again = lambda: reissue(reason="理由", **given)  # noqa: E731
    english = lambda: issue_edition(language="en", **given)  # noqa: E731
    results = at_once(again, again, lambda: revoke(reason="理由", **given), english, english)
    assert all(isinstance(result, (Certificate, CertificateEvent, Edition, Conflict)) for result in results)
    assert CertificateEvent.objects.count() == 1
    revoked = CertificateEvent.objects.get().kind == CertificateEvent.Kind.REVOKED
    assert Certificate.objects.count() == (1 if revoked else 2)
    assert Edition.objects.count() <= 1


def test_a_list_imported_by_several_is_imported_once():
    data = "社員番号,氏名,所属\n000101,髙橋 一郎,営業本部/一課\n000102,𠮷田 二,営業本部/二課\n".encode()
    results = crowd(lambda: import_staff(data))
    assert [made is not None for _plan, made in results].count(True) == 1
    assert (Employment.objects.count(), DepartmentPlace.objects.count(), RosterImport.objects.count()) == (2, 3, 1)


def test_an_import_taken_back_by_several_is_taken_back_once():
    import_staff("社員番号,氏名,所属\n000101,髙橋 一郎,営業本部\n".encode())
    results = crowd(lambda: undo_import(roster_import=RosterImport.objects.get(number=1), depends={}, by=None, now=NOW))
    assert [type(r) for r in results].count(RosterImport) == 1
    assert [type(r) for r in results].count(Conflict) == CROWD - 1
    assert not Employment.objects.filter(superseded_at__isnull=True).exists()


def test_an_import_and_an_enrolment_at_once_give_a_number_once():
    data = "社員番号,氏名,所属\n000101,髙橋 一郎,営業本部\n".encode()
    at_once(lambda: import_staff(data), lambda: person("000101", "髙橋 一郎", department="営業本部"))
    assert Employment.objects.filter(number="000101", superseded_at__isnull=True).count() == 1
    assert DepartmentPlace.objects.filter(name="営業本部").count() == 1


def test_a_plan_drafted_by_a_double_click_is_one_and_the_second_reads_why():
    campaign(opened=False)
    values = {
        "title": "研修",
        "kind": Campaign.Kind.YEARLY,
        "first_day": date(2026, 4, 1),
        "last_day": date(2027, 3, 31),
    }
    values |= {"due_on": date(2026, 12, 25), "valid_until": date(2027, 12, 31), "revision": Revision.objects.get()}
    values |= {"statement": StatementVersion.objects.get(), "modules": list(Module.objects.all())}
    values |= {"by": building.officer(), "now": NOW}
    results = crowd(lambda: plan(code="AGAIN", **values))
    assert [type(result) for result in results].count(Campaign) == 1
    assert {str(one) for one in results if isinstance(one, Conflict)} == {"コード「AGAIN」はすでに使われています。"}
    assert Campaign.objects.filter(code="AGAIN").count() == 1
    assert CampaignModule.objects.filter(campaign__code="AGAIN").count() == 1


def test_one_account_for_several_people_at_once_is_one_persons():
    people, user = [person(f"{n}", f"氏名{n}") for n in range(CROWD)], account("ichiro")
    results = at_once(*[lambda one=one: link_account(employee=one.employee, user=user, now=NOW) for one in people])
    assert [type(result) for result in results].count(Conflict) == CROWD - 1
    assert Employee.objects.filter(user=user).count() == 1


def test_one_identity_for_several_accounts_at_once_is_one_accounts():
    users = [account(f"user{n}") for n in range(CROWD)]
    results = at_once(*[lambda one=one: link_identity(user=one, provider="company", subject="s-1") for one in users])
    assert [type(result) for result in results].count(Conflict) == CROWD - 1
    assert SocialAccount.objects.count() == 1


def test_a_name_corrected_while_a_list_renames_the_same_person_is_believed_once():
    for turn in range(3):
        number = f"00010{turn}"
        employee = person(number, "髙橋 一郎", department="営業本部").employee
        data = f"社員番号,氏名,所属\n{number},髙橋 二郎,営業本部\n".encode()
        results = at_once(
            lambda data=data: import_staff(data, day=date(2026, 5, 1)),
            lambda employee=employee: rename(
                employee=employee, name="髙橋 三郎", kana="", since=date(2026, 5, 1), now=NOW
            ),
        )
        assert [one for one in results if isinstance(one, TrainingError)] == []
        believed = PersonName.objects.filter(employee=employee, superseded_at__isnull=True, valid_to__isnull=True)
        assert believed.get().name in {"髙橋 二郎", "髙橋 三郎"}


def test_modules_published_at_once_with_the_same_new_picture_keep_it_once():
    red = asking.picture("red")
    slugs = [f"article-{n}" for n in range(1, CROWD + 1)]
    building.revision()
    made = at_once(
        *[lambda slug=slug: building.module_version(slug, **asking.with_pictures(slug, red)) for slug in slugs]
    )
    assert [one.module.slug for one in made] == slugs
    assert FrozenImage.objects.get().sha256 == red.sha256


def test_a_change_is_composed_while_modules_on_the_same_text_are_published_and_neither_waits_for_the_other_for_ever():
    changes.signed_first("000101")
    revision = changes.second()
    changes.decide_all(revision, material=("3.3", "3.5"))
    changes.confirm_all(revision)
    slugs = ("article-5", "article-6", "article-7")
    made = at_once(
        lambda: changes.compose(revision),
        *[
            lambda slug=slug: changes.publish(slug, revision, **changes.taught(("3.3",), slug=slug), now=changes.AFTER)
            for slug in slugs
        ],
    )
    assert isinstance(made[0], Campaign)
    assert [one.module.slug for one in made[1:]] == list(slugs)
