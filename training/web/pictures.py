"""Pictures of frozen lessons and questions, for those who may read what shows them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View

from training.access.grant import granted_campaigns
from training.campaigns.calendar import day_of
from training.campaigns.models import Pin, Task
from training.catalogue.images import image_path
from training.catalogue.models import FrozenImage
from training.conf import conf
from training.errors import NotAllowed
from training.roles import Role, has_role
from training.web.refusals import Phrased

FOR_EVER = "private, max-age=31536000, immutable"


class PictureView(LoginRequiredMixin, Phrased, View):
    """One picture's bytes, as they were frozen: the address names them, so that they never change."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """The bytes, to be kept by the browser and by nothing in between."""
        sha256 = self.kwargs["sha256"]
        picture = FrozenImage.objects.filter(sha256=sha256).first()
        path = image_path(sha256)
        if picture is None or not path.exists():
            raise Http404
        if not may_see(request.user, sha256):
            raise NotAllowed(_("This picture belongs to a module that you are not assigned to."))
        return FileResponse(
            path.open("rb"),
            content_type=picture.media_type,
            headers={"Cache-Control": FOR_EVER, "X-Content-Type-Options": "nosniff"},
        )


def may_see(user: Any, sha256: str) -> bool:
    """Whether this account's own modules, or what it was granted, show the picture; the offices see every one."""
    if has_role(user, Role.HR, Role.EDITOR, Role.PRIVACY_OFFICER):
        return True
    own = Task.objects.filter(assignment__employment__employee__user=user, version__isnull=False)
    if any(sha256 in (images or ()) for images in own.values_list("version__content__images", flat=True)):
        return True
    granted = granted_campaigns(user=user, day=day_of(timezone.now(), conf.time_zone))
    pins = Pin.objects.filter(campaign_module__campaign__in=granted)
    return any(sha256 in (images or ()) for images in pins.values_list("module_version__content__images", flat=True))
