"""Who works here, and who of them has an account, an invitation or neither."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.admin.gate import ForRoles, today
from cms.admin.tables import PersonColumn
from training.conf import conf
from training.people.account_models import Invitation
from training.people.invite_send import unsent
from training.people.models import EmailAddress, Employment, Posting
from training.people.queries import department_paths, on, people_on

NAMESPACE = "training_accounts"
STATES = (
    ("none", _("No account")),
    ("invited", _("Invited, not yet set up")),
    ("unsent", _("Mail not sent")),
    ("account", _("Has an account")),
)


def employed() -> QuerySet[Employment]:
    """Whoever works here today or is to, with the address and the last invitation; one row a person."""
    day = today()
    here = Employment.objects.filter(superseded_at__isnull=True).exclude(valid_to__lt=day)
    first = here.filter(employee=OuterRef("employee")).order_by("valid_from", "pk").values("pk")[:1]
    addresses = on(EmailAddress.objects.filter(employee=OuterRef("employee")), day)
    open_ones = Invitation.objects.filter(
        employee=OuterRef("employee"), used_at__isnull=True, expires_at__gt=timezone.now()
    ).order_by("-made_at")
    return (
        here.filter(pk=Subquery(first))
        .select_related("employee__user")
        .annotate(
            address=Subquery(addresses.values("email")[:1]),
            invitation=Subquery(open_ones.values("pk")[:1]),
            means=Subquery(open_ones.values("means")[:1]),
            sent_at=Subquery(open_ones.values("sent_at")[:1]),
            tries=Subquery(open_ones.values("tries")[:1]),
            expires_at=Subquery(open_ones.values("expires_at")[:1]),
        )
    )


class AccountFilters(WagtailFilterSet):
    """By department with all below it, by account, and by address."""

    department = django_filters.ChoiceFilter(
        method="by_department", label=_("Department"), empty_label=_("All departments"), choices=()
    )
    state = django_filters.ChoiceFilter(
        method="by_state", label=_("Account"), empty_label=_("All"), choices=STATES, widget=forms.RadioSelect
    )
    address = django_filters.ChoiceFilter(
        method="by_address",
        label=_("E-mail address"),
        empty_label=_("All"),
        choices=[("yes", _("With an address")), ("no", _("Without an address"))],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Employment
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = department_paths(today())
        choices = [(path, path) for path in sorted(filter(None, set(self.paths.values())))]
        self.filters["department"].extra["choices"] = choices

    def by_department(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep who is posted there or below."""
        below = [key for key, path in self.paths.items() if path == value or path.startswith(f"{value}/")]
        posts = on(Posting.objects.filter(department__in=below), today())
        return rows.filter(employee__employments__postings__in=posts).distinct()

    def by_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep who has an account, an invitation, or neither; or whose invitation could not be mailed."""
        if value == "unsent":
            return with_unsent_mail(rows)
        if value == "account":
            return rows.filter(employee__user__isnull=False)
        return rows.filter(employee__user__isnull=True, invitation__isnull=value == "none")

    def by_address(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep who has an address, or who has none."""
        return rows.filter(address__isnull=value == "no")


def with_unsent_mail(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Keep those whose invitation could not be mailed, or was forgotten."""
    found = unsent(now=timezone.now())
    return rows.filter(employee__in=found.values("employee"), invitation__in=found.values("pk"))


def state_of(row: Any) -> str:
    """Whether there is an account, or an invitation and how it stands."""
    if row.invitation is None:
        return gettext("Has an account") if row.employee.user_id is not None else gettext("No account")
    until = date_format(timezone.localtime(row.expires_at, conf.time_zone), "SHORT_DATE_FORMAT")
    if row.means == Invitation.Means.SLIP:
        return gettext("Slip printed, good until %(day)s") % {"day": until}
    return mail_state(row) or gettext("Mail sent, good until %(day)s") % {"day": until}


def mail_state(invitation: Any) -> str:
    """How far the mail of an invitation is that was not sent; empty where it was."""
    if invitation.sent_at is not None:
        return ""
    if not invitation.tries:
        return gettext("Mail on its way")
    if invitation.tries >= conf.reminder_tries:
        return gettext("Mail not sent")
    return gettext("Mail not sent yet, is tried again")


class AccountIndexView(ForRoles, IndexView):
    """Everybody who works here, with account or invitation."""

    model = Employment
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "user"
    page_title = _("Accounts and invitations")
    filterset_class = AccountFilters
    paginate_by = 50
    default_ordering = ("number", "pk")
    columns = [
        PersonColumn(
            "name",
            label=_("Name"),
            accessor=lambda row: row.person.name,
            url_name=f"{NAMESPACE}:person",
            id_accessor="employee_id",
        ),
        Column("number", label=_("Staff number")),
        Column("department", label=_("Department"), accessor="person.department"),
        Column("address", label=_("E-mail address"), accessor=lambda row: row.address or ""),
        Column("state", label=_("Account"), accessor=lambda row: state_of(row)),
    ]

    def get_base_queryset(self) -> QuerySet[Employment]:
        """Whoever works here."""
        return employed()

    def order_queryset(self, queryset: QuerySet[Employment]) -> QuerySet[Employment]:
        """By staff number."""
        return queryset.order_by(*self.default_ordering)

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up the page's people at once."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        people = people_on(rows, today())
        for row in rows:
            row.person = people[row.pk]
            row.kana = row.person.kana
        return paginator, page, rows, more

    @cached_property
    def unsent(self) -> int:
        """How many people's invitation could not be mailed."""
        return with_unsent_mail(employed()).count()

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """To many at once, those that the filter keeps; or what waits for HR, whose words fill a narrow screen."""
        if not self.unsent:
            return [
                HeaderButton(gettext("Invite by mail…"), url=self._to("invite"), icon_name="mail"),
                HeaderButton(gettext("Print slips…"), url=self._to("slips"), icon_name="download"),
            ]
        words = gettext("Mail not sent: %(count)d…") % {"count": self.unsent}
        return [HeaderButton(words, url=reverse(f"{NAMESPACE}:again"), icon_name="warning")]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """What the other buttons leave no room for."""
        if not self.unsent:
            return []
        return [
            Button(gettext("Invite by mail…"), url=self._to("invite"), icon_name="mail", priority=10),
            Button(gettext("Print slips…"), url=self._to("slips"), icon_name="download", priority=20),
        ]

    def _to(self, name: str) -> str:
        asked = self.request.GET.urlencode()
        return f"{reverse(f'{NAMESPACE}:{name}')}{'?' if asked else ''}{asked}"


class AccountPage(ForRoles, WagtailAdminTemplateMixin, FormView):
    """A page below the list."""

    template_name = "cms/admin/decision.html"
    header_icon = "user"
    form_class: Any = forms.Form
    question: Any = ""
    consequences: tuple[Any, ...] = ()
    submit_label: Any = ""
    serious = False

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Accounts and invitations")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way back."""
        return super().get_context_data(back=reverse(f"{NAMESPACE}:index"), **kwargs)
