"""Jobs: at once by default, by workers over the database where that is set; a worker that is killed loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cms.site.settings import workers
from cms.site.settings.workers import jobs, webhooks
from tests.building import campaign
from tests.reminders.company import at, member
from tests.reminders.post import PostOffice, post_office, words
from training.ledger.models import Entry
from training.people.account_models import Invitation
from training.people.invite import by_link
from training.people.models import Employee
from training.reminders.models import Letter, ReminderSent

ROOT = Path(__file__).resolve().parent.parent
KEYS = ("LEDGER_KEY_FILE", "SIGNING_KEY_FILE", "SIGNING_CERTIFICATE_FILE")
QUEUE = "django_tasks_database"
WORK = ["db_worker", "--batch", "--no-startup-delay"]
REMIND = ["send_reminders"]


# --- settings ---


@pytest.mark.parametrize("environment", [{}, {"TASKS": ""}, {"TASKS": "immediate"}])
def test_jobs_are_done_at_once_unless_somebody_says_otherwise(environment: dict[str, str]):
    assert jobs(environment) == ([], {})


def test_workers_do_them_where_that_is_set():
    apps, settings = jobs({"TASKS": "database"})
    assert apps == ["django_tasks_db"]
    assert settings == {"TASKS": {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}}


@pytest.mark.parametrize("asked", ["databases", "Database", "celery", " "])
def test_another_word_is_refused_with_those_there_are(asked: str):
    with pytest.raises(ImproperlyConfigured, match="database, or immediate"):
        jobs({"TASKS": asked})


def test_whoever_lacks_the_package_is_told_which(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "PACKAGE", "no_such_package")
    with pytest.raises(ImproperlyConfigured, match="django-tasks-db"):
        jobs({"TASKS": "database"})


def test_chat_tools_come_from_the_file_that_is_named(tmp_path: Path):
    path = tmp_path / "hooks.json"
    path.write_text('[{"name": "総務", "url": "https://chat.example/", "secret": "whsec_"}]', encoding="utf-8")
    assert webhooks({"WEBHOOKS_FILE": str(path)})[0]["name"] == "総務"
    assert webhooks({}) == webhooks({"WEBHOOKS_FILE": ""}) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "line 1, column 1"),
        (b'[{"secret": "whsec_hidden"},\n!]', "line 2, column 1"),
        (b'[{"secret": "whsec_hidden", "name": "\xff"}]', "not UTF-8"),
        (b'{"secret": "whsec_hidden"}', "a list of objects"),
        (b'["whsec_hidden"]', "a list of objects"),
    ],
)
def test_a_file_that_says_nothing_is_named_and_its_secrets_are_not(tmp_path: Path, content: bytes | None, said: str):
    path = tmp_path / "hooks.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImproperlyConfigured) as refused:
        webhooks({"WEBHOOKS_FILE": str(path)})
    assert str(path) in str(refused.value)
    assert said in str(refused.value)
    assert "hidden" not in str(refused.value)


# --- real workers ---


class Held(PostOffice):
    """A mail server that can be made to think about the next mail, for as long as somebody looks at it."""

    def __init__(self) -> None:
        super().__init__(before=self.think)
        self.asked, self.answered = threading.Event(), threading.Event()
        self.thinks = self.takes = False

    def think(self) -> None:
        """Hold the connection until told to go on; then take the mail, or break off."""
        if self.thinks:
            self.thinks, takes = False, self.takes
            self.asked.set()
            assert self.answered.wait(60)
            if not takes:
                raise ConnectionAbortedError


class Machine:
    """One with workers, over this test's database: its processes are real, and their clock is where it is put."""

    def __init__(self, office: Held, process: subprocess.Popen[str]) -> None:
        self.office, self.process = office, process

    def start(self, now: datetime, *commands: list[str]) -> int:
        """Begin these commands, one after the other, in a process; return its id."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps([now.isoformat(), commands]) + "\n")
        self.process.stdin.flush()
        return self.heard()

    def run(self, now: datetime, *commands: list[str]) -> int:
        """Do these commands to the end; return how the process ended."""
        self.start(now, *commands)
        return self.heard()

    def run_and_kill(self, now: datetime, *commands: list[str], taken: bool) -> None:
        """Do these commands, and kill the process while the mail server has the first mail in hand.

        ``taken``: the server keeps the mail, and can tell nobody.
        """
        self.office.thinks, self.office.takes = True, taken
        self.office.asked.clear()
        self.office.answered.clear()
        process = self.start(now, *commands)
        assert self.office.asked.wait(60)
        os.kill(process, signal.SIGKILL)
        assert self.heard() == -signal.SIGKILL
        self.office.answered.set()

    def heard(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def started(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Machine]:
    """A machine and its mail server, with a table for tasks until this file's tests are over."""
    own = django_settings.PRIVACY_TRAINING
    command = [sys.executable, "-m", "tests.at_a_time", "invite", "send_reminders", "db_worker"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with post_office(SimpleNamespace(), office := Held()):
        environment = {
            **os.environ,
            **{name: str(own[name]) for name in KEYS},
            "DJANGO_SETTINGS_MODULE": "tests.settings_workers",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(office.port),
            "DATABASE_URL": address_of_the_database(),
            "VAR_DIR": str(tmp_path_factory.mktemp("machine")),
            "TASKS": "database",
        }
        try:
            with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as process:
                made = Machine(office, process)
                assert made.run(at("2026-12-01"), ["migrate", QUEUE, "--verbosity", "0"]) == 0
                yield made
        finally:
            with django_db_blocker.unblock():
                with connection.cursor() as cursor:
                    cursor.execute(f"DROP TABLE IF EXISTS {QUEUE}_dbtaskresult")
                MigrationRecorder(connection).migration_qs.filter(app=QUEUE).delete()
                connection.close()


@pytest.fixture
def machine(started: Machine, transactional_db: None) -> Machine:
    """A machine that nobody has asked for anything yet."""
    started.office.mails.clear()
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {QUEUE}_dbtaskresult")
    return started


def address_of_the_database() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def tasks(name: str) -> list[str]:
    """The states of each task of a name that was asked for, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT task_path, status FROM {QUEUE}_dbtaskresult ORDER BY enqueued_at")
        return [status for path, status in cursor.fetchall() if path.endswith(f".{name}")]


def link_in(mail: Any) -> str:
    """The secret of the link that a mail has."""
    address = next(word for word in words(mail).split() if "/welcome/" in word)
    return address.rstrip("/").rpartition("/")[2]


def test_a_killed_worker_loses_no_letter_and_repeats_nothing_visible(machine: Machine):
    office = machine.office
    for number in range(3):
        member(f"00020{number}", f"氏名{number}")
    campaign()

    machine.run_and_kill(at("2026-12-11", 9), REMIND, WORK, taken=False)
    assert office.mails == []
    assert sorted(Letter.objects.values_list("state", flat=True)) == ["sending", "waiting", "waiting"]
    # Nobody takes a dead worker's task up: the next send_reminders asks anew for whatever waits.
    assert tasks("send_letters") == ["RUNNING"]
    machine.run_and_kill(at("2026-12-11", 10), REMIND, WORK, taken=True)
    assert machine.run(at("2026-12-11", 11), REMIND, WORK) == 0

    # The one mail that the server took without being able to say so goes twice, under one id: mail programs show one.
    assert sorted(Counter(office.ids()).values()) == [1, 1, 2]
    for number in range(3):
        assert len({str(mail["Message-ID"]) for mail in office.to(f"00020{number}@example.com")}) == 1
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}
    assert ReminderSent.objects.count() == Entry.objects.filter(kind="reminders.sent").count() == 3
    assert tasks("send_letters") == ["RUNNING", "RUNNING", "SUCCESSFUL"]


def test_a_killed_worker_loses_no_invitation_and_the_newest_link_is_good(machine: Machine):
    office = machine.office
    for number in range(3):
        member(f"00020{number}", f"氏名{number}")

    machine.run_and_kill(at("2026-12-11", 9), ["invite", "--all"], WORK, taken=True)
    assert tasks("mail_invitation") == ["RUNNING", "READY", "READY"]
    assert machine.run(at("2026-12-11", 10), REMIND, WORK) == 0

    assert tasks("mail_invitation") == ["RUNNING", "SUCCESSFUL", "SUCCESSFUL"]
    assert sorted(len(office.to(f"00020{number}@example.com")) for number in range(3)) == [1, 1, 2]
    good = [by_link(link_in(mail), now=at("2026-12-11", 12)) for mail in office.mails]
    assert good[0] is None  # it was sent again, and the mail says that the newest one counts
    invited = {invitation.employee_id for invitation in good[1:] if invitation}
    assert invited == set(Employee.objects.values_list("pk", flat=True))
    assert not Invitation.objects.filter(sent_at=None).exists()
