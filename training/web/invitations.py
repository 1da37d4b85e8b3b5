"""The page on which somebody sets the own password: by the link of a mail, or with a slip's number and code."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from training.conf import conf
from training.errors import Conflict
from training.people.account_models import Invitation
from training.people.invite import accept, by_code, by_link, number_of
from training.web.check.limit import wait
from training.web.refusals import Phrased


class PasswordForm(forms.Form):
    """A password of one's own, twice."""

    password = forms.CharField(
        label=gettext_lazy("New password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The same password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    username = ""

    def clean(self) -> dict[str, Any]:
        """Refuse what is mistyped or weak."""
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password and cleaned.get("again") and password != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        elif password:
            name = self.username or cleaned.get("number", "")
            try:
                validate_password(password, get_user_model()(username=name))
            except forms.ValidationError as reason:
                self.add_error("password", reason)
        return cleaned


class SlipForm(PasswordForm):
    """Number and code as they stand on the slip, and a password of one's own."""

    number = forms.CharField(
        label=gettext_lazy("Staff number"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username"})
    )
    code = forms.CharField(
        label=gettext_lazy("First code"),
        max_length=40,
        help_text=gettext_lazy("As it is printed on the slip; dashes may be left out."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters"}),
    )
    field_order = ("number", "code", "password", "again")


class Welcome(Phrased, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """What both pages have in common: a limit on tries, and answers that nobody stores."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "training/welcome.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse what is too often; a link's address is told to no other site."""
        response = self.too_often(request) or super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "same-origin"
        return response

    def too_often(self, request: HttpRequest) -> HttpResponse | None:
        """The answer to who tries too often."""
        if request.method != "POST":
            return None
        seconds = wait(request, kind="invitation", most=conf.invitation_tries_per_minute, now=self.now)
        if not seconds:
            return None
        words = _("Too many tries. Please wait a minute.")
        response = HttpResponse(words, status=HTTPStatus.TOO_MANY_REQUESTS, content_type="text/plain; charset=utf-8")
        response["Retry-After"] = str(seconds)
        return response

    @cached_property
    def now(self) -> datetime:
        """The instant of the request."""
        return timezone.now()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What a password must be like."""
        return super().get_context_data(rules=password_validators_help_texts(), **kwargs)

    def accepted(self, invitation: Invitation, password: str) -> HttpResponse:
        """Set the password, and lead to the sign-in page with it; whoever else was signed in here is no more."""
        accept(invitation=invitation, password=password, now=self.now)
        number = number_of(invitation.employee)
        logout(self.request)
        messages.success(
            self.request, _("Your password is set. Sign in with the staff number %(number)s.") % {"number": number}
        )
        return redirect("account_login")


class LinkView(Welcome):
    """By the link of a mail. Opening it changes nothing, for some programs open every link of a mail."""

    form_class = PasswordForm

    @cached_property
    def invitation(self) -> Invitation:
        """The invitation; ``Conflict`` where it is not good any more."""
        found = by_link(self.kwargs["secret"], now=self.now)
        if found is None:
            raise Conflict(
                _("This link has been used, has been replaced by another, or is too old. Please ask HR for a new one.")
            )
        return found

    def get_form(self, form_class: Any = None) -> Any:
        """A form that knows the number, which is no password."""
        form = super().get_form(form_class)
        form.username = number_of(self.invitation.employee)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose account it is, by number."""
        return super().get_context_data(number=number_of(self.invitation.employee), **kwargs)

    def form_valid(self, form: PasswordForm) -> HttpResponse:
        """Set the password."""
        return self.accepted(self.invitation, form.cleaned_data["password"])


class SlipView(Welcome):
    """With the number and the code of a slip."""

    form_class = SlipForm

    def form_valid(self, form: SlipForm) -> HttpResponse:
        """Set the password, if number and code belong together; which of them is wrong is not said."""
        asked = form.cleaned_data
        invitation = by_code(asked["number"], asked["code"], now=self.now)
        if invitation is None:
            form.add_error(
                "code",
                _(
                    "Number and code do not belong together, or the code is used, too old, or was tried too often. "
                    "Please read the slip again, or ask HR for another."
                ),
            )
            return self.form_invalid(form)
        return self.accepted(invitation, asked["password"])
