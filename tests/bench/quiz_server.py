"""A company whose people have a paper open each, and the server that they hand it in to.

``make PEOPLE QUESTIONS``, ``serve PORT``, and at the end ``count``.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIServer

import django

from tests import asking

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.core.servers.basehttp import WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.middleware.csrf import _get_new_csrf_string

from tests import building
from tests.bench.quiz_floor import FloorCounter, FloorRow, make_tables
from training.campaigns.models import Completion
from training.catalogue.blueprint import Blueprint
from training.ledger import triggers
from training.ledger.models import Entry
from training.quiz.models import Answer, Marking, Submission
from training.quiz.sitting import start


def make(people: int, draw: int) -> None:
    """Write to the standard output, a line for each person, what their browser would send."""
    triggers.install()
    make_tables()
    sessions = import_module(settings.SESSION_ENGINE)
    questions = tuple(asking.question("article-3", n) for n in range(2 * draw))
    users = get_user_model().objects.bulk_create(
        [get_user_model()(username=f"p{n}", password="!") for n in range(people)]
    )
    staff = [building.person(f"{n:06}", "髙橋 一郎", user=user) for n, user in enumerate(users)]
    building.campaign(
        snapshots={"article-3": {"questions": questions, "blueprint": Blueprint(draw=draw, pass_mark=80)}}
    )
    for employment, user in zip(staff, users, strict=True):
        assignment = building.assignment_of(employment)
        task = building.read(assignment.tasks.get())
        attempt = start(task=task, version=str(task.version_id), seed=f"{user.pk}", now=building.NOW)
        session = sessions.SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        token = _get_new_csrf_string()
        answers = {key: chosen[0] for key, chosen in building.right_answers(attempt).items()}
        print(
            json.dumps(
                {
                    "cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}; csrftoken={token}",
                    "path": f"/my/{assignment.pk}/modules/article-3/quiz/",
                    "form": answers
                    | {
                        "csrfmiddlewaretoken": token,
                        "version": str(task.version_id),
                        "attempt": str(attempt.pk),
                        "hand_in": "1",
                    },
                }
            )
        )


class Server(ThreadingMixIn, WSGIServer):
    """Django's own threaded server, with room for all who knock at once."""

    daemon_threads = True
    request_queue_size = 200


class Quiet(WSGIRequestHandler):
    """Says nothing."""

    def log_message(self, *args: Any) -> None:
        """Nothing."""


def serve(port: int) -> None:
    """Until killed."""
    server = Server(("127.0.0.1", port), Quiet)
    server.set_app(get_wsgi_application())
    print("ready", flush=True)
    server.serve_forever()


def count() -> None:
    """Print how many rows there are of what handing in writes, the product's and the floor's."""
    rows = {
        "floor": FloorRow.objects.count(),
        "updates": FloorCounter.objects.get().count,
        "submission": Submission.objects.count(),
        "answer": Answer.objects.count(),
        "marking": Marking.objects.count(),
        "completion": Completion.objects.count(),
        "entry": Entry.objects.filter(kind="quiz.submitted").count(),
    }
    print(json.dumps(rows))


if __name__ == "__main__":
    {"make": make, "serve": serve, "count": count}[sys.argv[1]](*map(int, sys.argv[2:]))
