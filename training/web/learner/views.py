"""A learner's pages: find what is one's own, ask the room, phrase the answer."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from training.attestation.queries import signed_and_annulled
from training.attestation.standing import Standing, credit_of, own
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign, Task
from training.campaigns.progress import closed_words, open_task, reach_section, require_both, sections_reached
from training.campaigns.queries import closed_by, last_exemption, next_step, steps_of
from training.certificates.queries import certificate_of
from training.conf import conf
from training.errors import NotAllowed, NotReady
from training.people.enrol import ask_for_name, read_notice
from training.people.managing import manager_of_account
from training.people.models import Employee, NameRequest
from training.people.queries import Person, person_on
from training.quiz.frozen import blueprint_of
from training.quiz.papers import shown
from training.quiz.queries import sitting_of
from training.web.learner.forms import NameForm, NoticeForm
from training.web.refusals import Phrased


class OwnPage(View):
    """The person who is signed in; somebody new reads the purpose of use first."""

    # Django's form views would take PUT for POST.
    http_method_names = ["get", "head", "post", "options"]
    notice_first = True

    @cached_property
    def employee(self) -> Employee:
        """The person, and whether there is a team; ``NotAllowed`` where the account acts for nobody."""
        employee: Employee | None = manager_of_account(self.request.user, day_of(timezone.now(), conf.time_zone))
        if employee is None:
            raise NotAllowed(_("This account is not linked to anybody in the roster. Please ask HR."))
        return employee

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send a first visitor to the notice."""
        if self.notice_first and self.employee.notice_read_at is None:
            return redirect("training:notice")
        return super().dispatch(request, *args, **kwargs)


class Learner(LoginRequiredMixin, Phrased, OwnPage):
    """A page for people who are signed in, about themselves."""


class OwnAssignment(Learner):
    """A page about one of the person's own assignments; anybody else's is 404."""

    @cached_property
    def assignment(self) -> Any:
        """The assignment named in the address, with ``shut``: why it is closed, if it is."""
        mine = Assignment.objects.filter(employment__employee=self.employee).annotate(shut=closed_by())
        related = mine.select_related("campaign__revision", "campaign__statement", "employment")
        return get_object_or_404(related, pk=self.kwargs["assignment"])

    @cached_property
    def halt(self) -> str:
        """Why nobody can go on with it; empty while the campaign is open and the assignment not closed. No query."""
        try:
            self.require_asked()
        except NotReady as reason:
            return str(reason.message)
        return ""

    def require_asked(self) -> None:
        """Refuse, saying why, what nobody can go on with. The rooms ask anew before they write."""
        require_both(self.assignment.campaign, self.assignment.shut)

    @cached_property
    def person(self) -> Person:
        """The person as the roster has them today."""
        return person_on(self.assignment.employment, day_of(timezone.now(), conf.time_zone))


class OwnTask(OwnAssignment):
    """A page about one module of one's own assignment."""

    @cached_property
    def task(self) -> Task:
        """The task of the module named in the address."""
        tasks = Task.objects.select_related("version", "campaign_module__module", "completion", "assignment__campaign")
        return get_object_or_404(tasks, assignment=self.assignment, campaign_module__module__slug=self.kwargs["module"])

    def go(self, name: str, *extra: Any) -> HttpResponse:
        """Send the browser to another page of this module."""
        return redirect(f"training:{name}", self.kwargs["assignment"], self.kwargs["module"], *extra)

    def opened(self) -> Task:
        """The task with its version; 404 before it was opened."""
        if self.task.version is None:
            raise Http404
        return self.task


class NoticeView(Learner, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """What is recorded about me and why (利用目的)."""

    form_class = NoticeForm
    template_name = "training/learner/notice.html"
    notice_first = False
    extra_context = {"conf": conf}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Look up whose notice it is while a refusal can still be answered."""
        return super().get_context_data(employee=self.employee, **kwargs)

    def form_valid(self, form: NoticeForm) -> HttpResponse:
        """Remember it, and go on."""
        read_notice(employee=self.employee, now=timezone.now())
        return redirect("training:mine")


class MineView(Learner, TemplateView):
    """「わたしの研修」: what is asked of me, how far I am, by when."""

    template_name = "training/learner/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest open assignment, or the one asked for, with its modules; a line for each other."""
        today = day_of(timezone.now(), conf.time_zone)
        assignments = own(self.employee, day=today)
        for assignment in assignments:
            assignment.said = said_of(assignment)
        under_way = [a for a in assignments if a.campaign.state == "open" and a.standing != Standing.CLOSED]
        wanted = [a for a in under_way if a.campaign.code == self.request.GET.get("campaign")]
        current = next(iter(wanted or under_way), None)
        others = [a for a in assignments if a != current]
        context: dict[str, Any] = {"assignments": assignments, "current": current, "others": others}
        signed, annulled = signed_and_annulled(assignments)
        context["signed"] = signed
        if current is not None:
            steps = steps_of(current)
            attestation = signed.get(current.pk)
            context |= {
                "person": person_on(current.employment, today),
                "steps": steps,
                "next": next_step(steps),
                "overdue": current.overdue,
                "credit": credit_of(current) if current.standing == Standing.CREDITED else None,
                "exemption": last_exemption(current) if current.standing == Standing.EXEMPT else None,
                "attestation": attestation,
                "certificate": (certificate := certificate_of(current) if attestation else None),
                "revoked": certificate is not None and certificate.revoked_at is not None,
                "annulled": annulled.get(current.pk),
            }
        return super().get_context_data(**context, **kwargs)


def said_of(assignment: Any) -> str:
    """What a line about a training says of it: how it ended, or that it need not be done; empty while it is asked."""
    match assignment.standing, assignment.campaign.state:
        case Standing.SIGNED, _state:
            return _("Signed")
        case Standing.CLOSED, _state:
            return str(closed_words(assignment.shut))
        case Standing.CREDITED, _state:
            return _("Credited: what you signed earlier counts.")
        case Standing.EXEMPT, _state:
            return _("You are exempt.")
        case _standing, Campaign.State.CLOSED:
            return _("This training has been closed.")
    return ""


class ModuleView(OwnTask, TemplateView):
    """A module's first page: what it is about, its sections, where I am."""

    template_name = "training/learner/module.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The version that is, or would be, taught."""
        steps = steps_of(self.assignment)
        index, step = next((i, s) for i, s in enumerate(steps) if s.task.pk == self.task.pk)
        version = step.task.version or step.pinned
        following = steps[index + 1] if index + 1 < len(steps) else None
        return super().get_context_data(
            slug=self.kwargs["module"],
            step=step,
            number=index + 1,
            total=len(steps),
            version=version,
            sections=version.content["sections"],
            resume=min(step.reached + 1, step.sections),
            following=following,
            blueprint=blueprint_of(version.pk),
            sitting=sitting_of(step.task, now=timezone.now()) if step.task.version_id and not step.completed else None,
            halt="" if step.completed else self.halt,
            **kwargs | {"assignment": self.assignment},
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Open the module and go to the section where one left off."""
        task = open_task(task=self.task, language=(get_language() or "ja")[:2], now=timezone.now())
        assert task.version is not None  # noqa: S101  (opening has chosen it)
        reached = sections_reached(task)
        if reached == 0:
            reach_section(task=task, version=task.version.pk, position=1, now=timezone.now())
        return self.go("section", max(1, reached))


class SectionView(OwnTask, TemplateView):
    """One section of the frozen text."""

    template_name = "training/learner/section.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show a section that was reached; send further ones back to the last reached."""
        task = self.opened()
        assert task.version is not None  # noqa: S101
        sections = task.version.content["sections"]
        position = self.kwargs["position"]
        if not 1 <= position <= len(sections):
            raise Http404
        reached = sections_reached(task)
        if position > reached:
            return self.go("section", reached) if reached else self.go("module")
        return self.render_to_response(
            self.get_context_data(
                assignment=self.assignment,
                slug=self.kwargs["module"],
                task=task,
                version=task.version,
                section=sections[position - 1] | {"html": shown(sections[position - 1]["html"])},
                sections=sections,
                position=position,
                reached=reached,
                total=len(sections),
                percent=round(100 * position / len(sections)),
                completed=(completed := hasattr(task, "completion")),
                blueprint=blueprint_of(task.version_id),
                halt="" if completed else self.halt,
                sitting=None if completed or position < len(sections) else sitting_of(task, now=timezone.now()),
            )
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Reach this section, after all before it, in the version that the page named."""
        position = self.kwargs["position"]
        reach_section(
            task=self.opened(), version=request.POST.get("version", ""), position=position, now=timezone.now()
        )
        return self.go("section", position)


class NameView(Learner, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """Ask HR to correct one's own name."""

    form_class = NameForm
    template_name = "training/learner/name.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The name as it stands, and an open or answered wish."""
        name = self.employee.names.filter(superseded_at__isnull=True).order_by("-valid_from").first()
        wish = NameRequest.objects.filter(employee=self.employee).first()
        return super().get_context_data(name=name, wish=wish, **kwargs)

    def form_valid(self, form: NameForm) -> HttpResponse:
        """Pass the wish on."""
        ask_for_name(employee=self.employee, now=timezone.now(), **form.cleaned_data)
        messages.success(self.request, _("HR has been asked. You will see the answer here."))
        return redirect("training:name")
