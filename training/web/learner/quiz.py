"""The understanding check as its learner sees it: begun, filled in, kept, handed in, and its result."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from training.campaigns.progress import require_version
from training.campaigns.queries import next_task
from training.errors import NotReady, TrainingError
from training.quiz.frozen import blueprint_of, contents
from training.quiz.models import Attempt
from training.quiz.papers import PaperQuestion
from training.quiz.queries import last_marking, last_submitted, own_open_paper, paper_of, review_of, sitting_of
from training.quiz.sitting import close_if_expired, is_late, save_answers, start, submit
from training.web.learner.fields import as_far_as, as_typed, unanswered_marked
from training.web.learner.forms import PaperForm
from training.web.learner.views import OwnTask


class QuizStartView(OwnTask):
    """Draw a paper, or come back to the one that is open."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Start, and go to the paper."""
        start(
            task=self.opened(), version=request.POST.get("version", ""), seed=secrets.token_hex(16), now=timezone.now()
        )
        return self.go("quiz")


class OpenPaper(OwnTask):
    """A page about one's own open paper, if there is one."""

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

    def paper(self) -> Mapping[str, Mapping[str, Any]]:
        """The paper's questions as frozen; of a page that says by ``only`` what it sends, no more than this.

        So a page that somebody left open elsewhere takes back nothing that was answered on another.
        """
        paper = contents(self.attempt.drawn)
        if "only" not in self.request.POST:
            return paper
        only = set(self.request.POST.getlist("only"))
        return {key: sent for key, content in paper.items() if (sent := as_far_as(content, key, only)) is not None}


class QuizView(OpenPaper, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """The understanding check. The page holds neither keys nor explanations."""

    form_class = PaperForm
    template_name = "training/learner/quiz.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the open paper; one whose time is up is marked; without one, the result or the module."""
        if self.attempt is None:
            return self.go("result") if last_submitted(self.opened()) else self.go("module")
        if close_if_expired(attempt=self.attempt, now=timezone.now()):
            return self.go("result")
        self.require_asked()
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form its questions."""
        return super().get_form_kwargs() | {"paper": self.paper()}

    def get_initial(self) -> dict[str, Any]:
        """Name the version that this page shows."""
        return {"version": self.attempt.module_version_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The paper, what was filled in, and where it belongs."""
        context = super().get_context_data(**kwargs)
        questions = self._shown(context["form"])
        blueprint = blueprint_of(self.attempt.module_version_id)
        return context | {
            "slug": self.kwargs["module"],
            "assignment": self.assignment,
            "version": self.opened().version,
            "attempt": self.attempt,
            "blueprint": blueprint,
            "left": _seconds_left(self.attempt, timezone.now()),
            "questions": questions,
            "answered": sum(question.answered for question in questions),
            "next_question": next((question for question in questions if not question.answered), None),
            "faults": [question for question in questions if question.wrong_at],
        }

    def _shown(self, form: PaperForm) -> list[PaperQuestion]:
        """The paper as kept; after a refusal as it was filled in, with what is wrong beside it."""
        questions = paper_of(self.attempt)
        if not form.is_bound:
            return questions
        typed = [as_typed(question, question.id, form.sent, form.mistakes) for question in questions]
        return [unanswered_marked(question) for question in typed] if "hand_in" in form.data else typed

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
        now = timezone.now()
        if "later" in self.request.POST or form.mistakes:
            if not self._kept(form, now=now):
                return self.go("result")
            if form.mistakes:
                return self.form_invalid(form)
            messages.success(self.request, _("Your answers so far are saved."))
            return redirect("training:mine")
        try:
            submit(attempt=self.attempt, version=form.cleaned_data["version"], responses=form.responses, now=now)
        except NotReady as reason:
            self._kept(form, now=now)
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)
        return self.go("result")

    def _kept(self, form: PaperForm, *, now: datetime) -> bool:
        """Keep what was given; False where the time is up, and the paper is marked."""
        if close_if_expired(attempt=self.attempt, now=now):
            return False
        save_answers(attempt=self.attempt, responses=form.responses, now=now)
        return True


class QuizSaveView(OpenPaper):
    """Autosave: answers arrive one by one from the page's script."""

    http_method_names = ["post"]

    def handle_no_permission(self) -> Any:
        """Tell the script, which asks for JSON: it could not show a page to sign in on."""
        if self.request.headers.get("Accept") != "application/json":
            return super().handle_no_permission()
        quiz = reverse("training:quiz", kwargs=self.kwargs)
        return self._not_saved(
            _("You have been signed out. Please sign in again: your answers will then be saved."),
            status=401,
            link=f"{reverse('account_login')}?{urlencode({'next': quiz})}",
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Keep the answers; 409 with the reason where the paper is gone or another version is meant."""
        now = timezone.now()
        try:
            task = self.opened() if self.attempt is None else self.attempt.task
            require_version(task, request.POST.get("version", ""))
            if self.attempt is None or request.POST.get("attempt") != str(self.attempt.pk):
                raise NotReady(_("This paper has been handed in already."))
            form = PaperForm(request.POST, paper=self.paper())
            if not form.is_valid():
                return self._not_saved(_("The answer was not understood."), status=400)
            save_answers(attempt=self.attempt, responses=form.responses, now=now)
        except TrainingError as reason:
            return self._not_saved(str(reason.message), status=409, link=reverse("training:quiz", kwargs=self.kwargs))
        said: dict[str, Any] = {"saved": True}
        if form.mistakes:
            said["mistakes"] = form.mistakes
        if self.attempt.deadline:
            said["left"] = _seconds_left(self.attempt, now)
        return JsonResponse(said)

    def _not_saved(self, reason: str, *, status: int, link: str = "") -> JsonResponse:
        return JsonResponse({"saved": False, "reason": reason, "link": link}, status=status)


def _seconds_left(attempt: Attempt, now: datetime) -> int | None:
    """How long the paper may still be filled in, by the server's clock."""
    return max(0, int((attempt.deadline - now).total_seconds())) if attempt.deadline else None


class ResultView(OwnTask, TemplateView):
    """The last paper, marked, with what the review policy allows, and how it goes on."""

    template_name = "training/learner/result.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What was answered, what is right, and why; how many attempts are left, and from when."""
        task = self.opened()
        attempt = last_submitted(task)
        if attempt is None:
            raise Http404
        marking = last_marking(attempt.submission)
        now = timezone.now()
        completed = hasattr(task, "completion")
        return super().get_context_data(
            slug=self.kwargs["module"],
            version=task.version,
            attempt=attempt,
            marking=marking,
            in_points=marking.out_of > len(marking.points),
            late=is_late(attempt, attempt.submission.at),
            blueprint=(blueprint := blueprint_of(attempt.module_version_id)),
            pass_mark=blueprint.pass_mark,
            percent=marking.percent,
            questions=review_of(attempt, attempt.submission, marking),
            completed=completed,
            sitting=None if completed else sitting_of(task, now=now),
            following=next_task(self.assignment),
            halt=self.halt,
            **kwargs | {"assignment": self.assignment},
        )
