"""Say what changed from one text of the policy to another, what was decided of it, and whom and what it touches."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.campaigns.calendar import day_of
from training.changes.between import Between, Line, between
from training.changes.side_by_side import in_plain
from training.changes.words import CHANGES, people_words, summary_of, verdict_on
from training.conf import conf
from training.errors import TrainingError
from training.policy.clauses import label
from training.policy.models import Revision

UNCHANGED, UNDECIDED = "unchanged", "undecided"
VERDICTS = {True: "material", False: "editorial", None: UNDECIDED}


class Command(BaseCommand):
    """Print every clause: unchanged, editorial, material or to be decided, with both wordings where they differ."""

    help = (
        "Compare two revisions of the policy clause by clause: unchanged, editorial, material or yet to be decided. "
        "What changed is shown in both wordings, with the modules, questions and people that it touches, as on the "
        "revision's page."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("old", type=int, metavar="OLD", help="the number of the earlier revision, such as 1")
        parser.add_argument("new", type=int, metavar="NEW", help="the number of the later revision, such as 2")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare, and print."""
        before, after = (_revision(options[name]) for name in ("old", "new"))
        try:
            found = between(before, after, day=day_of(timezone.now(), conf.time_zone))
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(found), ensure_ascii=False))
        else:
            self.stdout.write(
                "\n".join([*_head(found), "", *(line for one in found.lines for line in _said(one, found))])
            )


def _revision(number: int) -> Revision:
    found = Revision.objects.filter(number=number).prefetch_related("clauses").first()
    if found is None:
        raise CommandError(_("The policy has no revision %(number)d.") % {"number": number})
    return found


def _head(found: Between) -> Iterator[str]:
    """Which texts, how many clauses, how many people."""
    for revision in (found.before, found.after):
        yield _("%(title)s, revision %(number)d, enacted on %(day)s") % {
            "title": revision.title,
            "number": revision.number,
            "day": date_format(revision.enacted_on, "DATE_FORMAT"),
        }
    comparison = found.touched.comparison
    yield _(
        "%(changed)s changed, of which %(material)s material and %(undecided)s to be decided; %(same)s as they were"
    ) % {
        "changed": len(comparison.judged),
        "material": len(comparison.material),
        "undecided": sum(one.material is None for one in comparison.judged),
        "same": comparison.same,
    }
    people = ngettext("%(count)d person", "%(count)d people", found.touched.audience) % {
        "count": found.touched.audience
    }
    by_text = _("; ").join(people_words(found.touched.people))
    if by_text:
        people = _("%(people)s (%(by_text)s)") % {"people": people, "by_text": by_text}
    yield f"{_('Trained on an earlier text, and working here')}: {people}"


def _said(line: Line, found: Between) -> Iterator[str]:
    """A clause on one line; of a changed one also both wordings, and what it touches."""
    kind = CHANGES[line.difference.change]
    if line.touched is None:
        yield f"{label(line.difference.ref)}: {kind}"
        return
    yield f"{line.touched.judged.label}: {kind} – {verdict_on(line.touched.judged)}"
    sides = in_plain(line.difference)
    for heading, text in ((_("Before"), sides.before), (_("Now"), sides.after)):
        yield f"  {heading}: " + text.replace("\n", "\n    ")
    yield f"  {summary_of(line.touched, found.touched.audience)}"
    for module in line.touched.modules:
        yield f"    {module.held.version.title}"


def _as_json(found: Between) -> dict[str, Any]:
    comparison = found.touched.comparison
    return {
        "old": found.before.number,
        "new": found.after.number,
        "changed": len(comparison.judged),
        "unchanged": comparison.same,
        "people": found.touched.audience,
        "clauses": [_clause(line, found) for line in found.lines],
    }


def _clause(line: Line, found: Between) -> dict[str, Any]:
    sides = in_plain(line.difference)
    one: dict[str, Any] = {
        "ref_before": line.difference.ref_before or None,
        "ref_after": line.difference.ref_after or None,
        "change": line.difference.change.value,
        "verdict": UNCHANGED if line.touched is None else VERDICTS[line.touched.judged.material],
    }
    if line.touched is None:
        return one
    return one | {
        "before": sides.before if line.difference.ref_before else None,
        "after": sides.after if line.difference.ref_after else None,
        "modules": [module.held.module.slug for module in line.touched.modules],
        "questions_to_review": len(line.touched.to_review),
        "people": found.touched.audience,
    }
