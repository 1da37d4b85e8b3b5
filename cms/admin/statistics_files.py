"""Statistics to take away: a workbook of everything about a campaign, and charts as PDF. Each taking is logged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from tempfile import TemporaryFile
from typing import IO, Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.views.generic import View
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from cms.admin.gate import OFFICE, ForRoles
from cms.admin.statistics_lines import DIMENSIONS, TABS, bars_of, lines_of, question_line, year_lines
from cms.admin.statistics_words import TICKS, Line, answer_mark, answer_words, notes, tally_heading, untold
from training.access.log import record_access
from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.conf import conf
from training.errors import Invalid, NotReady
from training.reports.documents.chart import Chart, draw_chart
from training.reports.statistics import QuestionRow, question_rows
from training.typesetting.fonts import FontsMissing, load
from training.typesetting.glyphs import NoGlyph, named

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cells = Sequence[Any]


class Taken(ForRoles, View):
    """A file of figures, for those who answer for them."""

    roles = OFFICE
    http_method_names = ["get", "head", "options"]

    def log(self, what: str, campaign: Campaign | None) -> None:
        """Record the taking."""
        record_access(
            user=self.request.user,
            action=AccessLog.Action.EXPORT,
            campaign=campaign,
            what=what,
            why=self.right,
            now=timezone.now(),
        )

    def campaign(self) -> Campaign:
        """The campaign in the address, or 404."""
        return get_object_or_404(Campaign, code=self.kwargs["code"])

    def drawn(self, lines: Sequence[Line], *, title: str, subject: str, name: str, judged: bool) -> HttpResponse:
        """The lines as a chart in a PDF. Raises ``Invalid`` for a character that no font has."""
        told = Chart(
            title=title,
            subject=subject,
            notes=tuple(notes()),
            bars=tuple(bars_of(lines)),
            ticks=TICKS if judged else (),
            company=conf.company_name,
            dated=timezone.now().astimezone(conf.time_zone),
            language=get_language() or conf.language,
        )
        try:
            pdf = draw_chart(told, fonts=load(conf.fonts))
        except NoGlyph as reason:
            text = gettext("The document's font lacks: %(characters)s.")
            raise Invalid(text % {"characters": named(reason.characters)}) from reason
        except FontsMissing as reason:
            raise NotReady(gettext("The fonts for documents are missing on this server.")) from reason
        return HttpResponse(
            pdf,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}.pdf"'},
        )


class ChartView(Taken):
    """A campaign's facility by one dimension."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw it; the taking is logged."""
        campaign, dimension = self.campaign(), self.kwargs["dimension"]
        if dimension not in DIMENSIONS:
            raise Http404
        title = gettext("Facility: %(dimension)s") % {"dimension": TABS[dimension]}
        file = self.drawn(
            lines_of(dimension, campaign),
            title=title,
            subject=campaign.title,
            name=f"statistics-{campaign.code}-{dimension}",
            judged=dimension == "questions",
        )
        self.log(f"statistics by {dimension} of {campaign.code} as pdf", campaign)
        return file


class YearsChartView(Taken):
    """Every year's facility."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw it; the taking is logged."""
        title = gettext("Facility: %(dimension)s") % {"dimension": gettext("By fiscal year")}
        file = self.drawn(year_lines(), title=title, subject=conf.company_name, name="statistics-years", judged=False)
        self.log("statistics by year as pdf", None)
        return file


class WorkbookView(Taken):
    """All figures of a campaign."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Write it row by row to a file, then hand that out; the taking is logged."""
        campaign = self.campaign()
        file = workbook(campaign)
        self.log(f"statistics of {campaign.code} as xlsx", campaign)
        return FileResponse(file, as_attachment=True, filename=f"statistics-{campaign.code}.xlsx", content_type=XLSX)


def workbook(campaign: Campaign) -> IO[bytes]:
    """A sheet for each dimension, one of what was answered, and one that says how to read them."""
    book = Workbook(write_only=True)
    rows = question_rows(campaign)
    lines = [question_line(row, number) for number, row in enumerate(rows, 1)]
    figures = [gettext("Number of people"), gettext("Answers"), gettext("Facility")]
    judged = [*figures, gettext("Discrimination"), gettext("Seconds for a question"), gettext("Found, and what to do")]
    passed = [*figures, gettext("Passed at first"), gettext("Seconds for a question")]
    _sheet(book, TABS["questions"], [gettext("Question"), gettext("Module and type"), *judged], map(_judged, lines))
    asked = [gettext("Question"), gettext("To what"), gettext("Answer"), gettext("Marked as")]
    _sheet(book, gettext("Answers"), [*asked, gettext("Given"), gettext("Answers")], _answers(rows, lines))
    for dimension in DIMENSIONS[1:-1]:
        heads = [TABS[dimension], gettext("Questions"), *judged[:-1]]
        _sheet(book, TABS[dimension], heads, (_judged(line)[:-1] for line in lines_of(dimension, campaign)))
    departments = lines_of("departments", campaign)
    _sheet(book, TABS["departments"], [gettext("Department"), *passed], map(_passed, departments))
    _sheet(book, gettext("How to read this"), [campaign.title], ([note] for note in notes()), wide=120)
    file = TemporaryFile()  # noqa: SIM115  (the response closes it)
    book.save(file)
    file.seek(0)
    return file


def _judged(line: Line) -> Cells:
    said = " ".join(f"{finding.name}: {finding.advice}" for finding in line.findings)
    if line.figures is None:
        return [line.name, line.under, None, None, line.facility, None, None, said]
    f = line.figures
    found = None if f.discrimination is None else round(f.discrimination, 3)
    return [line.name, line.under, f.people, f.answers, round(f.facility, 4), found, round(f.seconds), said]


def _passed(line: Line) -> Cells:
    name = "\u3000" * line.depth + line.name
    if line.figures is None:
        return [name, None, None, line.facility, None, None]
    f = line.figures
    return [name, f.people, f.answers, round(f.facility, 4), round(f.passed, 4), round(f.seconds)]


def _answers(rows: Sequence[QuestionRow], lines: Sequence[Line]) -> Iterable[Cells]:
    for row, line in zip(rows, lines, strict=True):
        if not row.tallies:
            yield [line.name, None, untold(), None, None, None]
        for tally in row.tallies:
            for one in tally.rows:
                words = answer_words(tally, one)
                yield [line.name, tally_heading(tally), words, answer_mark(one), one.count, tally.answered]
        if row.unanswered:
            yield [line.name, None, gettext("Left open"), None, row.unanswered, None]
        if row.erased:
            yield [line.name, None, gettext("Erased"), None, row.erased, None]


def _sheet(book: Workbook, title: Any, heads: Sequence[Any], rows: Iterable[Cells], *, wide: int = 60) -> None:
    """Write a sheet as it comes; nothing of it is kept."""
    sheet = book.create_sheet(str(title))
    sheet.freeze_panes = "A2"
    sheet.column_dimensions["A"].width = wide
    for column in "BCDEFGH"[: len(heads) - 1]:
        sheet.column_dimensions[column].width = 18
    sheet.append([_cell(sheet, str(head), bold=True) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def _cell(sheet: Any, value: Any, *, bold: bool = False) -> Any:
    """A cell that is what it shows: text is text, also where it looks like a formula."""
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value))
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell
