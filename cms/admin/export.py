"""Lists as files that Excel opens rightly, each taking away written to the access log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from training.conf import conf
from training.reports.cells import free_text, identifier

BOM = b"\xef\xbb\xbf"  # Without it Excel reads a CSV file in the system's own encoding, cp932 in Japan.


def _storable(text: str) -> str:
    """XML 1.0 has no place for control characters, and openpyxl refuses the whole sheet for one."""
    return ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)


def _local(moment: datetime) -> datetime:
    """A spreadsheet knows no time zones: the company's wall clock, to the second."""
    return moment.astimezone(conf.time_zone).replace(tzinfo=None, microsecond=0)


class ExcelExport(SpreadsheetExportMixin):
    """Wagtail's export with BOM, identifiers kept, formulas defused and local times.

    ``identifiers`` names the columns whose text Excel must not take for a number.
    """

    identifiers: ClassVar[frozenset[str]] = frozenset()
    custom_value_preprocess: ClassVar[dict[Any, dict[str, Any]]] = {
        datetime: {"csv": lambda value: _local(value).isoformat(sep=" "), "xlsx": _local},
        date: {"csv": date.isoformat, "xlsx": None},
        str: {"csv": free_text, "xlsx": _storable},
    }

    def get_preprocess_function(self, field: str, value: Any, export_format: str) -> Any:
        """Treat identifiers apart from other text."""
        if field in self.identifiers and export_format == self.FORMAT_CSV:
            return identifier
        return super().get_preprocess_function(field, value, export_format)

    def stream_csv(self, queryset: Iterable[Any]) -> Iterator[bytes]:
        """Begin with the BOM; lines end in CR LF (RFC 4180), as Python's csv module writes them."""
        yield BOM
        yield from super().stream_csv(queryset)

    def write_csv_response(self, queryset: Iterable[Any]) -> HttpResponseBase:
        """Name the encoding too, for what reads headers."""
        response = super().write_csv_response(queryset)
        response["Content-Type"] = "text/csv; charset=utf-8"
        return response
