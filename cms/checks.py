"""What a site of its own has to put before Wagtail's addresses is asked for at start-up."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import NoReverseMatch, resolve, reverse

from cms.sign_in import SignInView

DOOR = "privacy_training_cms.E001"
DOORS = ("wagtailadmin_login", "wagtailcore_login")


@register(Tags.security)
def wagtails_doors_are_shut(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a site on which passwords can be tried without limit at a form of Wagtail's."""
    return [
        Error(
            f"{address} is Wagtail's own sign-in, which knows neither the limit of attempts nor who has left.",
            hint=f'Put path("{address.lstrip("/")}", SignInView.as_view()) of cms.sign_in before Wagtail\'s addresses.',
            id=DOOR,
        )
        for address in filter(None, map(_address, DOORS))
        if getattr(resolve(address).func, "view_class", None) is not SignInView
    ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
