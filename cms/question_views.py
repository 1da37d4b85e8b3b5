"""The admin views of questions: a listing that finds them among thousands, forms that refuse in words, the chooser."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import (
    CopyView,
    CreateView,
    EditView,
    IndexView,
    SnippetViewSet,
    WorkflowActionView,
)

from cms.blocks import TOPIC_CHOICES, clause_choices
from cms.editing import ApprovesWholeOrNot
from cms.pages import ModulePage
from cms.question_states import look_up_states
from cms.questions import Question, languages
from cms.usage import in_no_module, never_answered, usage_of
from training.policy.clauses import label as clause_label


class ChecksQuestion:
    """A question's form that publishes, submits and approves only what can be asked. Drafts may be unfinished."""

    def is_valid(self, form: Any) -> bool:
        """Add to the form's own errors what would keep the question from being asked."""
        if not super().is_valid(form):
            return False
        approves = self.action == "workflow-action" and self.workflow_action == "approve"
        if self.action not in {"publish", "submit"} and not approves:
            return True
        faults = form.save(commit=False).faults()
        for fault in faults:
            form.add_error(None, fault)
        if faults:
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
        return not faults


class QuestionCreateView(ChecksQuestion, CreateView):
    """A new question."""


class QuestionCopyView(CopyView):
    """The form of a new question with another's words in it. What it sends goes to the view of new questions."""

    http_method_names = ["get", "head", "options"]


class QuestionEditView(ChecksQuestion, EditView):
    """A question's form."""


class QuestionWorkflowActionView(ApprovesWholeOrNot, WorkflowActionView):
    """Approving a question from the list of what waits."""


class QuestionFilters(WagtailFilterSet):
    """By module, pool's clause, topic, type, difficulty, language, state and use."""

    modules__page = django_filters.ModelChoiceFilter(
        queryset=lambda request: ModulePage.objects.order_by("path"), label=_("Module"), distinct=True
    )
    clause = django_filters.ChoiceFilter(choices=clause_choices, method="by_clause", label=_("Clause"))
    topics = django_filters.ChoiceFilter(choices=TOPIC_CHOICES, lookup_expr="contains", label=_("Awareness topic"))
    type = django_filters.ChoiceFilter(choices=Question.TYPES, label=_("Type"))
    difficulty = django_filters.ChoiceFilter(choices=Question.DIFFICULTIES, label=_("Difficulty"))
    language = django_filters.ChoiceFilter(choices=languages, label=_("Language"))
    live = django_filters.BooleanFilter(label=_("Published"))
    retired = django_filters.BooleanFilter(
        field_name="retired_on", lookup_expr="isnull", exclude=True, label=_("Retired")
    )
    use = django_filters.ChoiceFilter(
        choices=[("no_module", _("In no module")), ("never_answered", _("Never answered"))],
        method="by_use",
        label=_("Never used"),
    )

    class Meta:
        model = Question
        fields: list[str] = []

    def by_clause(self, questions: QuerySet[Question], name: str, value: str) -> QuerySet[Question]:
        """The clause as first or as second."""
        return questions.filter(Q(clause=value) | Q(second_clause=value))

    def by_use(self, questions: QuerySet[Question], name: str, value: str) -> QuerySet[Question]:
        """What no module has, or nobody has answered."""
        return in_no_module(questions) if value == "no_module" else never_answered(questions)


class QuestionSearchForm(BaseFilterForm):
    """Search in the chooser, by label and words."""

    q = forms.CharField(label=_("Search"), required=False)

    def filter(self, objects: QuerySet[Question]) -> QuerySet[Question]:
        """Every question that holds the words looked for."""
        objects = super().filter(objects).filter(retired_on__isnull=True)
        words = self.cleaned_data.get("q", "")
        if words:
            self.is_searching, self.search_query = True, words
            objects = objects.filter(Q(label__icontains=words) | Q(stem__icontains=words))
        return objects


class QuestionChooseView(ChooseView):
    """Choosing questions for a module."""

    filter_form_class = QuestionSearchForm


class QuestionChooseResultsView(ChooseResultsView):
    """The results part of choosing."""

    filter_form_class = QuestionSearchForm


class QuestionChooserViewSet(SnippetChooserViewSet):
    """Choosing questions, with a search that knows Japanese: by part of a word."""

    choose_view_class = QuestionChooseView
    choose_results_view_class = QuestionChooseResultsView


class QuestionIndexView(IndexView):
    """The listing, with state and use of all questions shown looked up at once."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Look up state and use."""
        context = super().get_context_data(**kwargs)
        shown = list(context["object_list"])
        look_up_states(shown)
        found = usage_of(shown)
        for question in shown:
            question.use = found[question.pk]
        return context


def _use(question: Question) -> str:
    use = question.use
    modules = ngettext("Used in %(n)d module", "Used in %(n)d modules", len(use.modules)) % {"n": len(use.modules)}
    answers = ngettext("%(n)d answer", "%(n)d answers", use.answers) % {"n": use.answers}
    parts = [modules, answers] if use.modules or use.answers else [gettext("never used")]
    if question.retired_on:
        day = date_format(question.retired_on, "SHORT_DATE_FORMAT")
        parts.append(gettext("retired on %(day)s") % {"day": day})
    return " / ".join(parts)


class QuestionViewSet(SnippetViewSet):
    """Where questions are kept."""

    model = Question
    icon = "help"
    menu_label = _("Questions")
    menu_order = 150
    add_to_admin_menu = True
    list_display = [
        "__str__",
        Column("clauses", label=_("Clauses"), accessor=lambda q: "、".join(map(clause_label, q.clauses)), width="15%"),
        Column("topics", label=_("Topics"), accessor=lambda q: " ".join(q.topics), width="7%"),
        Column("type", label=_("Type"), accessor="get_type_display", sort_key="type", width="10%"),
        Column(
            "difficulty", label=_("Difficulty"), accessor="get_difficulty_display", sort_key="difficulty", width="9%"
        ),
        Column("use", label=_("Use"), accessor=_use, width="17%"),
        LiveStatusTagColumn(label=_("Status")),
    ]
    list_per_page = 50
    index_results_template_name = "cms/admin/wide_results.html"
    list_filter = None
    filterset_class = QuestionFilters
    search_fields = ["label", "stem", "explanation"]
    search_backend_name = None
    copy_view_enabled = True
    inspect_view_enabled = False
    index_view_class = QuestionIndexView
    add_view_class = QuestionCreateView
    copy_view_class = QuestionCopyView
    edit_view_class = QuestionEditView
    workflow_action_view_class = QuestionWorkflowActionView
    chooser_viewset_class = QuestionChooserViewSet
    ordering = ["label", "pk"]
