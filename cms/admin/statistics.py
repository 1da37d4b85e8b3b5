"""Statistics of the understanding checks: by question, clause, topic, department and year, and of one question."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import OFFICE, ForRoles, holds
from cms.admin.statistics_lines import (
    DIMENSIONS,
    NAMESPACE,
    TABS,
    bars_of,
    lines_of,
    question_line,
    year_lines,
)
from cms.admin.statistics_words import (
    TICKS,
    Line,
    answer_mark,
    answer_words,
    notes,
    percent,
    tally_heading,
    untold,
)
from training.campaigns.models import Campaign
from training.catalogue.models import QuestionVersion
from training.conf import conf
from training.reports.charts import bars, svg
from training.reports.statistics import (
    QuestionRow,
    rows_of_question,
)
from training.roles import Role
from training.typesetting.fonts import FontsMissing, load

READERS = (*OFFICE, Role.EDITOR)  # an editor has to better the questions, and learns of no department


def chart(lines: Sequence[Line], *, title: str, ticks: Sequence[float] = ()) -> SafeString | str:
    """The lines' facility as a picture of the page; nothing where there is none, or no font to measure by."""
    if not any(line.figures for line in lines):
        return ""
    try:
        font = load(conf.fonts).sans
    except FontsMissing:
        return ""
    said = gettext("The table says the same in words.")
    return mark_safe(  # noqa: S308  (ReportLab's own, every text in it escaped by its DOM)
        svg(bars(bars_of(lines), font=font, ticks=ticks), key="chart", title=title, description=said)
    )


class Statistics(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """A page of figures: a table, its chart, and how to read it."""

    roles = READERS
    template_name = "cms/admin/statistics/figures.html"
    header_icon = "order"
    page_title = _("Statistics")
    first_column: ClassVar[Any] = _("Question")
    judged = False
    discriminates = True
    tabs: Sequence[tuple[str, Any, bool]] = ()

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the years."""
        return [*self.breadcrumbs_items, {"url": reverse(f"{NAMESPACE}:index"), "label": _("Statistics")}]

    @cached_property
    def lines(self) -> list[Line]:
        """What the table shows."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Table and chart of the same lines."""
        title = gettext("Facility")
        return super().get_context_data(
            lines=self.lines,
            chart=chart(self.lines, title=title, ticks=TICKS if self.judged else ()),
            notes=notes(),
            tabs=self.tabs,
            first_column=self.first_column,
            judged=self.judged,
            discriminates=self.discriminates,
            **kwargs,
        )


class YearsView(Statistics):
    """Every fiscal year and campaign."""

    first_column = _("Fiscal year and campaign")
    discriminates = False

    @cached_property
    def lines(self) -> list[Line]:
        """What the table shows."""
        return year_lines()

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The chart as a file."""
        if not holds(self.request, *OFFICE):
            return []
        url = reverse(f"{NAMESPACE}:years_chart")
        return [HeaderButton(gettext("Chart (PDF)"), url=url, icon_name="download")]


class CampaignStatistics(Statistics):
    """A campaign's figures by one of the dimensions."""

    dimension: ClassVar[str]

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign, or 404."""
        return get_object_or_404(Campaign, code=self.kwargs["code"])

    @cached_property
    def lines(self) -> list[Line]:
        """What the table shows."""
        return lines_of(self.dimension, self.campaign)

    @property
    def tabs(self) -> list[tuple[str, Any, bool]]:  # type: ignore[override]
        """The other dimensions, as far as who looks may see them."""
        shown = [name for name in DIMENSIONS if name != "departments" or holds(self.request, *OFFICE)]
        code = self.campaign.code
        return [(reverse(f"{NAMESPACE}:{n}", args=[code]), TABS[n], n == self.dimension) for n in shown]

    def get_page_subtitle(self) -> Any:
        """The campaign's name."""
        return self.campaign.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the years."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.campaign.title}]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The figures as files, for those who answer for them."""
        if not holds(self.request, *OFFICE):
            return []
        workbook = reverse(f"{NAMESPACE}:workbook", args=[self.campaign.code])
        drawn = reverse(f"{NAMESPACE}:chart", args=[self.campaign.code, self.dimension])
        return [
            HeaderButton(gettext("Everything (Excel)"), url=workbook, icon_name="download"),
            HeaderButton(gettext("Chart (PDF)"), url=drawn, icon_name="download"),
        ]


class QuestionsView(CampaignStatistics):
    """By question: what fails its purpose first, then the hardest."""

    dimension = "questions"
    judged = True


class ClausesView(CampaignStatistics):
    """By clause of the policy."""

    dimension = "clauses"
    first_column = _("Clause")


class TopicsView(CampaignStatistics):
    """By awareness topic."""

    dimension = "topics"
    first_column = _("Awareness topic")


class DepartmentsView(CampaignStatistics):
    """By department; no editor's business."""

    roles = OFFICE
    dimension = "departments"
    first_column = _("Department")
    discriminates = False


class QuestionView(Statistics):
    """One question in every campaign and version, with what was answered."""

    template_name = "cms/admin/statistics/question.html"
    first_column = _("Campaign and version")
    judged = True

    @cached_property
    def rows(self) -> list[QuestionRow]:
        """Every version in every campaign; 404 for a question that was never published."""
        rows = rows_of_question(self.kwargs["question"])
        if not rows and not QuestionVersion.objects.filter(question=self.kwargs["question"]).exists():
            raise Http404
        return rows

    @cached_property
    def lines(self) -> list[Line]:
        """A line for each campaign and version."""
        lines = []
        for row in self.rows:
            line = question_line(row, 0)
            url = reverse(f"{NAMESPACE}:questions", args=[row.campaign.code])
            lines.append(
                Line(row.campaign.title, row.figures, under=line.under, url=url, flags=row.flags, untold=line.untold)
            )
        return lines

    def get_page_subtitle(self) -> Any:
        """What is asked."""
        return self.rows[0].stem if self.rows else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the years."""
        return [*super().get_breadcrumbs_items(), {"url": "", "label": gettext("Question")}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was answered, campaign by campaign."""
        answers = [self.answers(row, line) for row, line in zip(self.rows, self.lines, strict=True)]
        return super().get_context_data(answers=answers, stem=self.get_page_subtitle(), **kwargs)

    def answers(self, row: QuestionRow, line: Line) -> dict[str, Any]:
        """What was answered in one campaign, in words."""
        return {
            "name": line.name,
            "under": line.under,
            "untold": "" if row.tallies else untold(),
            "erased": row.erased,
            "unanswered": row.unanswered,
            "tallies": [
                {
                    "heading": tally_heading(tally),
                    "answered": tally.answered,
                    "rows": [
                        {
                            "text": answer_words(tally, one),
                            "mark": answer_mark(one),
                            "right": one.right,
                            "count": one.count,
                            "share": percent(one.count / tally.answered) if tally.answered else "–",
                            "dead": one in tally.dead,
                        }
                        for one in tally.rows
                    ],
                }
                for tally in row.tallies
            ],
        }
