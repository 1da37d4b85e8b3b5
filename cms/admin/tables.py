"""Cells that Wagtail's tables do not have."""

from __future__ import annotations

from typing import Any

from django.db.models import Choices
from wagtail.admin.ui.tables import Column, TitleColumn


class ChoiceColumn(Column):
    """A value as the label of a box that chooses the line's assignment."""

    cell_template_name = "cms/admin/cells/choice.html"


class PersonColumn(TitleColumn):
    """A person's name, linked, with the reading below."""

    cell_template_name = "cms/admin/cells/person.html"


class StateColumn(Column):
    """A state in words, whether it is overdue, rests on paper; colour says nothing that the words do not."""

    cell_template_name = "cms/admin/cells/state.html"

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Put the state's label in place of its code."""
        context = super().get_cell_context_data(instance, parent_context)
        value = context["raw_value"]
        context["state"], context["label"] = str(value), value.label if isinstance(value, Choices) else value
        context["overdue"] = getattr(instance, "overdue", False)
        context["basis"] = getattr(instance, "basis", None)
        return context


class ProgressColumn(Column):
    """How many of how many."""

    cell_template_name = "cms/admin/cells/progress.html"


class DayColumn(Column):
    """A day, written out."""

    cell_template_name = "cms/admin/cells/day.html"


class MomentColumn(Column):
    """An instant, to the minute, in the time zone of who looks."""

    cell_template_name = "cms/admin/cells/moment.html"


class LinkColumn(Column):
    """A link to do something with a row, or nothing where it cannot be done."""

    cell_template_name = "cms/admin/cells/link.html"

    def __init__(self, *args: Any, text: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.text = text

    def get_cell_context_data(self, instance: Any, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Add the link's words."""
        return {**super().get_cell_context_data(instance, parent_context), "text": self.text}
