"""Say whether every item of the policy, and every awareness topic, is taught and tested, and by its newest text."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from training.catalogue.coverage import Cover
from training.catalogue.queries import newest_revision
from training.changes.matrix import matrix_of


class Command(BaseCommand):
    """Print the matrix; exit 1 with a hole in it, or with something stale."""

    help = (
        "Print where each clause of the policy and each awareness topic is taught and tested. Exit 1 with a hole, and "
        "where a module still speaks of a clause as it was: until an editor confirms or rewrites it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--language", default="ja", help="language of the modules (default: ja)")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        revision = newest_revision()
        if revision is None:
            raise CommandError(_("No policy has been published yet: run import_policy first."))
        found = matrix_of(revision, language=options["language"])
        if options["json"]:
            result = {
                "revision": revision.number,
                "whole": not found.holes and not found.stale,
                "holes": found.holes,
                "stale": found.stale,
                "clauses": {ref: _places(cover) for ref, cover in found.clauses.items()},
                "topics": {topic: _places(cover) for topic, cover in found.topics.items()},
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            for name, cover in [*found.clauses.items(), *found.topics.items()]:
                numbers = {"name": name, "taught": len(cover.taught), "tested": len(cover.tested)}
                self.stdout.write(_("%(name)s: taught %(taught)d times, tested %(tested)d times") % numbers)
        faults = []
        if found.holes:
            faults.append(_("Not covered: %(holes)s") % {"holes": "; ".join(found.holes)})
        if found.stale:
            faults.append(_("Still the old text: %(places)s") % {"places": "; ".join(found.stale)})
        if faults:
            raise CommandError("\n".join(faults))
        if not options["json"]:
            self.stdout.write(self.style.SUCCESS(_("Everything is taught and tested.")))


def _places(cover: Cover) -> dict[str, list[str]]:
    return {"taught": cover.taught, "tested": cover.tested}
