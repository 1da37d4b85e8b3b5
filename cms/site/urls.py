"""Where things are on the reference site. No page of Wagtail is served to the public: lessons are, once frozen."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.static import static
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from cms.sign_in import SignInView

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    # Before Wagtail's own addresses, whose forms would take passwords without limit.
    path("admin/login/", SignInView.as_view()),
    path("pages/_util/login/", SignInView.as_view()),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("scim/v2/", include("training.web.scim.urls")),
    path("", include("training.web.urls")),
    path("pages/", include(wagtail_urls)),
]
if settings.DEBUG:
    urlpatterns += static(settings.MEDIA_URL, document_root=settings.MEDIA_ROOT)
