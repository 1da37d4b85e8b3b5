"""What happens right after a question was withdrawn."""

from __future__ import annotations

from django import VERSION
from django.utils import timezone

from training.quiz.remark import mark_again

if VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task  # type: ignore[no-redef, unused-ignore]


@task()
def mark_papers_again() -> int:
    """Mark again every paper that still counts a withdrawn question; return how many there were."""
    return mark_again(now=timezone.now()).papers
