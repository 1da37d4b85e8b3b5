"""Accounts: made by HR, never by signing up; signed in by staff number or account name."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.access.leavers import withdraw_roles
from training.conf import conf
from training.errors import NotAllowed
from training.people.leavers import shut_out_since
from training.web.refusals import refused


class Accounts(DefaultAccountAdapter):
    """allauth's behaviour with the door to signing up shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for oneself: who is trained comes from the roster."""
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponseBase | None:
        """Let in who works here, and who has left while the records are kept; a leaver's roles end here at the latest.

        Whoever left too long ago is told so: the password was right, so that nobody else learns anything.
        """
        now = timezone.now()
        until = shut_out_since(user.pk, day=now.astimezone(conf.time_zone).date())
        if until is not None:
            words = _(
                "You have left the company, and your records were kept until %(day)s. This account cannot be used "
                "any more. For a question about your personal information, write to %(contact)s."
            )
            told = {"day": date_format(until, "DATE_FORMAT"), "contact": conf.contact_email}
            return refused(request, NotAllowed(words % told))
        withdraw_roles(user=user, now=now)
        answer: HttpResponseBase | None = super().pre_login(request, user, **kwargs)
        return answer


class LoginForm(AllauthLoginForm):
    """allauth's sign-in form, asking for the staff number in the words staff use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Staff number, e-mail address or account name")
        login.widget.attrs.pop("placeholder", None)
        login.widget.attrs["autofocus"] = True
        password = self.fields.get("password")
        if password is not None:
            password.widget.attrs.pop("placeholder", None)
