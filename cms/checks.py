"""What a site of its own has to put before Wagtail's addresses is asked for at start-up."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import NoReverseMatch, Resolver404, get_script_prefix, resolve, reverse

from cms.sign_in import SignInView

DOOR = "privacy_training_cms.E001"
DOORS = ("wagtailadmin_login", "wagtailcore_login")


@register(Tags.security)
def wagtails_doors_are_shut(**kwargs: Any) -> list[CheckMessage]:
    """Refuse a site on which passwords can be tried without limit at a form of Wagtail's."""
    return [
        Error(
            f"{address} is Wagtail's own sign-in, which knows neither the limit of attempts nor who has left.",
            hint=f'Put path("{address[1:]}", SignInView.as_view()) of cms.sign_in before Wagtail\'s addresses.',
            id=DOOR,
        )
        for address in filter(None, map(_address, DOORS))
        if _view_at(address) is not SignInView
    ]


def _address(name: str) -> str:
    """Where it is below the site's own prefix (``FORCE_SCRIPT_NAME``), which only ``reverse`` adds."""
    try:
        return "/" + reverse(name).removeprefix(get_script_prefix())
    except NoReverseMatch:
        return ""


def _view_at(address: str) -> Any:
    try:
        return getattr(resolve(address).func, "view_class", None)
    except Resolver404:
        return None
