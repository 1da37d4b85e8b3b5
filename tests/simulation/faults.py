"""Rules of the product, each broken in one place: the comparison with the model must notice every one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db.models import Exists, OuterRef

from training.attestation import credit
from training.attestation.models import Attestation
from training.campaigns import assign, candidates, deadlines
from training.campaigns.models import AssignmentEvent
from training.changes import compose
from training.reports import as_of
from training.reports.as_of_rows import Then
from training.rounds import begin, daily

Patch = pytest.MonkeyPatch


def leave_does_not_stop_the_clock(patch: Patch) -> None:
    """Nobody's leave is known to the due rule."""
    patch.setattr(candidates, "_leaves", lambda _employees: {})


def movers_lose_their_assignment(patch: Patch) -> None:
    """Whom the audience does not ask any more is closed."""
    look = assign._Round.look

    def look_and_close(self: Any, mine: list[Any]) -> None:
        look(self, mine)
        for one in mine:
            asked = one.spell and one.spell.holds(self._today) and not one.signed and not one.closed
            if asked and one.cause == "audience" and not self._choosing.verdict(one.spell).is_in:
                self._turn(one, AssignmentEvent.Kind.CLOSED, AssignmentEvent.Cause.REMOVED, self._today)

    patch.setattr(assign._Round, "look", look_and_close)


def joiners_are_not_followed(patch: Patch) -> None:
    """Nobody comes in after the opening."""
    patch.setattr(assign._Round, "newcomers", lambda _self, _spells: None)


def an_annulled_signature_is_credited(patch: Patch) -> None:
    """The newest signature is credited, whatever became of it."""
    patch.setattr(credit, "counting", lambda: Attestation.objects.all())


def leavers_are_deleted_from_the_list(patch: Patch) -> None:
    """Who does not work here on the day is in no report."""
    assigned = Then.assigned

    def of_who_is_here(self: Then) -> Any:
        return assigned(self).filter(Exists(self.employed().filter(employee=OuterRef("employment__employee"))))

    patch.setattr(Then, "assigned", of_who_is_here)


def the_due_day_is_off_by_one(patch: Patch) -> None:
    """A day too many."""
    due_day = deadlines.due_day

    def a_day_later(*values: Any, **named: Any) -> date | None:
        day = due_day(*values, **named)
        return day and day + timedelta(days=1)

    patch.setattr(deadlines, "due_day", a_day_later)


def a_rehire_is_merged(patch: Patch) -> None:
    """Somebody's spells are one, whatever lies between them."""

    def one_run(rows: Iterable[Any]) -> Iterator[list[Any]]:
        yield sorted(rows, key=lambda row: row.first)

    patch.setattr(candidates, "_runs", one_run)


def a_change_campaign_asks_everybody(patch: Patch) -> None:
    """Nobody looks who signed the old text."""
    for module in (begin, daily):
        patch.setattr(module, "named_for", lambda _campaign: None)


def a_change_credits_nobody(patch: Patch) -> None:
    """Who signed the new text elsewhere stays asked."""
    patch.setattr(compose, "credit_rule_of", lambda _revision: None)


def the_old_text_is_credited_for_the_new(patch: Patch) -> None:
    """A rule's revision is not looked at."""
    counts = credit.counts
    patch.setattr(credit, "counts", lambda rule, **named: counts(replace(rule, same_revision=False), **named))


def the_name_is_that_of_the_day_of_the_report(patch: Patch) -> None:
    """A report of September says the name of March."""
    with_person = Then._with_person

    def as_known_now(self: Then, *values: Any) -> Any:
        return with_person(replace(self, day=date(2100, 1, 1)), *values)

    patch.setattr(Then, "_with_person", as_known_now)


def an_exemption_never_ends(patch: Patch) -> None:
    """Its last day is written, and nobody looks at it."""
    settled = as_of._settled

    def as_if_it_held(day: date, *values: Any) -> dict[str, Any]:
        until = values[6]
        return settled(min(day, until) if until else day, *values)

    patch.setattr(as_of, "_settled", as_if_it_held)


def only_main_posts_count(patch: Patch) -> None:
    """A second post in a department asks nobody."""
    posts = candidates.Posting.objects
    manager = posts.filter(primary=True)
    departments = candidates._departments

    def of_main_posts(*values: Any) -> Any:
        with pytest.MonkeyPatch.context() as inner:
            inner.setattr(candidates, "Posting", type("Main", (), {"objects": manager}))
            return departments(*values)

    patch.setattr(candidates, "_departments", of_main_posts)


def a_correction_changes_what_was_known(patch: Patch) -> None:
    """A report asks what is believed now, not what was at its checkpoint."""
    patch.setattr(Then, "believed", lambda _self, rows: rows.filter(superseded_at__isnull=True))


def a_sheet_is_told_as_done_online(patch: Patch) -> None:
    """Nobody looks how something was completed or signed."""
    patch.setattr(as_of, "PAPER", as_of.ONLINE)


FAULTS: tuple[Callable[[Patch], None], ...] = (
    leave_does_not_stop_the_clock,
    movers_lose_their_assignment,
    joiners_are_not_followed,
    an_annulled_signature_is_credited,
    leavers_are_deleted_from_the_list,
    the_due_day_is_off_by_one,
    a_rehire_is_merged,
    a_change_campaign_asks_everybody,
    a_change_credits_nobody,
    the_old_text_is_credited_for_the_new,
    the_name_is_that_of_the_day_of_the_report,
    an_exemption_never_ends,
    only_main_posts_count,
    a_correction_changes_what_was_known,
    a_sheet_is_told_as_done_online,
)
