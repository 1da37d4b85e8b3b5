"""Whether questions are scheduled or waiting for approval, looked up for many at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from wagtail.models import Revision, WorkflowState

from cms.questions import Question


def look_up_states(questions: Sequence[Question]) -> None:
    """Put on each question what Wagtail would otherwise ask for, one by one, to say its status."""
    kind = ContentType.objects.get_for_model(Question)
    keys = [str(question.pk) for question in questions]
    mine = {"base_content_type": kind, "object_id__in": keys}
    scheduled = {r.object_id: r for r in Revision.objects.filter(approved_go_live_at__isnull=False, **mine)}
    states = defaultdict(list)
    for state in WorkflowState.objects.active().filter(**mine).select_related("current_task_state__task"):
        states[state.object_id].append(state)
    for question, key in zip(questions, keys, strict=True):
        question._scheduled = scheduled.get(key)
        question._current_workflow_states = states[key]
