"""A learner's pages: find what is one's own, ask the room, phrase the answer."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView, View

from training.attestation.queries import decline_of, signed_and_annulled
from training.campaigns.calendar import day_of, is_overdue
from training.campaigns.models import Assignment, Task
from training.campaigns.progress import open_task, reach_section, require_version, sections_reached
from training.campaigns.queries import assignments_of, next_step, next_task, steps_of
from training.certificates.queries import certificate_of
from training.conf import conf
from training.errors import NotAllowed, NotReady, TrainingError
from training.people.enrol import ask_for_name, read_notice
from training.people.models import Employee, NameRequest
from training.people.queries import Person, employee_of, person_on
from training.quiz.papers import shown
from training.quiz.queries import last_marking, last_submitted, open_attempt, own_open_paper, paper_of, review_of
from training.quiz.sitting import close_if_expired, save_answers, start, submit
from training.web.learner.forms import NameForm, NoticeForm, PaperForm
from training.web.refusals import Phrased


class OwnPage(View):
    """The person who is signed in; somebody new reads the purpose of use first."""

    # Django's form views would take PUT for POST.
    http_method_names = ["get", "head", "post", "options"]
    notice_first = True

    @cached_property
    def employee(self) -> Employee:
        """The person; ``NotAllowed`` where the account acts for nobody."""
        employee = employee_of(self.request.user)
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
    def assignment(self) -> Assignment:
        """The assignment named in the address."""
        mine = Assignment.objects.filter(employment__employee=self.employee)
        related = mine.select_related("campaign__revision", "campaign__statement", "employment")
        return get_object_or_404(related, pk=self.kwargs["assignment"])

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
        now = timezone.now()
        assignments = assignments_of(self.employee)
        under_way = [a for a in assignments if a.campaign.state == "open"]
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
                "person": person_on(current.employment, day_of(now, conf.time_zone)),
                "steps": steps,
                "next": next_step(steps),
                "percent": round(100 * current.done / current.modules) if current.modules else 0,
                "overdue": attestation is None and is_overdue(due_on=current.due_on, now=now, zone=conf.time_zone),
                "attestation": attestation,
                "certificate": (certificate := certificate_of(current) if attestation else None),
                "revoked": certificate is not None and certificate.revoked_at is not None,
                "declined": decline_of(current) if attestation is None else None,
                "annulled": annulled.get(current.pk),
            }
        return super().get_context_data(**context, **kwargs)


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
                completed=hasattr(task, "completion"),
                paper_open=open_attempt(task) is not None,
            )
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Reach this section, after all before it, in the version that the page named."""
        position = self.kwargs["position"]
        reach_section(
            task=self.opened(), version=request.POST.get("version", ""), position=position, now=timezone.now()
        )
        return self.go("section", position)


class QuizStartView(OwnTask):
    """Draw a paper, or come back to the one that is open."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Start, and go to the paper."""
        start(
            task=self.opened(), version=request.POST.get("version", ""), seed=secrets.token_hex(16), now=timezone.now()
        )
        return self.go("quiz")


class QuizView(OwnTask, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """The understanding check. The page holds neither keys nor explanations."""

    form_class = PaperForm
    template_name = "training/learner/quiz.html"

    @cached_property
    def attempt(self) -> Any:
        """One's own open paper of this module, or None: one look-up."""
        return own_open_paper(
            user=self.request.user, assignment=self.kwargs["assignment"], module=self.kwargs["module"]
        )

    @property
    def notice_first(self) -> bool:  # type: ignore[override]
        """Whoever has a paper open is known, and has read the notice."""
        return self.attempt is None

    @cached_property
    def questions(self) -> Any:
        """The open paper's questions as shown."""
        return paper_of(self.attempt, saved=self.request.method != "POST") if self.attempt else []

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the open paper; one whose time is up is marked; without one, the result or the module."""
        if self.attempt is None:
            return self.go("result") if last_submitted(self.opened()) else self.go("module")
        if close_if_expired(attempt=self.attempt, now=timezone.now()):
            return self.go("result")
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its questions."""
        return super().get_form_kwargs() | {"questions": self.questions}

    def get_initial(self) -> dict[str, Any]:
        """Name the version that this page shows."""
        return {"version": self.attempt.module_version_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The paper and where it belongs."""
        version = self.opened().version
        return super().get_context_data(
            slug=self.kwargs["module"],
            version=version,
            attempt=self.attempt,
            answered=sum(question.answered for question in self.questions),
            **kwargs | {"assignment": self.assignment},
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Hand in, or keep for later. A paper handed in already shows its result and changes nothing."""
        if self.attempt is None:
            require_version(self.opened(), request.POST.get("version", ""))
            if last_submitted(self.task) is None:
                raise NotReady(_("There is no open paper. Please start the understanding check."))
            return self.go("result")
        require_version(self.attempt.task, request.POST.get("version", ""))
        if request.POST.get("attempt") != str(self.attempt.pk):
            return self.go("quiz")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PaperForm) -> HttpResponse:
        """Hand the paper in; where the person wants to go on later, or an answer is missing, keep what there is."""
        now, given = timezone.now(), form.responses()
        if "later" in self.request.POST:
            if not close_if_expired(attempt=self.attempt, now=now):
                save_answers(attempt=self.attempt, responses=given, now=now)
                messages.success(self.request, _("Your answers so far are saved."))
            return redirect("training:mine")
        try:
            submit(attempt=self.attempt, version=form.cleaned_data["version"], responses=given, now=now)
        except NotReady as reason:
            save_answers(attempt=self.attempt, responses=given, now=now)
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)
        return self.go("result")


class QuizSaveView(OwnTask):
    """Autosave: answers arrive one by one from the page's script."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the answers; 409 with the reason where the paper is gone or another version is meant."""
        attempt = open_attempt(self.opened())
        try:
            require_version(self.task, request.POST.get("version", ""))
            if attempt is None or request.POST.get("attempt") != str(attempt.pk):
                raise NotReady(_("This paper has been handed in already."))
            form = PaperForm(request.POST, questions=paper_of(attempt))
            if not form.is_valid():
                return JsonResponse({"saved": False, "reason": _("The answer was not understood.")}, status=400)
            save_answers(attempt=attempt, responses=form.responses(), now=timezone.now())
        except TrainingError as reason:
            return JsonResponse({"saved": False, "reason": str(reason.message)}, status=409)
        return JsonResponse({"saved": True})


class ResultView(OwnTask, TemplateView):
    """The last paper, marked, with every explanation."""

    template_name = "training/learner/result.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was answered, what is right, and why."""
        task = self.opened()
        attempt = last_submitted(task)
        if attempt is None:
            raise Http404
        marking = last_marking(attempt.submission)
        return super().get_context_data(
            slug=self.kwargs["module"],
            version=task.version,
            attempt=attempt,
            marking=marking,
            pass_mark=attempt.module_version.content["blueprint"]["pass_mark"],
            percent=marking.percent,
            questions=review_of(attempt, attempt.submission, marking),
            completed=hasattr(task, "completion"),
            following=next_task(self.assignment),
            **kwargs | {"assignment": self.assignment},
        )


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
