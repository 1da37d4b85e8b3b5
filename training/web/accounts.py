"""Accounts: made by HR, never by signing up; signed in by staff number or account name."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm as AllauthLoginForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class Accounts(DefaultAccountAdapter):
    """allauth's behaviour with the door to signing up shut."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes an account for oneself: who is trained comes from the roster."""
        return False


class LoginForm(AllauthLoginForm):
    """allauth's sign-in form, asking for the staff number in the words staff use."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = _("Staff number or account name")
        login.widget.attrs.pop("placeholder", None)
        login.widget.attrs["autofocus"] = True
        password = self.fields.get("password")
        if password is not None:
            password.widget.attrs.pop("placeholder", None)
