"""A machine that does commands of ``manage.py`` at another time, each in a process of its own that can be killed.

``python -m tests.at_a_time`` reads orders, a line of JSON each: a moment, and commands of a process, one after the
other. It answers with the process's id, and when that has ended with its exit status, below zero for a signal. The
clock goes on from the moment. Processes are forked, since it is starting that takes long: the commands that are named
on the command line are imported before. They talk to stderr.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import django
from django.core.checks.urls import check_resolver
from django.core.management import execute_from_command_line, get_commands, load_command_class
from django.urls import get_resolver
from django.utils import timezone


def main() -> None:
    """Do what is ordered until nobody orders any more."""
    django.setup()
    for name in sys.argv[1:]:
        load_command_class(get_commands()[name], name)
    check_resolver(get_resolver())  # which imports every page
    for line in sys.stdin:
        moment, commands = json.loads(line)
        process = os.fork()
        if not process:
            os.dup2(2, 1)
            work(datetime.fromisoformat(moment), commands)
            os._exit(0)
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


def work(moment: datetime, commands: Sequence[Sequence[str]]) -> None:
    """Move the clock, and do the commands."""
    moved = moment - datetime.now(UTC)
    timezone.now = lambda: datetime.now(UTC) + moved
    for words in commands:
        execute_from_command_line(["manage.py", *words, "--skip-checks"])


if __name__ == "__main__":
    main()
