"""People at their browsers: what a test does over HTTP, in the words of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, reverse

from tests.building import PASSWORD, account, assignment_of, campaign, person, right_answers, wrong_answers
from training.campaigns.models import Assignment, Task
from training.quiz.frozen import contents
from training.quiz.models import Attempt
from training.quiz.queries import open_attempt
from training.web.learner.fields import posted
from training.web.urls import urlpatterns

SLUG = "article-3"
PATTERNS: dict[str, URLPattern] = {str(pattern.name): pattern for pattern in urlpatterns}


def takes(name: str, argument: str) -> bool:
    """Whether a page's address has this argument."""
    return argument in PATTERNS[name].pattern.converters


def allows(name: str, method: str) -> bool:
    """Whether a page's view answers this method."""
    view = PATTERNS[name].callback.view_class
    return method in view.http_method_names and hasattr(view, method)


class Page(HTMLParser):
    """What a page shows and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.actions: list[str | None] = []
        self.fields: dict[str, str] = {}
        self.words: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        if tag == "form" and found.get("method") == "post":
            self.actions.append(found.get("action"))
        if tag == "input" and found.get("type") == "hidden" and found.get("name"):
            self.fields[str(found["name"])] = found.get("value") or ""

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


class Learner:
    """An employee with an account, signed in, and the own assignment."""

    def __init__(
        self, username: str = "ichiro", number: str = "000101", name: str = "髙橋 一郎", *, noticed: bool = True
    ) -> None:
        self.name = name
        self.user = account(username)
        self.employment = person(number, name, department="営業部", user=self.user, noticed=noticed)
        self.client = Client()
        self.client.force_login(self.user)
        self.code = "FY2026"
        self._assignments: dict[str, Assignment] = {}

    @property
    def assignment(self) -> Assignment:
        """The person's assignment in the campaign of ``code``; it never changes, so it is asked for once."""
        if self.code not in self._assignments:
            self._assignments[self.code] = assignment_of(self.employment, self.code)
        return self._assignments[self.code]

    def task(self, slug: str = SLUG) -> Task:
        """The task of a module, as it stands."""
        return self.assignment.tasks.select_related("version").get(campaign_module__module__slug=slug)

    def attempt(self, slug: str = SLUG) -> Attempt | None:
        """The open paper."""
        return open_attempt(self.task(slug))

    def url(self, name: str, slug: str = SLUG, **extra: Any) -> str:
        """The address of a page about this person's training."""
        arguments: dict[str, Any] = {"assignment": self.assignment.pk} if takes(name, "assignment") else {}
        if takes(name, "module"):
            arguments["module"] = slug
        return reverse(f"training:{name}", kwargs=arguments | extra)

    def get(self, name: str, slug: str = SLUG, **extra: Any) -> HttpResponse:
        """Ask for a page."""
        return self.client.get(self.url(name, slug, **extra))

    def post(self, name: str, data: Mapping[str, Any] | None = None, slug: str = SLUG, **extra: Any) -> HttpResponse:
        """Send a form."""
        return self.client.post(self.url(name, slug, **extra), data or {})

    def read(self, slug: str = SLUG) -> None:
        """Open a module and step through its sections as the buttons do."""
        response = self.post("module", slug=slug)
        assert response.status_code == 302
        version = self.task(slug).version
        assert version is not None
        for position in range(2, len(version.content["sections"]) + 1):
            assert self.post("section", {"version": version.pk}, slug, position=position).status_code == 302

    def start(self, slug: str = SLUG) -> Attempt:
        """Begin the understanding check."""
        response = self.post("quiz_start", {"version": self.task(slug).version_id}, slug)
        assert response.status_code == 302
        attempt = self.attempt(slug)
        assert attempt is not None
        return attempt

    def paper(self, attempt: Attempt, answers: Mapping[str, Any], **extra: Any) -> dict[str, Any]:
        """The form of a paper, filled in; an answer to no question of the paper is sent as it is."""
        paper = contents(attempt.drawn)
        sent: dict[str, Any] = {"version": attempt.module_version_id, "attempt": attempt.pk}
        for key, answer in answers.items():
            sent |= posted(paper[key], key, answer) if key in paper else {key: answer}
        return sent | extra

    def hand_in(self, slug: str = SLUG, *, right: bool = True) -> HttpResponse:
        """Hand in the open paper, all right or all wrong."""
        attempt = self.attempt(slug)
        assert attempt is not None
        answers = right_answers(attempt) if right else wrong_answers(attempt)
        return self.post("quiz", self.paper(attempt, answers, hand_in="1"), slug)

    def pass_all(self, *slugs: str) -> None:
        """Do every module."""
        for slug in slugs or (SLUG,):
            self.read(slug)
            self.start(slug)
            assert self.hand_in(slug).status_code == 302

    def confirm(self, password: str = PASSWORD) -> HttpResponse:
        """Go on to sign, and confirm who one is."""
        response = self.post("pledge")
        assert response.status_code == 302, response.content.decode()
        return self.client.post(response["Location"], {"password": password})

    def signature(self, **changes: Any) -> dict[str, Any]:
        """The form of the signature as the page gives it, filled in."""
        page = Page(self.get("sign").content.decode())
        return {"digest": page.fields.get("digest", ""), "agree": "on", "typed_name": self.name} | changes

    def sign(self, **changes: Any) -> HttpResponse:
        """Sign."""
        return self.post("sign", self.signature(**changes))


def learner_in_training(*slugs: str, **changes: Any) -> Learner:
    """One person, one open campaign."""
    learner = Learner(**changes)
    campaign(slugs or (SLUG,))
    return learner
