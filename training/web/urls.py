"""Where the plain pages are."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import SlugConverter

from training.web.auditor import views as auditor
from training.web.check.views import CheckView
from training.web.home import HomeView
from training.web.learner import signing
from training.web.learner import views as learner


class LabelConverter(SlugConverter):
    """A module's label: a slug in any script, as Wagtail makes it of a Japanese title."""

    regex = r"[-\w]+"


register_converter(LabelConverter, "label")
app_name = "training"
MODULE = "my/<uuid:assignment>/modules/<label:module>/"
urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("my/", learner.MineView.as_view(), name="mine"),
    path("my/notice/", learner.NoticeView.as_view(), name="notice"),
    path("my/name/", learner.NameView.as_view(), name="name"),
    path(MODULE, learner.ModuleView.as_view(), name="module"),
    path(f"{MODULE}<int:position>/", learner.SectionView.as_view(), name="section"),
    path(f"{MODULE}quiz/start/", learner.QuizStartView.as_view(), name="quiz_start"),
    path(f"{MODULE}quiz/", learner.QuizView.as_view(), name="quiz"),
    path(f"{MODULE}quiz/save/", learner.QuizSaveView.as_view(), name="quiz_save"),
    path(f"{MODULE}result/", learner.ResultView.as_view(), name="result"),
    path("my/<uuid:assignment>/pledge/", signing.PledgeView.as_view(), name="pledge"),
    path("my/<uuid:assignment>/pledge/sign/", signing.SignView.as_view(), name="sign"),
    path("my/<uuid:assignment>/pledge/decline/", signing.DeclineView.as_view(), name="decline"),
    path("my/<uuid:assignment>/certificate/", signing.ReceiptView.as_view(), name="receipt"),
    path("my/<uuid:assignment>/certificate.pdf", signing.CertificatePdfView.as_view(), name="certificate_pdf"),
    path("my/<uuid:assignment>/pledge.pdf", signing.PledgePdfView.as_view(), name="pledge_pdf"),
    path("audit/", auditor.CampaignsView.as_view(), name="audit"),
    path("audit/<slug:code>/", auditor.CertificatesView.as_view(), name="audit_certificates"),
    path("audit/<slug:code>/all.zip", auditor.CertificatesZipView.as_view(), name="audit_zip"),
    path("audit/<slug:code>/<slug:serial>.pdf", auditor.CertificatePdfView.as_view(), name="audit_pdf"),
    path("check/<str:token>/", CheckView.as_view(), name="check"),
]
