"""URLs of a site without Wagtail."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("accounts/", include("allauth.urls")), path("", include("training.web.urls"))]
