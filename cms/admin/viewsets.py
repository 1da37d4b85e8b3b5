"""Where the views are, and the menu that leads to them."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from cms.admin import (
    access_log,
    archives,
    as_of,
    assignments,
    audiences,
    campaigns,
    corrections,
    declines,
    designs,
    documents,
    editions,
    evidence,
    grants,
    make_ups,
    names,
    plans,
    question_files,
    roster_steps,
    rosters,
    samples,
    statistics,
    statistics_files,
    withdrawals,
)
from cms.admin.campaign_urls import RepeatViewSet, life_patterns
from cms.admin.change_urls import ChangeViewSet
from cms.admin.gate import OFFICER, RoleViewSet
from cms.admin.people_urls import AccountViewSet, LeaveViewSet, ManagerViewSet, PersonViewSet, ScimViewSet
from cms.admin.reminder_urls import ReminderViewSet


class CampaignViewSet(RoleViewSet):
    """Campaigns and the assignments in them."""

    name = campaigns.NAMESPACE
    url_prefix = "training/campaigns"
    icon = "calendar-alt"
    menu_label = _("Campaign list")
    menu_name = "training-campaigns"

    def get_urlpatterns(self) -> list[Any]:
        """By the campaign's code."""
        one = "<slug:code>/"
        assignment = f"{one}assignments/<uuid:pk>/"
        certificate, signature = f"{assignment}certificates/<slug:serial>", f"{assignment}signatures/<int:number>"
        return [
            path("", campaigns.CampaignIndexView.as_view(), name="index"),
            *life_patterns(),
            path(one, campaigns.CampaignView.as_view(), name="campaign"),
            path(f"{one}results/", campaigns.CampaignView.as_view(results_only=True), name="results"),
            path(f"{one}certificates/", archives.ArchiveView.as_view(), name="archive"),
            path(f"{one}certificates.zip", archives.ZipView.as_view(), name="zip"),
            path(f"{one}evidence/", evidence.PackView.as_view(), name="pack"),
            path(f"{one}evidence.zip", evidence.EvidenceView.as_view(), name="evidence"),
            path(f"{one}plan/", plans.PlanView.as_view(), name="plan"),
            path(f"{one}plan.pdf", documents.PlanPdfView.as_view(), name="plan_pdf"),
            path(f"{one}report.pdf", documents.ReportPdfView.as_view(), name="report_pdf"),
            path(f"{one}audience/", audiences.AudienceView.as_view(), name="audience"),
            path(f"{one}approve/", plans.ApproveView.as_view(), name="approve"),
            path(f"{one}open/", plans.OpenView.as_view(), name="open"),
            path(f"{one}make-ups/", make_ups.MakeUpsView.as_view(), name="make_ups"),
            path(f"{one}samples/", samples.SamplesView.as_view(), name="samples"),
            path(f"{one}samples/<uuid:sample>/", samples.SampleView.as_view(), name="sample"),
            path(assignment, assignments.AssignmentView.as_view(), name="assignment"),
            path(f"{assignment}certificate.pdf", assignments.CertificateView.as_view(), name="certificate"),
            path(f"{certificate}.pdf", assignments.CertificateView.as_view(), name="issued"),
            path(f"{certificate}/<slug:language>.pdf", assignments.EditionView.as_view(), name="edition"),
            path(f"{assignment}make-up/<str:module>/", make_ups.MakeUpView.as_view(), name="make_up"),
            path(f"{certificate}/order/<slug:language>/", editions.OrderEditionView.as_view(), name="order"),
            path(f"{certificate}/revoke/", corrections.RevokeView.as_view(), name="revoke"),
            path(f"{certificate}/reissue/", corrections.ReissueView.as_view(), name="reissue"),
            path(f"{signature}.pdf", assignments.PledgeView.as_view(), name="pledge"),
            path(f"{signature}/annul/", corrections.AnnulView.as_view(), name="annul"),
        ]


class NameRequestViewSet(RoleViewSet):
    """Wishes to have a name corrected."""

    name = names.NAMESPACE
    url_prefix = "training/names"
    icon = "user"
    menu_label = _("Name corrections")
    menu_name = "training-names"

    def get_urlpatterns(self) -> list[Any]:
        """List and answer."""
        return [
            path("", names.NameRequestIndexView.as_view(), name="index"),
            path("results/", names.NameRequestIndexView.as_view(results_only=True), name="results"),
            path("<int:pk>/", names.AnswerView.as_view(), name="answer"),
        ]


class RosterViewSet(RoleViewSet):
    """Staff lists and their imports."""

    name = rosters.NAMESPACE
    url_prefix = "training/staff-lists"
    icon = "group"
    menu_label = _("Staff lists")
    menu_name = "training-rosters"

    def get_urlpatterns(self) -> list[Any]:
        """List, the steps of an import, an import, taking it back."""
        return [
            path("", rosters.RosterIndexView.as_view(), name="index"),
            path("results/", rosters.RosterIndexView.as_view(results_only=True), name="results"),
            path("new/", roster_steps.UploadView.as_view(), name="upload"),
            path("new/<uuid:pk>/columns/", roster_steps.ColumnsView.as_view(), name="columns"),
            path("new/<uuid:pk>/", roster_steps.PreviewView.as_view(), name="preview"),
            path("new/<uuid:pk>/refused/", roster_steps.RefusedView.as_view(), name="refused"),
            path("new/<uuid:pk>/progress/", roster_steps.ProgressView.as_view(), name="progress"),
            path("new/<uuid:pk>/cancel/", roster_steps.CancelView.as_view(), name="cancel"),
            path("<int:number>/", rosters.ImportView.as_view(), name="import"),
            path("<int:number>/undo/", rosters.UndoView.as_view(), name="undo"),
            path("<int:number>/evidence/", rosters.EvidenceView.as_view(), name="evidence"),
        ]


class DeclineViewSet(RoleViewSet):
    """Refusals to sign."""

    name = declines.NAMESPACE
    url_prefix = "training/declines"
    icon = "warning"
    menu_label = _("Declined pledges")
    menu_name = "training-declines"

    def get_urlpatterns(self) -> list[Any]:
        """One list."""
        return [
            path("", declines.DeclineIndexView.as_view(), name="index"),
            path("results/", declines.DeclineIndexView.as_view(results_only=True), name="results"),
        ]


class GrantViewSet(RoleViewSet):
    """Auditors' access, which the privacy officer gives."""

    name = grants.NAMESPACE
    url_prefix = "training/grants"
    icon = "key"
    menu_label = _("Auditors' access")
    menu_name = "training-grants"
    roles = OFFICER

    def get_urlpatterns(self) -> list[Any]:
        """List, grant, revoke."""
        return [
            path("", grants.GrantIndexView.as_view(), name="index"),
            path("new/", grants.GrantView.as_view(), name="grant"),
            path("<int:pk>/revoke/", grants.RevokeView.as_view(), name="revoke"),
        ]


class AccessLogViewSet(RoleViewSet):
    """Who looked at what, which the privacy officer watches over."""

    name = access_log.NAMESPACE
    url_prefix = "training/access-log"
    icon = "history"
    menu_label = _("Access log")
    menu_name = "training-access-log"
    roles = OFFICER

    def get_urlpatterns(self) -> list[Any]:
        """One list."""
        return [
            path("", access_log.AccessLogView.as_view(), name="index"),
            path("results/", access_log.AccessLogView.as_view(results_only=True), name="results"),
        ]


class AsOfViewSet(RoleViewSet):
    """How things stood at the end of a day."""

    name = as_of.NAMESPACE
    url_prefix = "training/as-of"
    icon = "date"
    menu_label = _("As of a date")
    menu_name = "training-as-of"

    def get_urlpatterns(self) -> list[Any]:
        """Page and file."""
        return [
            path("", as_of.AsOfView.as_view(), name="index"),
            path("<str:day>/<int:size>.csv", as_of.AsOfCsvView.as_view(), name="csv"),
        ]


class DesignViewSet(RoleViewSet):
    """How the certificates look."""

    name = designs.NAMESPACE
    url_prefix = "training/designs"
    icon = "form"
    menu_label = _("Design of the certificates")
    menu_name = "training-designs"

    def get_urlpatterns(self) -> list[Any]:
        """Languages, one language, its preview."""
        return [
            path("", designs.DesignIndexView.as_view(), name="index"),
            path("<slug:language>/", designs.DesignView.as_view(), name="edit"),
            path("<slug:language>/preview.pdf", designs.PreviewView.as_view(), name="preview"),
        ]


class QuestionFileViewSet(RoleViewSet):
    """Questions out of files and into files."""

    name = question_files.NAMESPACE
    url_prefix = "training/question-files"
    icon = "upload"
    menu_label = _("Question files")
    menu_name = "training-question-files"
    roles = question_files.WRITERS_OF_LESSONS

    def get_urlpatterns(self) -> list[Any]:
        """Look, take over, write, and the sheet's example and fault report."""
        return [
            path("", question_files.QuestionFileView.as_view(), name="index"),
            path("take/", question_files.TakeView.as_view(), name="take"),
            path("write/", question_files.WriteView.as_view(), name="write"),
            path("question-sheet.xlsx", question_files.SampleView.as_view(), name="sample"),
            path("<slug:token>/faults.xlsx", question_files.ReportView.as_view(), name="report"),
        ]


class StatisticsViewSet(RoleViewSet):
    """How the questions do."""

    name = statistics.NAMESPACE
    url_prefix = "training/statistics"
    icon = "order"
    menu_label = _("Statistics of the understanding checks")
    menu_name = "training-statistics"
    roles = statistics.READERS

    def get_urlpatterns(self) -> list[Any]:
        """By year, by a campaign's questions, clauses, topics and departments, and by question."""
        one = "<slug:code>/"
        return [
            path("", statistics.YearsView.as_view(), name="index"),
            path("years.pdf", statistics_files.YearsChartView.as_view(), name="years_chart"),
            path("questions/<uuid:question>/", statistics.QuestionView.as_view(), name="question"),
            path(one, statistics.QuestionsView.as_view(), name="questions"),
            path(f"{one}clauses/", statistics.ClausesView.as_view(), name="clauses"),
            path(f"{one}topics/", statistics.TopicsView.as_view(), name="topics"),
            path(f"{one}departments/", statistics.DepartmentsView.as_view(), name="departments"),
            path(f"{one}<slug:dimension>.pdf", statistics_files.ChartView.as_view(), name="chart"),
            path("<slug:code>.xlsx", statistics_files.WorkbookView.as_view(), name="workbook"),
        ]


class WithdrawalViewSet(RoleViewSet):
    """Faulty questions."""

    name = withdrawals.NAMESPACE
    url_prefix = "training/withdrawals"
    icon = "cross"
    menu_label = _("Withdrawn questions")
    menu_name = "training-withdrawals"

    def get_urlpatterns(self) -> list[Any]:
        """What was withdrawn, what can be, and marking again."""
        return [
            path("", withdrawals.WithdrawalIndexView.as_view(), name="index"),
            path("results/", withdrawals.WithdrawalIndexView.as_view(results_only=True), name="results"),
            path("questions/", withdrawals.ChooseView.as_view(), name="choose"),
            path("questions/results/", withdrawals.ChooseView.as_view(results_only=True), name="choose_results"),
            path("questions/<uuid:question>/", withdrawals.QuestionView.as_view(), name="question"),
            path("remark/", withdrawals.RemarkView.as_view(), name="remark"),
        ]


class TrainingViewSetGroup(ViewSetGroup):
    """研修: shown to who may open at least one item of it."""

    menu_label = _("Training")
    menu_name = "training"
    menu_icon = "clipboard-list"
    menu_order = 100
    items = (
        CampaignViewSet,
        ChangeViewSet,
        RepeatViewSet,
        StatisticsViewSet,
        WithdrawalViewSet,
        AsOfViewSet,
        PersonViewSet,
        RosterViewSet,
        LeaveViewSet,
        ManagerViewSet,
        AccountViewSet,
        ReminderViewSet,
        NameRequestViewSet,
        DeclineViewSet,
        DesignViewSet,
        QuestionFileViewSet,
        GrantViewSet,
        AccessLogViewSet,
        ScimViewSet,
    )
