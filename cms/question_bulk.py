"""Bulk actions on questions: forms around ``question_actions``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from cms.blocks import TOPIC_CHOICES, clause_choices
from cms.editing import refuse
from cms.pages import ModulePage
from cms.question_actions import NONE, Tags, move, retire, reuse, tag
from cms.question_views import QuestionFilters, QuestionViewSet
from cms.questions import Question
from training.catalogue.blueprint import LONGEST_POOL_NAME
from training.errors import Invalid


def unchanged(choices: Sequence[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Choices, and none of them."""
    return [("", _("Leave as it is")), *choices]


class TagForm(forms.Form):
    """What to put on the questions; what is left empty stays."""

    add_topics = forms.MultipleChoiceField(
        choices=TOPIC_CHOICES, required=False, widget=forms.CheckboxSelectMultiple, label=_("Awareness topics to add")
    )
    remove_topics = forms.MultipleChoiceField(
        choices=TOPIC_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Awareness topics to take away"),
    )
    clause = forms.ChoiceField(choices=lambda: unchanged(clause_choices()), required=False, label=_("Clause tested"))
    second_clause = forms.ChoiceField(
        choices=lambda: unchanged([(NONE, _("No second clause")), *clause_choices()]),
        required=False,
        label=_("Second clause tested"),
    )
    difficulty = forms.TypedChoiceField(
        choices=unchanged([(str(value), label) for value, label in Question.DIFFICULTIES]),
        coerce=int,
        empty_value=None,
        required=False,
        label=_("Difficulty"),
    )
    publish = forms.BooleanField(
        required=False,
        label=_("Publish at once"),
        help_text=_("Those that are public and have no other change waiting. The others become drafts."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse what says nothing, or says a thing and its contrary."""
        data = super().clean() or {}
        if set(data.get("add_topics", ())) & set(data.get("remove_topics", ())):
            raise forms.ValidationError(_("A topic cannot be added and taken away at once."))
        if not any(value for name, value in data.items() if name != "publish"):
            raise forms.ValidationError(_("Choose what to change."))
        return data


class MoveForm(forms.Form):
    """From which module's pool into which."""

    source = forms.ModelChoiceField(
        queryset=ModulePage.objects.none(),
        required=False,
        empty_label=_("Out of none"),
        label=_("Take out of the module"),
    )
    target = forms.ModelChoiceField(
        queryset=ModulePage.objects.none(), empty_label=_("Choose a module"), label=_("Put into the module")
    )
    pool = forms.CharField(
        max_length=LONGEST_POOL_NAME, required=False, label=_("Pool"), help_text=_("Empty: the main pool.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("source", "target"):
            self.fields[name].queryset = ModulePage.objects.order_by("path")


class QuestionBulkAction(SnippetBulkAction):
    """A bulk action on questions. ``permission`` is what it takes on each of them."""

    models = [Question]
    template_name = "cms/admin/question_bulk.html"
    permission = "change"
    explanation = _("What is public stays as it is until the drafts are published.")

    def check_perm(self, question: Question) -> bool:
        """Who may do this to this question; one that somebody else has locked stays."""
        lock = question.get_lock()
        locked = lock is not None and lock.for_user(self.request.user)
        allowed = self.permission_policy.user_has_permission_for_instance(self.request.user, self.permission, question)
        return allowed and not locked

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """All that the listing finds, by its search and filters. Wagtail's own way takes all that there are."""
        found = QuestionFilters(self.request.GET, request=self.request, queryset=Question.objects.all()).qs
        if words := self.request.GET.get("q", "").strip():
            looked_in = Q()
            for name in QuestionViewSet.search_fields:
                looked_in |= Q(**{f"{name}__icontains": words})
            found = found.filter(looked_in)
        return found.values_list("pk", flat=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page says."""
        context = super().get_context_data(**kwargs)
        return {
            **context,
            "title": self.display_name,
            "explanation": self.explanation,
            "serious": "serious" in self.classes,
            "rest": max(0, len(context["items"]) - MOST_NAMED),
            "named": context["items"][:MOST_NAMED],
        }

    @classmethod
    def execute_action(cls, objects: Sequence[Question], **kwargs: Any) -> tuple[int, int]:
        """Do it."""
        view = kwargs["self"]
        try:
            return view.do(objects), 0
        except Invalid as refusal:
            refuse(view.request, gettext("Nothing was changed."), [str(refusal.message)])
            return 0, 0

    def do(self, questions: Sequence[Question]) -> int:
        """Call the verb; return how many questions it changed."""
        raise NotImplementedError

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        """How many were changed."""
        if not num_parent_objects:
            return None
        words = ngettext("%(n)d question changed.", "%(n)d questions changed.", num_parent_objects)
        return words % {"n": num_parent_objects}


MOST_NAMED = 20


class TagQuestions(QuestionBulkAction):
    """Topics, clauses and difficulty of many."""

    display_name = _("Set tags")
    action_type = "tag"
    aria_label = _("Tag the questions chosen")
    action_priority = 10
    form_class = TagForm

    def get_form(self, form_class: Any = None) -> forms.Form:
        """Only who may publish is asked whether to."""
        form = super().get_form(form_class)
        if not self._may_publish:
            del form.fields["publish"]
        return form

    @property
    def _may_publish(self) -> bool:
        return self.permission_policy.user_has_permission(self.request.user, "publish")

    def do(self, questions: Sequence[Question]) -> int:
        """Tag, and name what could not be."""
        data = self.cleaned_form.cleaned_data
        tags = Tags(
            add_topics="".join(data["add_topics"]),
            remove_topics="".join(data["remove_topics"]),
            clause=data["clause"],
            second_clause=data["second_clause"],
            difficulty=data["difficulty"],
        )
        done = tag(questions=questions, tags=tags, publish=bool(data.get("publish")), user=self.request.user)
        for question, reasons in done.refused[:MOST_NAMED]:
            refuse(self.request, gettext("“%(title)s” was not changed.") % {"title": question}, reasons)
        return len(done.changed)


class MoveQuestions(QuestionBulkAction):
    """From one module's pool into another's."""

    display_name = _("Move")
    action_type = "move"
    aria_label = _("Move the questions chosen between modules' pools")
    action_priority = 20
    form_class = MoveForm
    explanation = _("The modules' drafts change. Learners meet the questions there once the modules are published.")

    def do(self, questions: Sequence[Question]) -> int:
        """Move."""
        data = self.cleaned_form.cleaned_data
        move(
            questions=questions,
            source=data["source"],
            target=data["target"],
            pool=data["pool"].strip(),
            user=self.request.user,
        )
        return len(questions)


class RetireQuestions(QuestionBulkAction):
    """Out of use, but not out of the record."""

    display_name = _("Retire")
    action_type = "retire"
    aria_label = _("Retire the questions chosen")
    action_priority = 40
    permission = "publish"
    classes = {"serious"}
    explanation = _(
        "Modules published from now on do not ask them any more. What is frozen and answered stays, "
        "and a retired question can be taken back into use."
    )

    def do(self, questions: Sequence[Question]) -> int:
        """Retire."""
        return len(retire(questions=questions, user=self.request.user, today=timezone.localdate()))


class ReuseQuestions(QuestionBulkAction):
    """Back into use."""

    display_name = _("Take back into use")
    action_type = "reuse"
    aria_label = _("Take the questions chosen back into use")
    action_priority = 50
    permission = "publish"
    explanation = _("They become drafts. Learners meet them again once they and their modules are published.")

    def do(self, questions: Sequence[Question]) -> int:
        """Take back."""
        return len(reuse(questions=questions, user=self.request.user))


BULK_ACTIONS = (TagQuestions, MoveQuestions, RetireQuestions, ReuseQuestions)
