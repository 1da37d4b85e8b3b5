"""URLs of a site without Wagtail."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("scim/v2/", include("training.web.scim.urls")),
    path("", include("training.web.urls")),
]
