"""Where allauth finds the provider's pages, under the names that allauth gives them."""

from __future__ import annotations

from allauth.socialaccount.providers.openid_connect.views import login
from django.urls import path

from training.web.identity.views import callback

urlpatterns = [
    path("oidc/<str:provider_id>/login/", login, name="openid_connect_login"),
    path("oidc/<str:provider_id>/login/callback/", callback, name="openid_connect_callback"),
]
