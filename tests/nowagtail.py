"""A Python in which neither Wagtail nor cms can be imported: for proof that `training` needs neither.

A pytest plugin (`-p tests.nowagtail`), which does its work when it is imported, before anything else could have
imported them. Run by itself (`python -m tests.nowagtail`), it sets up a site without Wagtail from nothing.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import django
from django.conf import settings
from django.core.management import call_command

BARRED = ("wagtail", "cms")


class Bar(MetaPathFinder):
    """Refuses the barred packages as if they were not installed."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Leave every other module to the usual finders."""
        if fullname.partition(".")[0] in BARRED:
            raise ModuleNotFoundError(f"{fullname} is barred in this run", name=fullname)
        return None


def bar() -> None:
    """Bar the packages from here on.

    Raises RuntimeError if one of them is there already, or can still be imported: the run would prove nothing.
    """
    sys.meta_path.insert(0, Bar())
    for name in BARRED:
        try:
            importlib.import_module(name)
        except ModuleNotFoundError:
            continue
        raise RuntimeError(f"{name} can be imported: this run would prove nothing.")


def pytest_report_header() -> str:
    """Say so at the top of the run."""
    return f"cannot be imported: {', '.join(BARRED)}"


def set_up() -> None:
    """Make a site's key, database and checks, in the order in which an operator would."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings_training"
    django.setup()
    key = settings.PRIVACY_TRAINING["LEDGER_KEY_FILE"]
    if not key.exists():
        call_command("make_ledger_key", key)
    signing = [settings.PRIVACY_TRAINING[name] for name in ("SIGNING_KEY_FILE", "SIGNING_CERTIFICATE_FILE")]
    if not signing[0].exists():
        call_command("make_signing_key", *signing)
    call_command("migrate")
    call_command("check", fail_level="WARNING")


bar()

if __name__ == "__main__":
    set_up()
