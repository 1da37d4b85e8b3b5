"""What a page costs the database does not grow with modules or with staff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.building import NOW, account, assignment_of, campaign, person, sign, train
from tests.web.browsing import Learner
from training.access.grant import grant
from training.access.sample import draw_sample
from training.certificates.issue import issue_waiting
from training.roles import Role

pytestmark = pytest.mark.django_db
MOST = 12
MOST_OF_A_RECORD = 30
ONE, NINE = ("article-3",), tuple(f"article-{n}" for n in (3, 1, 2, 4, 5, 6, 7, 8, 9))


def learner_among(staff: int, slugs: tuple[str, ...]) -> Learner:
    """A learner at the beginning, in a company of so many and a year of so many modules."""
    for number in range(1, staff):
        person(f"{number:06}", f"氏名{number}", department=f"本部{number % 3}/部{number % 7}/課{number}")
    learner = Learner(number="900000")
    campaign(slugs)
    return learner


def count_queries(act: Callable[[], Any]) -> int:
    """How many queries an answer takes, read to its end; savepoints are the tests' own."""
    with CaptureQueriesContext(connection) as captured:
        response = act()
        if response.streaming:
            b"".join(response.streaming_content)
    assert response.status_code in {200, 302}, response.status_code
    return len([q for q in captured.captured_queries if "SAVEPOINT" not in q["sql"]])


def walk(learner: Learner, slugs: tuple[str, ...]) -> dict[str, int]:
    """The cost of each page that a learner sees, from the first to the last."""
    cost: dict[str, int] = {}

    def seen(name: str, what: str = "", **extra: Any) -> None:
        url = learner.url(name, **extra)
        found = count_queries(lambda: learner.client.get(url))
        cost[f"{name} {what}".strip()] = found

    seen("mine", "new")
    seen("module", "new")
    seen("notice")
    seen("name")
    learner.read()
    seen("mine", "reading")
    seen("module", "reading")
    seen("section", position=2)
    learner.start()
    seen("quiz")
    learner.hand_in(right=False)
    seen("result", "failed")
    learner.start()
    learner.hand_in()
    for slug in slugs[1:]:
        learner.pass_all(slug)
    seen("result", "passed")
    seen("mine", "passed")
    seen("pledge")
    seen("decline")
    learner.confirm()
    seen("sign")
    learner.sign()
    seen("receipt")
    seen("certificate_pdf")
    seen("pledge_pdf")
    seen("mine", "signed")
    return cost


def cost_of(company: Callable[[], dict[str, int]]) -> dict[str, int]:
    """Measure in a company that is gone afterwards."""
    with connection.cursor() as cursor:
        # By hand: sealing is done in no block but a test's own, and Django has renamed its savepoints.
        cursor.execute("SAVEPOINT company")
        cost = company()
        cursor.execute("ROLLBACK TO SAVEPOINT company")
    return cost


def test_each_page_of_a_learner_costs_at_most_twelve_queries_whatever_the_modules_and_the_staff():
    small = cost_of(lambda: walk(learner_among(1, ONE), ONE))
    assert {name: count for name, count in small.items() if count > MOST} == {}
    assert len(small) >= 17
    assert cost_of(lambda: walk(learner_among(30, NINE), NINE)) == small


def test_the_own_page_costs_the_same_with_one_year_and_with_four():
    learner = learner_among(1, ONE)
    assert learner.get("mine").status_code == 200
    campaign(("article-1",), code="FY2025")
    two = count_queries(lambda: learner.client.get("/my/"))
    for year in ("FY2024", "FY2023"):
        campaign(("article-1",), code=year)
    assert count_queries(lambda: learner.client.get("/my/")) == two <= MOST


def audit(certificates: int) -> dict[str, int]:
    """The cost of each page that an auditor sees."""
    people = [person(f"{n:06}", f"氏名{n}", department=f"本部{n}/課{n}") for n in range(certificates)]
    made = campaign()
    for employment in people:
        train(assignment_of(employment))
        sign(assignment_of(employment), f"氏名{employment.number[-1]}")
    assert len(issue_waiting(now=NOW).issued) == certificates
    user, officer = account("auditor", Role.AUDITOR), account("officer2", Role.PRIVACY_OFFICER)
    grant(user=user, campaigns=[made], first_day=NOW.date(), last_day=NOW.date(), by=officer, now=NOW)
    client = Client()
    client.force_login(user)
    code = {"code": made.code}
    sample = draw_sample(user=user, campaign=made, size=certificates, by_department=True, now=NOW)
    person_page = code | {"assignment": assignment_of(people[0]).pk}
    pages: dict[str, dict[str, Any]] = {
        "audit": {},
        "audit_campaign": code,
        "audit_people": code,
        "audit_person": person_page,
        "audit_samples": code,
        "audit_sample": code | {"sample": sample.pk},
        "audit_certificates": code,
        "audit_zip": code,
    }
    cost = {
        name: count_queries(lambda: client.get(reverse(f"training:{name}", kwargs=kwargs)))  # noqa: B023  (called at once)
        for name, kwargs in pages.items()
    }
    opened = reverse("training:audit_person", kwargs=person_page)
    assert client.post(opened, {"why": "sample"}).status_code == 302
    return cost | {"audit_person opened": count_queries(lambda: client.get(opened))}


def test_each_page_of_an_auditor_costs_the_same_for_one_certificate_and_for_nine():
    small = cost_of(lambda: audit(1))
    most = dict.fromkeys(small, MOST) | {"audit_person": MOST_OF_A_RECORD, "audit_person opened": MOST_OF_A_RECORD}
    assert {name: count for name, count in small.items() if count > most[name]} == {}
    assert cost_of(lambda: audit(9)) == small
