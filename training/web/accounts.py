"""Accounts: made by HR, never by signing up; signed in by staff number or account name."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.access.leavers import withdraw_roles
from training.conf import conf
from training.errors import NotAllowed
from training.people.invite import address_of
from training.people.leavers import left_on, shut_out_since
from training.people.models import Employee
from training.people.numbers import plain_number
from training.people.sign_in import account_meant, account_of_address
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

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by the account that is meant, so that no other way of typing it gives fresh tries."""
        typed = str(credentials.get("username") or credentials.get("email") or "")
        account = account_meant(typed, day=timezone.localdate(timezone=conf.time_zone))
        counted = f"account {account.pk}" if account is not None else f"typed {plain_number(typed)}"
        key: str = super()._get_login_attempts_cache_key(request, username=counted)
        return key


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


class ResetPasswordForm(AllauthResetPasswordForm):
    """allauth's form for a new password by mail, which goes to nobody but whom the company writes to there today.

    The account's own address, and those that people add themselves, are passed over: they do not follow the staff
    list, and an address is somebody else's one day.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = _(
            "Only the address that the staff list has for you today gets a mail. If you have none there, or have "
            "left the company, please ask HR."
        )

    def clean_email(self) -> str:
        """The address as the staff list has it, and the one account that a link may be sent for."""
        typed, day = str(self.cleaned_data["email"]), timezone.localdate(timezone=conf.time_zone)
        user = account_of_address(typed, day=day)
        employee = Employee.objects.filter(user=user).first() if user is not None and user.is_active else None
        if user is None or employee is None or left_on(employee.pk, day=day) is not None:
            self.users = []
            return typed
        self.users = [user]
        return address_of(employee.pk, day=day)
