"""The people of a campaign: listed without names; each opened by itself, for a reason that is logged."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.views.generic import FormView, TemplateView

from training.access.models import AccessLog, Sample
from training.access.queries import assignment_opened
from training.campaigns.models import Assignment
from training.campaigns.posts import numbered
from training.conf import conf
from training.ledger.models import Checkpoint
from training.people.numbers import plain_number
from training.people.queries import department_paths
from training.reports.basis import resting_on
from training.reports.decisions import decisions_of
from training.reports.dossier import Dossier, dossier_of
from training.reports.queries import listed, ordered, standings, within
from training.web.auditor.forms import PeopleFilter, WhyForm
from training.web.auditor.pages import one_page
from training.web.auditor.views import Auditor

OPENED = "training_audit_opened"
OPEN_SECONDS = 15 * 60


class PeopleView(Auditor, TemplateView):
    """Everybody assigned, by number and department. No names."""

    template_name = "training/auditor/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A hundred lines, and what they are narrowed to."""
        self.log(AccessLog.Action.LIST, f"assignments of {self.campaign.code}")
        paths = department_paths(self.today)
        departments = sorted(filter(None, set(paths.values())))
        form = PeopleFilter(self.request.GET, departments=departments, label_suffix="")
        asked = form.cleaned_data if form.is_valid() else {}
        found: QuerySet[Any] = standings(self.campaign, today=self.today)
        if number := plain_number(asked.get("number", "")):
            found = found.filter(numbered(number))
        if state := asked.get("state"):
            found = found.filter(state=state)
        if basis := asked.get("basis"):
            found = resting_on(found, basis)
        if department := asked.get("department"):
            found = within(found, department, paths)
        page = one_page(ordered(found, "number"), self.request)
        narrowed = {name: value for name, value in asked.items() if value}
        return super().get_context_data(
            campaign=self.campaign,
            form=form,
            page=page,
            rows=listed(page.object_list, paths),
            narrowed=narrowed,
            query=f"{urlencode(narrowed)}&" if narrowed else "",
            **kwargs,
        )


class PersonView(Auditor, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """One person. Who asks says why first; then everything is shown, for a quarter of an hour, each look logged."""

    http_method_names = ["get", "head", "post", "options"]
    form_class = WhyForm
    template_name = "training/auditor/why.html"

    @cached_property
    def assignment(self) -> Assignment:
        """The assignment in the address, of this campaign, or 404."""
        mine = Assignment.objects.filter(campaign=self.campaign).select_related("campaign", "employment")
        return get_object_or_404(mine, pk=self.kwargs["assignment"])

    @cached_property
    def sample(self) -> Sample | None:
        """The sample from which the auditor comes, if this person was drawn in it."""
        try:
            key = UUID(self.request.GET.get("sample", ""))
        except ValueError:
            return None
        row = Sample.objects.filter(pk=key, campaign=self.campaign).first()
        return row if row is not None and str(self.assignment.pk) in row.drawn else None

    @property
    def reason(self) -> dict[str, Any] | None:
        """What this session opened this person for, while that holds."""
        given: dict[str, Any] | None = self.request.session.get(OPENED, {}).get(str(self.assignment.pk))
        return given if given is not None and timezone.now().timestamp() < given["until"] else None

    def get_initial(self) -> dict[str, Any]:
        """Who comes from a sample examines it."""
        return {"why": "sample"} if self.sample is not None else {}

    def form_valid(self, form: WhyForm) -> HttpResponse:
        """Keep the reason for this session; the look itself is logged when it happens."""
        now = timezone.now().timestamp()
        kept = {key: given for key, given in self.request.session.get(OPENED, {}).items() if now < given["until"]}
        reason = {"why": form.cleaned_data["why"], "note": form.cleaned_data["note"], "until": now + OPEN_SECONDS}
        self.request.session[OPENED] = kept | {str(self.assignment.pk): reason}
        return redirect(self.request.get_full_path())

    def get_template_names(self) -> list[str]:
        """The reason, or the record."""
        return ["training/auditor/person.html" if self.is_open else self.template_name]

    @cached_property
    def is_open(self) -> bool:
        """Whether this answer shows the record."""
        return self.request.method != "POST" and self.reason is not None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Number and department alone, until a reason was given."""
        dossier = dossier_of(self.assignment, today=self.today, paths=department_paths(self.today))
        context: dict[str, Any] = {"campaign": self.campaign, "sample": self.sample, "assignment": self.assignment}
        if self.is_open and (reason := self.reason) is not None:
            self.log(
                AccessLog.Action.OPEN, assignment_opened(self.assignment.pk), why=reason["why"], note=reason["note"]
            )
            certificates = [
                {"issued": row, "check_url": conf.check_url(row.certificate.token)} for row in dossier.certificates
            ]
            context |= {
                "dossier": dossier,
                "standing": dossier.standing,
                "decisions": decisions_of(self.assignment),
                "signatures": with_proofs(dossier),
                "certificates": certificates,
            }
        else:
            standing = dossier.standing
            context |= {"number": standing.number, "department": standing.department, "state": standing.state}
        return super().get_context_data(**context, **kwargs)


def with_proofs(dossier: Dossier) -> list[dict[str, Any]]:
    """Every signature, the newest first, with the first checkpoint that covers its entry."""
    return [
        {"signature": row, "entry": row.attestation.entry, "covering": covering(row.attestation.entry.sequence)}
        for row in dossier.signatures
    ]


def covering(sequence: int | None) -> Checkpoint | None:
    """The first checkpoint over an entry's number; None before it is sealed."""
    if sequence is None:
        return None
    return Checkpoint.objects.filter(size__gt=sequence).order_by("size").first()
