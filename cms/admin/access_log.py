"""閲覧記録: who looked at what, when and why, for the privacy officer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import django_filters
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets import AdminDateInput

from cms.admin.export import ExcelExport
from cms.admin.gate import OFFICER, ForRoles, today
from cms.admin.one_campaign import NAMESPACE as CAMPAIGNS
from cms.admin.tables import MomentColumn
from training.access.log import Why, record_access
from training.access.models import AccessLog
from training.access.queries import all_looks, notes_of, numbers_of, packs_of
from training.campaigns.calendar import end_of
from training.campaigns.models import Campaign
from training.conf import conf
from training.ledger.reading import CHUNK, chunked

NAMESPACE = "training_access_log"
# What the log names by table and key, in the words of the screen; the longest that fits.
WORDS = {
    "assignment": _("A person's record"),
    "assignments": _("List of people"),
    "as of": _("State as of a date"),
    "campaign": _("Figures of the campaign"),
    "certificate": _("A certificate"),
    "certificates": _("Certificates"),
    "edition": _("A certificate in another language"),
    "evidence pack": _("Evidence pack"),
    "leaves": _("Leaves"),
    "looks": _("Access log"),
    "people whom": _("Whom a plan would ask"),
    "plan document": _("Plan (PDF)"),
    "report document": _("Report (PDF)"),
    "sample": _("A sample"),
    "samples": _("List of samples"),
    "signed pledge": _("A signed pledge"),
}


def in_words(what: str) -> Any:
    """Return in words what was looked at; what no word fits stays as the log has it."""
    bare = f"{what.lstrip('0123456789 ')} "
    fitting = [name for name in WORDS if bare.startswith(f"{name} ")]
    return WORDS[max(fitting, key=len)] if fitting else what


@dataclass(frozen=True, slots=True)
class Look:
    """A line of the list: the look, whose record it was, the words given with it, and what came of a pack."""

    row: AccessLog
    number: str
    url: str
    note: str
    pack: tuple[int, int | None] | None = None

    @property
    def what(self) -> str:
        """What was looked at, in words; of an evidence pack also how much went out, and where the ledger says so."""
        words = str(in_words(self.row.what))
        if self.pack is None:
            return words
        files, number = self.pack
        said = ngettext(
            "%(what)s (%(count)s file, entry %(number)s of the ledger)",
            "%(what)s (%(count)s files, entry %(number)s of the ledger)",
            files,
        )
        return said % {"what": words, "count": f"{files:,}", "number": "–" if number is None else number}

    @property
    def key(self) -> str:
        """What was looked at, by table and key."""
        return self.row.what

    @property
    def why(self) -> str:
        """The reason, in words."""
        return str(Why(self.row.why).label) if self.row.why in Why.values else self.row.why

    @property
    def action(self) -> str:
        """What was done, in words."""
        opened = self.row.action == AccessLog.Action.OPEN
        return str(_("Looked at") if opened else self.row.get_action_display())  # a campaign is "opened" otherwise

    @property
    def person(self) -> str:
        """The staff number, leading to the record."""
        return format_html('<a href="{}">{}</a>', self.url, self.number) if self.url else ""

    @property
    def user(self) -> str:
        """The account's name."""
        return self.row.user.get_username()

    @property
    def campaign(self) -> str:
        """The campaign's code."""
        return self.row.campaign.code if self.row.campaign else ""


def lines(rows: Sequence[AccessLog]) -> list[Look]:
    """Make lines of looks. Two queries, and one each where evidence packs or renumbered people are among them."""
    opened, notes, packs = numbers_of(rows, day=today()), notes_of(rows), packs_of(rows)
    found = []
    for row in rows:
        code, key, number = opened.get(row.what, ("", None, ""))
        url = reverse(f"{CAMPAIGNS}:assignment", args=[code, key]) if key else ""
        found.append(
            Look(row=row, number=number, url=url, note=notes.get(row.entry_id, ""), pack=packs.get(row.entry_id))
        )
    return found


class AccessLogFilters(WagtailFilterSet):
    """By campaign, account, action and day."""

    campaign = django_filters.ModelChoiceFilter(queryset=Campaign.objects.all(), label=_("Campaign"))
    user = django_filters.ModelChoiceFilter(queryset=None, label=_("Account"))
    action = django_filters.ChoiceFilter(
        choices=AccessLog.Action.choices, label=_("Action"), empty_label=_("All"), field_name="action"
    )
    first = django_filters.DateFilter(method="from_day", label=_("From this day"), widget=AdminDateInput)
    last = django_filters.DateFilter(method="to_day", label=_("To this day"), widget=AdminDateInput)

    class Meta:
        model = AccessLog
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = get_user_model().objects.filter(pk__in=AccessLog.objects.order_by().values("user"))
        self.filters["user"].queryset = accounts.order_by("username")

    def from_day(self, looks: QuerySet[AccessLog], name: str, value: date) -> QuerySet[AccessLog]:
        """Keep what happened on the company's day or after it."""
        return looks.filter(at__gte=end_of(value - timedelta(days=1), conf.time_zone))

    def to_day(self, looks: QuerySet[AccessLog], name: str, value: date) -> QuerySet[AccessLog]:
        """Keep what happened by the end of the company's day."""
        return looks.filter(at__lt=end_of(value, conf.time_zone))


class AccessLogView(ForRoles, ExcelExport, IndexView):
    """Every look, the newest first, and the list as a file."""

    roles = OFFICER
    model = AccessLog
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "history"
    page_title = _("Access log")
    filterset_class = AccessLogFilters
    paginate_by = 100
    columns = [
        MomentColumn("at", label=_("When"), accessor="row.at"),
        Column("user", label=_("Account")),
        Column("action", label=_("Action"), classname="pt-nowrap"),
        Column("what", label=_("What looked at")),
        Column("number", label=_("Staff number"), accessor="person", classname="pt-nowrap"),
        Column("why", label=_("Why")),
        Column("note", label=_("In own words")),
        Column("campaign", label=_("Campaign"), classname="pt-nowrap"),
    ]
    list_export = ["row.at", "user", "action", "what", "key", "number", "why", "note", "campaign"]
    export_headings = {
        "row.at": _("When"),
        "user": _("Account"),
        "action": _("Action"),
        "what": _("What looked at"),
        "key": _("Table and key"),
        "number": _("Staff number"),
        "why": _("Why"),
        "note": _("In own words"),
        "campaign": _("Campaign"),
    }
    identifiers = frozenset({"number"})

    def get_base_queryset(self) -> QuerySet[AccessLog]:
        """Everybody's looks."""
        return all_looks()

    def order_queryset(self, queryset: QuerySet[AccessLog]) -> QuerySet[AccessLog]:
        """Leave the order as it comes."""
        return queryset

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up at once what the page's looks opened."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = lines(list(rows))
        return paginator, page, page.object_list, more

    def get_filename(self) -> str:
        """Name the day."""
        return f"access-log-{today().isoformat()}"

    def as_spreadsheet(self, queryset: QuerySet[AccessLog], spreadsheet_format: str) -> HttpResponseBase:
        """Write the taking away into the log itself, then hand out what the list shows, all pages of it."""
        now = timezone.now()
        wanted = queryset.filter(at__lte=now)
        what = f"{wanted.count()} looks as {spreadsheet_format}"
        record_access(
            user=self.request.user, action=AccessLog.Action.EXPORT, campaign=None, what=what, why=self.right, now=now
        )
        return super().as_spreadsheet(_streamed(wanted), spreadsheet_format)


def _streamed(rows: QuerySet[AccessLog]) -> Iterable[Look]:
    for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK):
        yield from lines(chunk)
