"""Write a pack in a process of its own, and say what memory it took: ``python -m tests.bench.exporting FILE CODE``."""

from __future__ import annotations

import json
import os
import resource
import sys
from io import StringIO
from pathlib import Path

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()

from django.core.management import call_command, load_command_class
from django.urls import reverse

from training.campaigns.models import Campaign


def resident() -> int:
    """The process's memory now, in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def main() -> None:
    """Sit idle as a server does, with every view and the command loaded; then export."""
    reverse("training:home")
    load_command_class("training", "export_evidence")
    Campaign.objects.count()
    idle = resident()
    out = StringIO()
    call_command("export_evidence", *sys.argv[2:], "--out", sys.argv[1], "--json", stdout=out)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"idle": idle, "peak": peak, **json.loads(out.getvalue())}))


if __name__ == "__main__":
    main()
