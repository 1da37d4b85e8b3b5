"""The doors that Wagtail brings along lead to the site's own sign-in.

Wagtail's forms know neither the limit of attempts, nor leavers whose records are kept no longer, nor passkeys. A site
puts ``SignInView`` before Wagtail's addresses, as the reference site does; the check in ``cms.checks`` says where one
has not.
"""

from __future__ import annotations

from http import HTTPStatus

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache


@method_decorator(never_cache, name="dispatch")
class SignInView(View):
    """Send whoever is not signed in to the site's sign-in, and from there where the person wanted to go."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Whoever is signed in and sent here may not go where the person wanted: that is said, not asked again."""
        home = reverse("wagtailadmin_home")
        wanted = self._wanted() or home
        if not request.user.is_authenticated:
            return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: wanted})}")
        if request.user.has_perm("wagtailadmin.access_admin") and wanted.startswith(home):
            return redirect(wanted)
        words = _(
            "Your account does not have a role that opens this page. If you have another account, sign out first; "
            "if you need the role, ask the privacy officer."
        )
        list(get_messages(request))  # Wagtail has left the same words there, in English: taken out, and not shown
        context = {"reason": words, "messages": ()}
        return render(request, "training/refused.html", context, status=HTTPStatus.FORBIDDEN)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Read no password here: whoever sends one is sent to the form that counts attempts."""
        return self.get(request)

    def _wanted(self) -> str:
        """The page of this site that was asked for, or nothing."""
        asked = self.request.POST.get(REDIRECT_FIELD_NAME) or self.request.GET.get(REDIRECT_FIELD_NAME) or ""
        here = {self.request.get_host()}
        is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=here, require_https=self.request.is_secure())
        return asked if is_ours else ""
