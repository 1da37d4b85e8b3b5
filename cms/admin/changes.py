"""The policy's revisions, and what each changed: decided, and seen with what it touches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import OFFICE, ForRoles, holds, today
from cms.admin.tables import DayColumn, MomentColumn
from cms.pages import ModulePage
from cms.policy_page import PolicyPage
from cms.questions import Question
from cms.snapshot import frozen
from training.campaigns.models import Campaign
from training.campaigns.reasons import LONGEST_REASON
from training.catalogue.html import in_words
from training.changes.compare import Judged
from training.changes.decide import decide
from training.changes.models import ClauseDecision
from training.changes.side_by_side import sides_of
from training.changes.touched import Touched, TouchedClause, touched_by
from training.changes.words import CHANGES, people_words, summary_of
from training.errors import NotAllowed
from training.policy.diff import Change
from training.policy.models import Revision
from training.policy.queries import steps_to
from training.roles import Role

NAMESPACE = "training_changes"
READERS = (*OFFICE, Role.EDITOR)
LESSONS = (Role.EDITOR, Role.PRIVACY_OFFICER)
MATERIAL, EDITORIAL = "material", "editorial"

Found = TypeVar("Found")


class ChangeIndexView(ForRoles, IndexView):
    """Every text of the policy, the newest first, with what it changed."""

    roles = READERS
    model = Revision
    index_url_name = f"{NAMESPACE}:index"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "openquote"
    page_title = _("Changes of the policy")
    paginate_by = 50
    default_ordering = "-number"
    columns = [
        TitleColumn(
            "number",
            label=_("Revision"),
            accessor=lambda row: gettext("Revision %(number)d") % {"number": row.number},
            get_url=lambda row: reverse(f"{NAMESPACE}:change", args=[row.number]) if row.number > 1 else None,
        ),
        Column("title", label=_("Title")),
        DayColumn("enacted_on", label=_("Enacted on")),
        MomentColumn("published_at", label=_("Published at")),
        NumberColumn("changes", label=_("Clauses changed"), accessor="changes"),
        NumberColumn("undecided", label=_("To be decided"), accessor="undecided"),
        NumberColumn("material", label=_("Material"), accessor="material"),
        Column("campaigns", label=_("Campaigns"), accessor="campaigns"),
    ]

    def get_base_queryset(self) -> QuerySet[Revision]:
        """Every revision."""
        return Revision.objects.all()

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Count at once what the page's revisions changed."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        counted(rows)
        return paginator, page, rows, more

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The policy's page, for who writes it; modules to be published again, for who publishes."""
        buttons = []
        if holds(self.request, *LESSONS) and (page := PolicyPage.objects.first()):
            url = reverse("wagtailadmin_pages:edit", args=[page.pk])
            buttons.append(HeaderButton(gettext("The policy's page"), url=url, icon_name="edit"))
        if holds(self.request, Role.PRIVACY_OFFICER):
            url = reverse(f"{NAMESPACE}:republish")
            buttons.append(HeaderButton(gettext("Publish unchanged modules again…"), url=url, icon_name="resubmit"))
        return buttons


def counted(revisions: Iterable[Revision]) -> None:
    """Give each revision the counts that the list shows. Four queries."""
    rows = {row.number: row for row in revisions}
    steps = {step.after: step for step in steps_to(rows[max(rows)])} if rows else {}
    last: dict[int, dict[tuple[str, str], bool]] = {number: {} for number in rows}
    for number, before, after, material in ClauseDecision.objects.order_by("number").values_list(
        "revision__number", "ref_before", "ref_after", "material"
    ):
        if number in last:
            last[number][before, after] = material
    campaigns: dict[int, list[str]] = {number: [] for number in rows}
    for number, code in Campaign.objects.filter(kind=Campaign.Kind.CHANGE).values_list("revision__number", "code"):
        if number in campaigns:
            campaigns[number].append(code)
    for number, row in rows.items():
        row.changes = len(steps[number].changes) if number in steps else 0
        row.undecided = row.changes - len(last[number])
        row.material = sum(last[number].values())
        row.campaigns = "、".join(campaigns[number])


class OneChange(ForRoles, WagtailAdminTemplateMixin):
    """A view of the revision in the address, which is not the first."""

    roles = READERS

    @cached_property
    def revision(self) -> Revision:
        """The revision, or 404."""
        return get_object_or_404(Revision, number=self.kwargs["number"], number__gt=1)

    @cached_property
    def touched(self) -> Touched:
        """What it changed and touches, as of today."""
        return self.found_of(touched_by)

    def found_of(self, look: Callable[..., Found | None]) -> Found:
        """What ``look`` finds of the revision as of today, or 404: of the first text nothing is."""
        found = look(self.revision, day=today())
        if found is None:
            raise Http404
        return found

    @property
    def here(self) -> str:
        """The revision's own page."""
        return reverse(f"{NAMESPACE}:change", args=[self.revision.number])

    def get_page_subtitle(self) -> Any:
        """Which revision."""
        return gettext("Revision %(number)d") % {"number": self.revision.number}

    def crumbs(self, *after: tuple[str, Any]) -> list[dict[str, Any]]:
        """Return the way from the dashboard to here."""
        items = [(reverse(f"{NAMESPACE}:index"), _("Changes of the policy")), *after]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in items)]


class DecisionForm(forms.Form):
    """Whether one change is material, and why."""

    verdict = forms.ChoiceField(
        choices=[
            (MATERIAL, _("Material: who signed the old text is asked anew")),
            (EDITORIAL, _("Editorial: nothing that was learnt or promised changes")),
        ],
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )

    def clean(self) -> dict[str, Any]:
        """A decision has a reason; a reason alone decides nothing."""
        cleaned = super().clean() or {}
        if cleaned.get("verdict") and not cleaned.get("reason"):
            self.add_error("reason", _("Please say why, in at most 1,000 characters."))
        return cleaned


@dataclass(frozen=True, slots=True)
class Line:
    """A changed clause as the page shows it."""

    clause: TouchedClause
    kind: Any
    before: SafeString
    after: SafeString
    summary: str
    modules: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    form: DecisionForm | None

    @property
    def judged(self) -> Judged:
        """The change with its decision."""
        return self.clause.judged


class ChangeView(OneChange, TemplateView):
    """Both texts clause by clause, what each change touches, and the privacy officer's decisions."""

    template_name = "cms/admin/change.html"
    header_icon = "openquote"
    page_title = _("What the policy changed")

    @cached_property
    def decides(self) -> bool:
        """Whether who looks is the one who decides."""
        return holds(self.request, Role.PRIVACY_OFFICER)

    @cached_property
    def forms(self) -> list[DecisionForm]:
        """A form for each change, in the order shown."""
        data = self.request.POST if self.request.method == "POST" else None
        return [
            DecisionForm(data, prefix=f"clause-{place}", initial=_initial(one))
            for place, one in enumerate(self.touched.comparison.judged)
        ]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        return self.crumbs(("", self.get_page_subtitle()))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Ask those who signed the old text."""
        if not holds(self.request, *OFFICE):
            return []
        url = reverse(f"{NAMESPACE}:compose", args=[self.revision.number])
        return [HeaderButton(gettext("Draft a campaign…"), url=url, icon_name="calendar-alt")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Every change with what it touches."""
        return super().get_context_data(
            revision=self.revision,
            comparison=self.touched.comparison,
            touched=self.touched,
            lines=lines_of(self.touched, self.forms if self.decides else None, number=self.revision.number),
            people=people_words(self.touched.people),
            decides=self.decides,
            writes=holds(self.request, *LESSONS),
            campaigns=Campaign.objects.filter(kind=Campaign.Kind.CHANGE, revision=self.revision).order_by("pk"),
            office=holds(self.request, *OFFICE),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Record every decision that is new; all of them, or none where one lacks its reason."""
        if not self.decides:
            raise NotAllowed(_("Only the privacy officer decides whether a change is material."))
        if not all(form.is_valid() for form in self.forms):
            messages.error(
                request, gettext("Nothing was recorded: a reason is missing or too long. It is named below.")
            )
            return self.render_to_response(self.get_context_data())
        made = self.record()
        done = ngettext("%(count)d decision was recorded.", "%(count)d decisions were recorded.", made)
        messages.success(request, done % {"count": made})
        return redirect(self.here)

    @transaction.atomic
    def record(self) -> int:
        """Decide what was decided on the form; what stands already is not written again."""
        made = 0
        for one, form in zip(self.touched.comparison.judged, self.forms, strict=True):
            verdict, reason = form.cleaned_data["verdict"], form.cleaned_data["reason"].strip()
            if not verdict or (one.material, one.reason) == (verdict == MATERIAL, reason):
                continue
            before, after = one.pair
            decide(
                revision=self.revision,
                ref_before=before,
                ref_after=after,
                material=verdict == MATERIAL,
                reason=reason,
                by=self.request.user,
                now=timezone.now(),
            )
            made += 1
        return made


def _initial(one: Judged) -> dict[str, Any]:
    verdict = one.preset if one.material is None else one.material
    reason = one.reason or ""
    if one.decision is None and one.preset is False:
        moved = one.difference.change is Change.RENUMBERED
        reason = gettext("Only the number has changed.") if moved else gettext("Only signs and spaces differ.")
    return {"verdict": "" if verdict is None else MATERIAL if verdict else EDITORIAL, "reason": reason}


def lines_of(touched: Touched, decisions: list[DecisionForm] | None, *, number: int) -> list[Line]:
    """Every change as the page shows it. Two queries for the pages that can be opened."""
    held = {module.held.module.pk for clause in touched.clauses for module in clause.modules}
    pages = page_urls(held)
    asked = {one.version.question for clause in touched.clauses for one in clause.questions}
    questions = question_urls(asked)
    found = []
    for place, clause in enumerate(touched.clauses):
        sides = sides_of(clause.judged.difference)
        found.append(
            Line(
                clause=clause,
                kind=CHANGES[clause.judged.difference.change],
                before=frozen(sides.before),
                after=frozen(sides.after),
                summary=summary_of(clause, touched.audience),
                modules=[
                    {
                        "module": module,
                        "title": module.held.version.title,
                        "url": pages.get(module.held.module.pk, ""),
                        "confirm": reverse(
                            f"{NAMESPACE}:confirm",
                            args=[number, module.held.module.slug, clause.judged.difference.ref_after],
                        )
                        if module.confirmable
                        else "",
                    }
                    for module in clause.modules
                ],
                questions=[
                    {"stem": stem_of(one.version.content), "url": questions.get(one.version.question, "")}
                    for one in clause.to_review
                ],
                form=decisions[place] if decisions is not None else None,
            )
        )
    return found


def stem_of(content: Mapping[str, Any], *, most: int = 80) -> str:
    """What a question asks, on one line."""
    words = in_words(content["stem"])
    return words if len(words) <= most else f"{words[: most - 1]}…"


def page_urls(modules: Iterable[UUID]) -> dict[UUID, str]:
    """Where each module's page is edited. One query."""
    rows = ModulePage.objects.filter(translation_key__in=list(modules), alias_of__isnull=True)
    return {key: reverse("wagtailadmin_pages:edit", args=[pk]) for key, pk in rows.values_list("translation_key", "pk")}


def question_urls(questions: Iterable[UUID]) -> dict[UUID, str]:
    """Where each question is edited. One query."""
    name = Question.snippet_viewset.get_url_name("edit")
    rows = Question.objects.filter(key__in=list(questions))
    return {key: reverse(name, args=[pk]) for key, pk in rows.values_list("key", "pk")}
