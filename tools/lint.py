"""Check everything that can be checked without running a test; say all that is wrong, not the first only."""

from __future__ import annotations

import os
import signal
import sys

from runner import ROOT, Step, run_all

BIN = ROOT / ".venv" / "bin"
PYTHON = BIN / "python"
# The database's state is no matter here, nor whether a key is there: only the models against the migrations.
MIGRATIONS = [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run", "--skip-checks"]

# The longest first: two run at a time.
STEPS = [
    Step("types", [BIN / "mypy"]),
    Step("migrations", MIGRATIONS, {"DJANGO_SETTINGS_MODULE": "cms.site.settings.test", "DATABASE_URL": None}),
    Step(
        "migrations-without-wagtail",
        MIGRATIONS,
        {"DJANGO_SETTINGS_MODULE": "tests.settings_training", "DATABASE_URL": None},
    ),
    Step("import-directions", [BIN / "lint-imports", "--no-logo"]),
    Step("catalogues", [PYTHON, "tools/messages.py", "--check"]),
    Step("templates", [BIN / "djhtml", "--check", "templates"]),
    Step("style", [BIN / "ruff", "check", "--output-format=concise"]),
    Step("format", [BIN / "ruff", "format", "--check", "--output-format=concise"]),
    Step("spelling", [BIN / "typos"]),
    Step("addresses", [PYTHON, "tools/addresses.py"]),
]


def main() -> int:
    """Run every check; 1 if one failed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    return 0 if run_all(STEPS, at_once=min(2, os.cpu_count() or 1), limit=10 * 60.0) else 1


if __name__ == "__main__":
    sys.exit(main())
