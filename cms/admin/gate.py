"""Who may see a view of HR's and the privacy officer's, and how a refusal reads there.

Wagtail answers a missing permission with a redirect to the dashboard; here it
is 403 with the reason, as in the rest of the product. Roles are groups, not
permissions on models: a superuser who holds no role sees nobody's record.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet

from training.campaigns.calendar import day_of
from training.conf import conf
from training.errors import NotAllowed, TrainingError
from training.roles import Role, has_role
from training.web.refusals import STATUS

OFFICE = (Role.HR, Role.PRIVACY_OFFICER)
OFFICER = (Role.PRIVACY_OFFICER,)


def today() -> date:
    """Return the company's day."""
    return day_of(timezone.now(), conf.time_zone)


def holds(request: HttpRequest, *roles: Role) -> bool:
    """Return whether who asks holds one of the roles."""
    return has_role(request.user, *roles)


def refused(request: HttpRequest, reason: TrainingError) -> HttpResponseBase:
    """Return the page that says why nothing was done."""
    status = STATUS.get(type(reason), 400)
    return render(request, "cms/admin/refused.html", {"reason": reason.message}, status=status)


class ForRoles:
    """A view for accounts with one of the roles; rooms may refuse, and the refusal becomes its page."""

    roles: ClassVar[tuple[Role, ...]] = OFFICE
    # Django's form views would take PUT for POST.
    http_method_names: ClassVar[list[str]] = ["get", "head", "post", "options"]
    # Roles decide. Wagtail's policy would ask for permissions on the models, which nobody has.
    permission_policy = None
    any_permission_required = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse before anything is looked up, so that a refusal tells nothing about what there is."""
        if not holds(request, *self.roles):
            return refused(request, NotAllowed(_("Your account does not have the role that this page is for.")))
        try:
            return super().dispatch(request, *args, **kwargs)
        except TrainingError as reason:
            return refused(request, reason)

    @property
    def right(self) -> str:
        """By what right somebody looks, as the access log names it."""
        return next(role.name.lower() for role in self.roles if holds(self.request, role))


class RoleMenuItem(MenuItem):
    """A menu item shown to who may open what it leads to."""

    def __init__(self, *args: Any, roles: tuple[Role, ...] = OFFICE, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = roles

    def is_shown(self, request: HttpRequest) -> bool:
        """Ask the groups."""
        return holds(request, *self.roles)


class RoleViewSet(ViewSet):
    """Views for roles, with their menu item."""

    roles: ClassVar[tuple[Role, ...]] = OFFICE

    @cached_property
    def menu_item_class(self) -> Any:
        """Make items that know the roles."""
        roles = self.roles

        def made(*args: Any, **kwargs: Any) -> RoleMenuItem:
            return RoleMenuItem(*args, roles=roles, **kwargs)

        return made
