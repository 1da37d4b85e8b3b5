"""A faulty question: found, its papers counted, withdrawn with a reason, and what was marked with it marked again."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import ForRoles
from cms.admin.statistics_words import TYPES
from cms.admin.tables import MomentColumn
from training.catalogue.html import in_words
from training.catalogue.models import Module, ModuleVersionQuestion, QuestionVersion
from training.certificates.tasks import seal_waiting
from training.errors import Conflict
from training.quiz.models import Withdrawal
from training.quiz.papers import shown
from training.quiz.remark import LONGEST_REASON, mark_again, to_mark_again, withdraw
from training.quiz.touched import (
    Outcome,
    answered,
    modules_with,
    newest_questions,
    outcomes_of,
    touched_by,
    versions_of,
    withdrawals,
)

NAMESPACE = "training_withdrawals"
RUN = "training_remarking"
AT_ONCE = 100  # papers marked again in one request: a second or two
SHOWN = 90


def stem_of(question: QuestionVersion, *, most: int = SHOWN) -> str:
    """What a question asks, on one line."""
    words = in_words(question.content["stem"])
    return words if len(words) <= most else f"{words[: most - 1]}…"


class WithdrawalIndexView(ForRoles, IndexView):
    """Every question that was withdrawn, the newest first, with what came of it."""

    model = Withdrawal
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    template_name = "cms/admin/withdrawals.html"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "cross"
    page_title = _("Withdrawn questions")
    paginate_by = 50
    default_ordering = "-at"
    columns = [
        MomentColumn("at", label=_("Withdrawn at"), accessor="withdrawal.at"),
        TitleColumn(
            "stem",
            label=_("Question"),
            accessor=lambda row: stem_of(row.withdrawal.question_version),
            get_url=lambda row: reverse(f"{NAMESPACE}:question", args=[row.withdrawal.question_version.question]),
        ),
        NumberColumn("number", label=_("Version"), accessor="withdrawal.question_version.number"),
        Column("by", label=_("Withdrawn by"), accessor="withdrawal.by.get_username"),
        Column("reason", label=_("Reason"), accessor=lambda row: _("(erased)") if row.reason is None else row.reason),
        NumberColumn("papers", label=_("Papers marked again"), accessor="papers"),
        NumberColumn("passed", label=_("Passed since"), accessor="passed"),
    ]

    def get_base_queryset(self) -> QuerySet[Withdrawal]:
        """Every withdrawal."""
        return withdrawals()

    def order_queryset(self, queryset: QuerySet[Withdrawal]) -> QuerySet[Withdrawal]:
        """Leave the order as it comes."""
        return queryset

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up at once what came of the page's withdrawals."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        found: list[Outcome] = outcomes_of(rows)
        page.object_list = found
        return paginator, page, found, more

    @property
    def remaining(self) -> int:
        """How many papers still count a withdrawn question."""
        return len(to_mark_again())

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Find the question to withdraw."""
        return [HeaderButton(gettext("Withdraw a question…"), url=reverse(f"{NAMESPACE}:choose"), icon_name="cross")]


class QuestionFilters(WagtailFilterSet):
    """By module."""

    module = django_filters.ModelChoiceFilter(
        method="by_module", queryset=Module.objects.order_by("slug"), label=_("Module"), empty_label=_("All")
    )

    class Meta:
        model = QuestionVersion
        fields: list[str] = []

    def by_module(self, questions: QuerySet[QuestionVersion], name: str, value: Module) -> QuerySet[QuestionVersion]:
        """Keep what stands in one of the module's versions."""
        held = ModuleVersionQuestion.objects.filter(module_version__module=value)
        return questions.filter(question__in=held.values("question_version__question"))


class ChooseView(ForRoles, IndexView):
    """Every question that was ever frozen, by what it asks."""

    model = QuestionVersion
    index_url_name = f"{NAMESPACE}:choose"
    index_results_url_name = f"{NAMESPACE}:choose_results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "cross"
    page_title = _("Withdraw a question")
    is_searchable = True
    search_backend_name = None
    filterset_class = QuestionFilters
    paginate_by = 50
    default_ordering = "pk"
    verbose_name_plural = _("questions")
    columns = [
        TitleColumn(
            "stem",
            label=_("Question"),
            accessor=stem_of,
            get_url=lambda row: reverse(f"{NAMESPACE}:question", args=[row.question]),
        ),
        Column("type", label=_("Type"), accessor=lambda row: TYPES[row.content["type"]]),
        Column("modules", label=_("Modules"), accessor=lambda row: "、".join(row.modules)),
        NumberColumn("number", label=_("Version")),
        NumberColumn("papers", label=_("Answers")),
        Column("state", label=_("State"), accessor=lambda row: _("Withdrawn") if hasattr(row, "withdrawal") else ""),
    ]

    def get_base_queryset(self) -> QuerySet[QuestionVersion]:
        """The newest version of each."""
        return newest_questions().select_related("withdrawal")

    def order_queryset(self, queryset: QuerySet[QuestionVersion]) -> QuerySet[QuestionVersion]:
        """In the order in which they were first frozen, nearly: by their own ids."""
        return queryset.order_by("-published_at", "question", "language")

    def get_search_form(self) -> SearchForm:
        """Say what can be searched for."""
        asked = self.request.GET if self.search_kwarg in self.request.GET else None
        return SearchForm(asked, placeholder=gettext("Words of the question, or its number"))

    def search_queryset(self, queryset: QuerySet[QuestionVersion]) -> QuerySet[QuestionVersion]:
        """Search the words that are asked, or the question's id."""
        if not self.is_searching:
            return queryset
        wanted = Q(content__stem__icontains=self.search_query.strip())
        with suppress(ValueError):
            wanted |= Q(question=UUID(self.search_query.strip()))
        return queryset.filter(wanted)

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up at once where the page's questions stand and how often they were answered."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        modules, papers = modules_with(rows), answered(rows)
        for row in rows:
            row.modules, row.papers = modules.get(row.pk, [])[:2], papers[row.pk]
        return paginator, page, rows, more


class WithdrawForm(forms.Form):
    """Which versions, and why."""

    versions = forms.MultipleChoiceField(
        label=_("Versions to withdraw"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A mistake that stands in earlier versions as well: choose all of them."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is kept in the record, and stands in the report (教育実施報告書). Please name nobody."),
    )

    def __init__(self, *args: Any, versions: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["versions"].choices = list(versions.items())


class QuestionView(ForRoles, WagtailAdminTemplateMixin, FormView):
    """Two steps: which versions and why; what it touches, and confirm."""

    form_class = WithdrawForm
    template_name = "cms/admin/withdraw.html"
    header_icon = "cross"
    page_title = _("Withdraw a question")

    @cached_property
    def versions(self) -> list[QuestionVersion]:
        """Every version of the question in the address, or 404."""
        found = versions_of(self.kwargs["question"])
        if not found:
            raise Http404
        return found

    @property
    def open(self) -> list[QuestionVersion]:
        """Those that are not withdrawn."""
        return [version for version in self.versions if not hasattr(version, "withdrawal")]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        items = [
            (reverse(f"{NAMESPACE}:index"), _("Withdrawn questions")),
            (reverse(f"{NAMESPACE}:choose"), self.page_title),
        ]
        here = {"url": "", "label": stem_of(self.versions[0], most=30)}
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in items), here]

    def named(self, version: QuestionVersion) -> str:
        """What tells a version from the others."""
        day = timezone.localtime(version.published_at).strftime("%Y-%m-%d")
        language = "" if version.language == self.versions[0].language else f" [{version.language}]"
        return gettext("Version %(number)d, published %(day)s") % {"number": version.number, "day": day} + language

    def get_initial(self) -> dict[str, Any]:
        """The newest, which people are asked now."""
        return {"versions": [str(version.pk) for version in self.open[:1]]}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what can be withdrawn."""
        choices = {str(version.pk): self.named(version) for version in self.open}
        return {**super().get_form_kwargs(), "versions": choices}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each version with where it stands and how often it was answered."""
        modules, papers = modules_with(self.versions), answered(self.versions)
        outcomes = {
            outcome.withdrawal.pk: outcome
            for outcome in outcomes_of([row.withdrawal for row in self.versions if hasattr(row, "withdrawal")])
        }
        rows = [
            {
                "version": version,
                "named": self.named(version),
                "stem": shown(version.content["stem"]),
                "modules": modules.get(version.pk, []),
                "papers": papers[version.pk],
                "outcome": outcomes.get(version.withdrawal.pk) if hasattr(version, "withdrawal") else None,
            }
            for version in self.versions
        ]
        return super().get_context_data(
            rows=rows,
            kind=TYPES[self.versions[0].content["type"]],
            may=bool(self.open),
            back=reverse(f"{NAMESPACE}:choose"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take it, where anything is left to withdraw."""
        if not self.open:
            raise Conflict(_("This question has been withdrawn already."))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: WithdrawForm) -> HttpResponse:
        """Show what it touches until that has been confirmed; then withdraw, and begin to mark again."""
        chosen = [version for version in self.open if str(version.pk) in form.cleaned_data["versions"]]
        if self.request.POST.get("confirmed") != "yes":
            context = self.get_context_data(
                form=form,
                chosen=[self.named(version) for version in chosen],
                reason=form.cleaned_data["reason"],
                touched=touched_by(chosen),
            )
            return self.response_class(self.request, "cms/admin/withdraw_confirm.html", context)
        withdraw(questions=chosen, reason=form.cleaned_data["reason"], by=self.request.user, now=timezone.now())
        seal_waiting.enqueue()
        self.request.session.pop(RUN, None)
        messages.success(self.request, gettext("The question is withdrawn: no new paper holds it."))
        return redirect(f"{NAMESPACE}:remark")


class RemarkView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """Marks again what counts a withdrawn question, a hundred papers at a time; left half-way, it goes on here."""

    template_name = "cms/admin/remark.html"
    header_icon = "resubmit"
    page_title = _("Marking again")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Withdrawn questions")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many are done in this run, and how many are left."""
        run = self.request.session.get(RUN) or {"papers": 0, "passed": 0}
        left = len(to_mark_again())
        return super().get_context_data(
            left=left,
            done=run["papers"],
            passed=run["passed"],
            total=left + run["papers"],
            back=reverse(f"{NAMESPACE}:index"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Mark the next papers; after the last one, say what came of it."""
        run = request.session.get(RUN) or {"papers": 0, "passed": 0}
        made = mark_again(now=timezone.now(), most=AT_ONCE)
        run = {"papers": run["papers"] + made.papers, "passed": run["passed"] + made.passed}
        if to_mark_again():
            request.session[RUN] = run
            return redirect(f"{NAMESPACE}:remark")
        request.session.pop(RUN, None)
        seal_waiting.enqueue()
        done = ngettext(
            "%(papers)d paper has been marked again, of which %(passed)d is passed now.",
            "%(papers)d papers have been marked again, of which %(passed)d are passed now.",
            run["papers"],
        )
        messages.success(request, done % run)
        return redirect(f"{NAMESPACE}:index")
