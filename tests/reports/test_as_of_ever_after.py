"""An answer that was given is the same ever after, whatever happens: by any history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import building
from tests.reports.days import DAY, TODAY, correct, file, leave, lines, move, officer, paged, sealed
from training.attestation.annul import annul
from training.attestation.models import Attestation
from training.campaigns.models import Assignment
from training.ledger.models import Checkpoint
from training.people.enrol import rename
from training.people.models import DepartmentPlace, Employment, PersonName, Posting
from training.reports.as_of_page import figures_as_of

pytestmark = pytest.mark.django_db


@contextmanager
def taken_back() -> Iterator[None]:
    """What is written inside is not there afterwards; sealing works inside."""
    outermost = transaction.atomic()
    outermost._from_testcase = True  # what lets durable transactions run inside, as in Django's own TestCase
    with outermost:
        yield
        transaction.set_rollback(True)


class History:
    """A company to which things happen in any order."""

    def __init__(self) -> None:
        self.now = building.NOW
        self.people = [building.person(f"00010{n}", f"氏名{n}") for n in range(2)]
        self.campaign = building.campaign()
        self.officer = officer()
        self.seen: list[tuple[date, Checkpoint, bytes]] = []

    def current(self, which: int) -> Employment:
        """What is believed of one of the people."""
        employee = self.people[which % len(self.people)].employee_id
        return Employment.objects.filter(employee=employee, superseded_at__isnull=True).latest("valid_from")

    def do(self, act: str, which: int, offset: int) -> None:
        """Let one thing happen, on or for a day near to now."""
        self.now += timedelta(hours=7)
        day = TODAY + offset * DAY
        employment = self.current(which)
        getattr(self, act)(employment, which, day)

    def joins(self, employment: Employment, which: int, day: date) -> None:
        self.people.append(building.person(f"{len(self.people):06d}", "新 人", joined=day, now=self.now))

    def leaves(self, employment: Employment, which: int, day: date) -> None:
        if employment.valid_to is None and day > employment.valid_from:
            leave(employment, day, now=self.now)

    def renamed(self, employment: Employment, which: int, day: date) -> None:
        now = PersonName.objects.get(employee=employment.employee_id, superseded_at__isnull=True, valid_to__isnull=True)
        rename(employee=employment.employee, name=f"改名 {day}", kana="", since=max(day, now.valid_from), now=self.now)

    def moves(self, employment: Employment, which: int, day: date) -> None:
        if Posting.objects.filter(employment=employment, superseded_at__isnull=True, valid_to__isnull=True).exists():
            post = Posting.objects.get(employment=employment, superseded_at__isnull=True, valid_to__isnull=True)
            move(employment, f"部{which}", max(day, post.valid_from), now=self.now)

    def number_corrected(self, employment: Employment, which: int, day: date) -> None:
        (made,) = correct(employment, {"number": f"C{Employment.objects.count()}"}, now=self.now)
        for post in Posting.objects.filter(employment=employment, superseded_at__isnull=True):
            correct(post, {"employment_id": made.pk}, now=self.now)

    def department_renamed(self, employment: Employment, which: int, day: date) -> None:
        place = DepartmentPlace.objects.filter(superseded_at__isnull=True, valid_to__isnull=True).order_by("pk")[0]
        since = max(day, place.valid_from + DAY)
        correct(place, {"valid_to": since - DAY}, {"valid_from": since, "name": f"本部{day}"}, now=self.now)

    def _assignment(self, employment: Employment) -> Assignment | None:
        mine = Assignment.objects.filter(employment__employee=employment.employee_id, campaign=self.campaign)
        return mine.select_related("campaign__revision", "campaign__statement", "employment").first()

    def passes(self, employment: Employment, which: int, day: date) -> None:
        assignment = self._assignment(employment)
        if assignment and assignment.tasks.filter(completion__isnull=True).exists():
            building.train(assignment, now=self.now)

    def signs(self, employment: Employment, which: int, day: date) -> None:
        self.passes(employment, which, day)
        if assignment := self._assignment(employment):
            name = PersonName.objects.filter(
                employee=employment.employee_id, superseded_at__isnull=True, valid_from__lte=self.now.date()
            ).latest("valid_from")
            building.sign(assignment, name.name, now=self.now)

    def annulled(self, employment: Employment, which: int, day: date) -> None:
        signature = Attestation.objects.filter(
            assignment__employment__employee=employment.employee_id, annulment__isnull=True
        ).first()
        if signature:
            annul(attestation=signature, cause="other", reason="誤り", by=self.officer, now=self.now)

    def sealed(self, employment: Employment, which: int, day: date) -> None:
        checkpoint = sealed(self.now)
        self.seen.append((day, checkpoint, file(day, checkpoint, self.campaign)))

    def asked(self, employment: Employment, which: int, day: date) -> None:
        if (checkpoint := Checkpoint.objects.order_by("size").last()) is not None:
            self.seen.append((day, checkpoint, file(day, checkpoint)))


ACTS = [name for name in vars(History) if name not in {"current", "do"} and not name.startswith("_")]


@settings(max_examples=8, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 3), st.integers(-40, 40)), min_size=5, max_size=15))
def test_whatever_happens_afterwards_an_answer_given_stays(happenings: list[tuple[str, int, int]]) -> None:
    with taken_back():
        history = History()
        history.do("sealed", 0, 0)
        for happening in happenings:
            history.do(*happening)
        history.do("sealed", 1, 1)
        for day, checkpoint, answer in history.seen:
            again = [file(day, checkpoint), file(day, checkpoint, history.campaign)]
            assert answer in again
            assert file(day, checkpoint) == again[0]
        assert every_figure_is_the_count_of_its_lines(history)


def every_figure_is_the_count_of_its_lines(history: History) -> bool:
    """Pages and figures, which ask otherwise, say the same as the lines."""
    for day, checkpoint, _answer in history.seen[-2:]:
        for campaign in (None, history.campaign):
            found = lines(day, checkpoint, campaign)
            figures = figures_as_of(day=day, checkpoint=checkpoint, campaign=campaign)
            assert figures.employed == len({line.employment for line in found if line.employed})
            assert figures.assigned == sum(line.assignment is not None for line in found)
            assert figures.passed == sum(line.passed_on is not None for line in found)
            assert figures.signed == sum(line.signed_on is not None for line in found)
            assert paged(day, checkpoint, campaign, 5) == found
    return True
