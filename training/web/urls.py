"""Where the plain pages are."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import SlugConverter, StringConverter

from training.web import invitations
from training.web.auditor import as_of, documents, pack, people, samples
from training.web.auditor import views as auditor
from training.web.check.views import CheckPdfView, CheckView
from training.web.home import HomeView
from training.web.identity.confirm import ConfirmIdentityView
from training.web.learner import calendar, editions, mails, quiz, signing
from training.web.learner import views as learner
from training.web.manager import views as manager
from training.web.pictures import PictureView


class LabelConverter(SlugConverter):
    """A module's label: a slug in any script, as Wagtail makes it of a Japanese title."""

    regex = r"[-\w]+"


class DigestConverter(StringConverter):
    """A SHA-256 in hexadecimal."""

    regex = "[0-9a-f]{64}"


register_converter(LabelConverter, "label")
register_converter(DigestConverter, "sha256")
app_name = "training"
MODULE = "my/<uuid:assignment>/modules/<label:module>/"
urlpatterns = [
    path("", HomeView.as_view(), name="home"),
    path("confirm-identity/", ConfirmIdentityView.as_view(), name="confirm_identity"),
    path("my/", learner.MineView.as_view(), name="mine"),
    path("my/notice/", learner.NoticeView.as_view(), name="notice"),
    path("my/name/", learner.NameView.as_view(), name="name"),
    path("my/calendar/", calendar.CalendarView.as_view(), name="calendar"),
    path("my/mails/", mails.MailsView.as_view(), name="mails"),
    path("calendar/<str:feed>.ics", calendar.CalendarFeedView.as_view(), name="calendar_feed"),
    path("team/", manager.TeamView.as_view(), name="team"),
    path("team/<uuid:person>/remind/", manager.TeamRemindView.as_view(), name="team_remind"),
    path(MODULE, learner.ModuleView.as_view(), name="module"),
    path(f"{MODULE}<int:position>/", learner.SectionView.as_view(), name="section"),
    path(f"{MODULE}quiz/start/", quiz.QuizStartView.as_view(), name="quiz_start"),
    path(f"{MODULE}quiz/", quiz.QuizView.as_view(), name="quiz"),
    path(f"{MODULE}quiz/save/", quiz.QuizSaveView.as_view(), name="quiz_save"),
    path(f"{MODULE}result/", quiz.ResultView.as_view(), name="result"),
    path("pictures/<sha256:sha256>", PictureView.as_view(), name="image"),
    path("my/<uuid:assignment>/pledge/", signing.PledgeView.as_view(), name="pledge"),
    path("my/<uuid:assignment>/pledge/confirm/", signing.ConfirmView.as_view(), name="confirm"),
    path("my/<uuid:assignment>/pledge/sign/", signing.SignView.as_view(), name="sign"),
    path("my/<uuid:assignment>/pledge/decline/", signing.DeclineView.as_view(), name="decline"),
    path("my/<uuid:assignment>/certificate/", signing.ReceiptView.as_view(), name="receipt"),
    path("my/<uuid:assignment>/certificate.pdf", signing.CertificatePdfView.as_view(), name="certificate_pdf"),
    path("my/<uuid:assignment>/certificate/edition/", editions.EditionView.as_view(), name="edition"),
    path("my/<uuid:assignment>/certificate-<slug:language>.pdf", editions.EditionPdfView.as_view(), name="edition_pdf"),
    path("my/<uuid:assignment>/pledge.pdf", signing.PledgePdfView.as_view(), name="pledge_pdf"),
    path("audit/", auditor.CampaignsView.as_view(), name="audit"),
    path("audit/<slug:code>/", auditor.CampaignView.as_view(), name="audit_campaign"),
    path("audit/<slug:code>/people/", people.PeopleView.as_view(), name="audit_people"),
    path("audit/<slug:code>/people/<uuid:assignment>/", people.PersonView.as_view(), name="audit_person"),
    path("audit/<slug:code>/samples/", samples.SamplesView.as_view(), name="audit_samples"),
    path("audit/<slug:code>/samples/<uuid:sample>/", samples.SampleView.as_view(), name="audit_sample"),
    path("audit/<slug:code>/certificates/", auditor.CertificatesView.as_view(), name="audit_certificates"),
    path("audit/<slug:code>/documents/plan.pdf", documents.PlanPdfView.as_view(), name="audit_plan"),
    path("audit/<slug:code>/documents/report.pdf", documents.ReportPdfView.as_view(), name="audit_report"),
    path("audit/<slug:code>/evidence/", pack.PackView.as_view(), name="audit_pack"),
    path("audit/<slug:code>/evidence.zip", pack.EvidenceView.as_view(), name="audit_evidence"),
    path("audit/<slug:code>/as-of/", as_of.AsOfView.as_view(), name="audit_as_of"),
    path("audit/<slug:code>/as-of/<str:day>/<int:size>.csv", as_of.AsOfCsvView.as_view(), name="audit_as_of_csv"),
    path("audit/<slug:code>/all.zip", auditor.CertificatesZipView.as_view(), name="audit_zip"),
    path("audit/<slug:code>/<slug:serial>.pdf", auditor.CertificatePdfView.as_view(), name="audit_pdf"),
    path("welcome/", invitations.SlipView.as_view(), name="slip"),
    path("welcome/<str:secret>/", invitations.LinkView.as_view(), name="invitation"),
    path("check/", CheckPdfView.as_view(), name="check_pdf"),
    path("check/<str:token>/", CheckView.as_view(), name="check"),
]
