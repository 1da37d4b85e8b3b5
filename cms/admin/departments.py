"""A department gets another name or another place in the tree: a reorganisation, with what follows from it."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MinValueValidator
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from cms.admin.deciding import Deciding
from cms.admin.gate import ForRoles, today
from cms.admin.managers import NAMESPACE, OfDepartment
from training.errors import Conflict
from training.people.leave import EARLIEST
from training.people.models import PATH_SEPARATOR, Department, Posting
from training.people.queries import on
from training.people.reorganise import below, reorganise
from training.people.roster_believed import paths_now
from training.people.roster_values import LONGEST_NAME, Path


class PlaceForm(forms.Form):
    """What it is called, what it belongs to, and from which day on."""

    name = forms.CharField(label=_("Department's name"), max_length=LONGEST_NAME)
    parent = forms.ChoiceField(label=_("Belongs to"), required=False)
    since = forms.DateField(
        label=_("From this day on"),
        widget=AdminDateInput,
        help_text=_("Today or earlier. Until the day before, it keeps the name and place it has now."),
        validators=[MinValueValidator(EARLIEST)],
    )

    def __init__(self, *args: Any, parents: dict[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].choices = [("", _("Nothing: it stands at the top")), *parents.items()]


class ReorganiseView(OfDepartment, ForRoles, Deciding):
    """Rename a department, or move it with all below it."""

    form_class = PlaceForm
    page_title = _("Rename or move the department")
    submit_label = _("Record it")
    header_icon = "group"

    @cached_property
    def paths(self) -> dict[UUID, Path]:
        """Every department's path."""
        return paths_now()

    @cached_property
    def mine(self) -> list[UUID]:
        """The department, and those that move along."""
        return below(self.place.department_id, self.paths)

    def get_page_subtitle(self) -> Any:
        """The department."""
        return PATH_SEPARATOR.join(self.paths[self.place.department_id])

    @property
    def above(self) -> list[dict[str, Any]]:
        """The department."""
        return [{"url": self.back, "label": self.get_page_subtitle()}]

    @property
    def back(self) -> str:
        """The department."""
        return reverse(f"{NAMESPACE}:department", args=[self.place.department_id])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Everything that it can belong to, by path."""
        others = {key: PATH_SEPARATOR.join(path) for key, path in self.paths.items() if key not in self.mine}
        ordered = dict(sorted(others.items(), key=lambda item: item[1]))
        return {**super().get_form_kwargs(), "parents": ordered}

    def get_initial(self) -> dict[str, Any]:
        """As it is, from today on."""
        return {"name": self.place.name, "parent": self.place.parent_id or "", "since": today()}

    @property
    def consequences(self) -> list[Any]:
        """What stays and what changes."""
        posts = on(Posting.objects.filter(department__in=self.mine), today())
        people = posts.values("employment__employee").distinct().count()
        found = [
            ngettext(
                "%(count)d person has a post here or below. Nobody moves: it stays the same department.",
                "%(count)d people have a post here or below. Nobody moves: it stays the same department.",
                people,
            )
            % {"count": people}
        ]
        if along := len(self.mine) - 1:
            words = ngettext(
                "%(count)d department below it moves along.", "%(count)d departments below it move along.", along
            )
            found.append(words % {"count": along})
        return [
            *found,
            _("Managers, audience rules and repeating plans go on to mean it. Earlier days show the path of then."),
            _("Staff lists must tell the new path from now on: do this before you import the first such list."),
        ]

    def form_valid(self, form: PlaceForm) -> HttpResponse:
        """Record it; another department of this name is said at the form too."""
        try:
            return super().form_valid(form)
        except Conflict as reason:
            form.add_error("name", str(reason.message))
            return self.form_invalid(form)

    def perform(self, asked: dict[str, Any]) -> str:
        """Reorganise."""
        parent = Department.objects.get(pk=asked["parent"]) if asked["parent"] else None
        reorganise(
            department=self.place.department,
            name=asked["name"],
            parent=parent,
            since=asked["since"],
            by=self.request.user,
            now=timezone.now(),
        )
        return gettext("The department's new name and place have been recorded.")
