"""Identity providers that keep the roster by SCIM: let one in, give it a new token, end its access."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import OFFICER, ForRoles
from cms.admin.tables import LinkColumn, MomentColumn
from training.certificates.tasks import seal_waiting
from training.conf import conf
from training.errors import Conflict, TrainingError
from training.people.scim_clients import OVERLAP, SCOPES, bequeathing, make_client, revoke_client, rotate_token
from training.people.scim_models import ScimClient

NAMESPACE = "training_scim"
WORDS = {
    "users:read": _("Read users"),
    "users:write": _("Change users: enrol, rename, move, end employments"),
    "groups:read": _("Read groups"),
    "groups:write": _("Change groups: second postings"),
}
OVERLAPS = ((0, _("At once")), (1, _("In a day")), (OVERLAP.days, _("In a week")))


def state_of(row: ScimClient) -> Any:
    """Whether the provider is let in."""
    if row.revoked_at is not None:
        return _("Revoked")
    if row.previous_until is not None and timezone.now() < row.previous_until:
        return _("In force, the old token too")
    return _("In force")


class ScimIndexView(ForRoles, IndexView):
    """Every identity provider."""

    roles = OFFICER
    model = ScimClient
    index_url_name = f"{NAMESPACE}:index"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "group"
    page_title = _("Identity providers (SCIM)")
    paginate_by = 50
    default_ordering = ("revoked_at", "name")
    columns = [
        Column("name", label=_("Name")),
        Column("scopes", label=_("What it may do"), accessor=lambda row: "、".join(row.scopes)),
        Column("users", label=_("Users"), accessor="users_kept"),
        MomentColumn("made_at", label=_("Let in at")),
        MomentColumn("last_used_at", label=_("Last used at")),
        Column("state", label=_("State"), accessor=lambda row: state_of(row)),
        LinkColumn("rotate", label=_("Token"), text=_("New token…"), accessor=lambda row: _url(row, "rotate")),
        LinkColumn("revoke", label=_("Access"), text=_("End…"), accessor=lambda row: _url(row, "revoke")),
    ]

    def get_base_queryset(self) -> QuerySet[ScimClient]:
        """With how many users each keeps."""
        return ScimClient.objects.annotate(users_kept=Count("users"))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Let another in."""
        return [
            HeaderButton(gettext("Let an identity provider in"), url=reverse(f"{NAMESPACE}:make"), icon_name="plus")
        ]


def _url(row: ScimClient, name: str) -> str:
    return "" if row.revoked_at is not None else reverse(f"{NAMESPACE}:{name}", args=[row.pk])


class ScimPage(ForRoles, WagtailAdminTemplateMixin, FormView):
    """A page below the list."""

    roles = OFFICER
    template_name = "cms/admin/decision.html"
    header_icon = "group"
    form_class: Any = forms.Form
    question: Any = ""
    consequences: tuple[Any, ...] = ()
    submit_label: Any = ""
    serious = False

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Identity providers (SCIM)")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way back."""
        return super().get_context_data(back=reverse(f"{NAMESPACE}:index"), **kwargs)

    def told_once(self, client: ScimClient, token: str) -> HttpResponse:
        """The page with the token, which nobody stores and which cannot be opened again."""
        seal_waiting.enqueue()
        context = self.get_context_data(
            client=client, token=token, base_url=f"{conf.public_url}{reverse('scim:root')}".rstrip("/"), over=True
        )
        response = self.response_class(self.request, "cms/admin/scim_token.html", context)
        response["Cache-Control"] = "no-store"
        return response


class MakeForm(forms.Form):
    """Which provider, and what it may."""

    name = forms.CharField(label=_("Name"), max_length=100, help_text=_("Such as Entra ID or Okta."))
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=[(scope, WORDS[scope]) for scope in SCOPES],
        initial=list(SCOPES),
        widget=forms.CheckboxSelectMultiple,
    )
    succeeds = forms.ModelMultipleChoiceField(
        label=_("Takes over the users and groups of"),
        queryset=ScimClient.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Identity providers whose access has been ended. What they kept is found and changed by the new one as its "
            "own. What is not taken over keeps its user names and staff numbers taken."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there: Any = bequeathing().order_by("name")
        if there:
            self.fields["succeeds"].queryset = there
            self.fields["succeeds"].initial = there
        else:
            del self.fields["succeeds"]


class MakeView(ScimPage):
    """Let a provider in."""

    form_class = MakeForm
    page_title = _("Let an identity provider in")
    submit_label = _("Make the token")
    consequences = (
        _("Whoever has the token can change the roster within what you allow. It is shown once, on the next page."),
    )

    def form_valid(self, form: MakeForm) -> HttpResponse:
        """Make it, and show the token."""
        asked = form.cleaned_data
        try:
            made = make_client(
                name=asked["name"],
                scopes=asked["scopes"],
                by=self.request.user,
                now=timezone.now(),
                succeeds=asked.get("succeeds", ()),
            )
        except TrainingError as reason:
            form.add_error("name", str(reason.message))
            return self.form_invalid(form)
        return self.told_once(*made)


class OneClient(ScimPage):
    """A page of a provider that is let in."""

    @cached_property
    def client(self) -> ScimClient:
        """It, or 404; 409 where its access was ended."""
        client = get_object_or_404(ScimClient, pk=self.kwargs["pk"])
        if client.revoked_at is not None:
            raise Conflict(_("This identity provider's access has been revoked already."))
        return client

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Which provider."""
        facts = [
            (_("Name"), self.client.name),
            (_("What it may do"), "、".join(str(WORDS[one]) for one in self.client.scopes)),
        ]
        return super().get_context_data(facts=facts, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Know the provider first, so that one whose access was ended is refused."""
        assert self.client  # noqa: S101  (raises where it cannot be)
        return super().post(request, *args, **kwargs)


class RotateForm(forms.Form):
    """When the old token ends."""

    overlap = forms.TypedChoiceField(
        label=_("The old token ends"), choices=OVERLAPS, coerce=int, initial=OVERLAP.days, widget=forms.RadioSelect
    )


class RotateView(OneClient):
    """A new token; the old one is taken for a while."""

    form_class = RotateForm
    page_title = _("New token")
    submit_label = _("Make the token")
    consequences = (_("Enter the new token at the identity provider before the old one ends."),)

    def form_valid(self, form: RotateForm) -> HttpResponse:
        """Make it, and show it."""
        overlap = timedelta(days=form.cleaned_data["overlap"])
        return self.told_once(
            *rotate_token(client=self.client, overlap=overlap, by=self.request.user, now=timezone.now())
        )


class RevokeView(OneClient):
    """End the access."""

    page_title = _("End an identity provider's access")
    question = _("End this identity provider's access?")
    consequences = (
        _(
            "Its tokens are refused from now on. For another access, let it in anew under another name: there you "
            "choose whether the new one takes over the users and groups of this one."
        ),
        _("People stay in the roster as they are; nobody's employment ends by this."),
    )
    submit_label = _("End the access")
    serious = True

    def form_valid(self, form: Any) -> HttpResponse:
        """End it."""
        revoke_client(client=self.client, by=self.request.user, now=timezone.now())
        seal_waiting.enqueue()
        messages.success(self.request, gettext("The identity provider's access has been ended."))
        return redirect(f"{NAMESPACE}:index")
