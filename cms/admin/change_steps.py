"""What follows from a change of the policy: modules confirmed, published again, and a campaign drafted."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.db.models import F, Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from cms.admin.changes import LESSONS, NAMESPACE, OneChange, page_urls, question_urls, stem_of
from cms.admin.gate import OFFICE, OFFICER, ForRoles, today
from cms.admin.one_campaign import NAMESPACE as CAMPAIGNS
from cms.republish import Behind, Republished, behind, republish
from cms.snapshot import frozen
from training.campaigns.models import Campaign
from training.campaigns.plan import TEACHING
from training.catalogue.queries import newest_revision
from training.changes.compose import UNDER_WAY, Composition, compose_change, composition_of
from training.changes.confirm import confirm
from training.changes.side_by_side import sides_of
from training.changes.touched import LANGUAGE, TouchedClause, TouchedModule
from training.changes.words import CHANGES, people_words, summary_of
from training.errors import Conflict, TrainingError
from training.policy.models import StatementVersion
from training.quiz.papers import shown

USUAL_DAYS = 28
LONGEST_SUMMARY = 500


class ConfirmView(OneChange, TemplateView):
    """What a module says of a clause, beside the clause's new text: it stays, or it must be rewritten."""

    roles = LESSONS
    template_name = "cms/admin/change_confirm.html"
    header_icon = "check"
    page_title = _("Still right?")

    @cached_property
    def found(self) -> tuple[TouchedClause, TouchedModule]:
        """The clause and the module in the address, or 404."""
        for clause in self.touched.clauses:
            for module in clause.modules:
                if (clause.judged.difference.ref_after, module.held.module.slug) == (
                    self.kwargs["ref"],
                    self.kwargs["module"],
                ):
                    return clause, module
        raise Http404

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the change."""
        return self.crumbs((self.here, self.get_page_subtitle()), ("", self.page_title))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where there is something to confirm; where there is not, show the change."""
        if not self.found[1].confirmable:
            return redirect(self.here)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both texts, and the module's own words on the clause."""
        clause, module = self.found
        sides = sides_of(clause.judged.difference)
        sections = module.held.version.content["sections"]
        urls = question_urls([one.version.question for one in module.questions])
        return super().get_context_data(
            clause=clause,
            kind=CHANGES[clause.judged.difference.change],
            before=frozen(sides.before),
            after=frozen(sides.after),
            touched=module,
            title=module.held.version.title,
            sections=[
                {"title": sections[n - 1]["title"], "html": shown(sections[n - 1]["html"])} for n in module.sections
            ],
            questions=[
                {
                    "stem": shown(one.version.content["stem"]),
                    "explanation": shown(one.version.content["explanation"]),
                    "url": urls.get(one.version.question, ""),
                }
                for one in module.questions
            ],
            edit=page_urls([module.held.module.pk]).get(module.held.module.pk, ""),
            back=self.here,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Confirm, if the clause was decided as it was when the page was shown."""
        clause, module = self.found
        if request.POST.get("version") != str(module.held.version.pk):
            raise Conflict(_("The module has been published anew since you opened the page. Please read it again."))
        confirm(
            revision=self.revision,
            module=module.held.module,
            ref=clause.judged.difference.ref_after,
            by=request.user,
            now=timezone.now(),
        )
        done = gettext("“%(module)s” is confirmed for %(clause)s.")
        messages.success(request, done % {"module": module.held.version.title, "clause": clause.judged.label})
        return redirect(self.here)


class ComposeForm(forms.Form):
    """What the campaign is called, and its days."""

    code = forms.SlugField(label=_("Code"), max_length=40, help_text=_("Letters, digits and hyphens; never changed."))
    title = forms.CharField(label=_("Title"), max_length=200)
    summary = forms.CharField(
        label=_("In a sentence or two, what changes for the reader"),
        required=False,
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Shown above the module. Empty: that clauses have changed, and since when."),
    )
    first_day = forms.DateField(label=_("First day"), widget=AdminDateInput)
    due_on = forms.DateField(label=_("Due on"), widget=AdminDateInput)
    last_day = forms.DateField(label=_("Last day"), widget=AdminDateInput)
    valid_until = forms.DateField(label=_("Certificates valid until"), widget=AdminDateInput)
    statement = forms.ModelChoiceField(label=_("Wording of the pledge"), queryset=None, empty_label=None)
    without_unreviewed = forms.BooleanField(label=_("Leave out the questions that were not reviewed"), required=False)

    def __init__(self, *args: Any, unreviewed: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["statement"].queryset = newest_statements()
        if not unreviewed:
            del self.fields["without_unreviewed"]


def newest_statements() -> Any:
    """The newest wording of each pledge in each language."""
    rows = StatementVersion.objects.all()
    newest = rows.values("statement", "language").annotate(last=Max("number"))
    keys = {(row["statement"], row["language"], row["last"]) for row in newest}
    chosen = [pk for pk, *key in rows.values_list("pk", "statement", "language", "number") if tuple(key) in keys]
    return rows.filter(pk__in=chosen).order_by(F("language").asc(), "-published_at")


class ComposeView(OneChange, FormView):
    """A campaign for those who signed the old text, about exactly what changed."""

    roles = OFFICE
    form_class = ComposeForm
    template_name = "cms/admin/change_compose.html"
    header_icon = "calendar-alt"
    page_title = _("Draft a campaign")

    @cached_property
    def composition(self) -> Composition:
        """What it would ask, as things stand."""
        return self.found_of(composition_of)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the change."""
        return self.crumbs((self.here, self.get_page_subtitle()), ("", self.page_title))

    def get_initial(self) -> dict[str, Any]:
        """Four weeks from today, valid for a year from the due day."""
        day = today()
        due = day + timedelta(days=USUAL_DAYS)
        return {
            "code": free_code(f"change-{self.revision.number}"),
            "title": gettext("The policy as revised on %(day)s: what changed")
            % {"day": date_format(self.revision.enacted_on)},
            "first_day": day,
            "due_on": due,
            "last_day": due + timedelta(days=USUAL_DAYS),
            "valid_until": a_year_after(due),
        }

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whether anything would have to be left out."""
        return {**super().get_form_kwargs(), "unreviewed": len(self.composition.unreviewed)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whom it asks, about what, by which questions; and what stands in the way."""
        touched = self.composition.touched
        comparison = touched.comparison
        urls = question_urls([one.version.question for one in self.composition.unreviewed])
        kwargs.setdefault("form", self.get_form())
        return super().get_context_data(
            revision=self.revision,
            composition=self.composition,
            comparison=comparison,
            audience=touched.audience,
            people=people_words(touched.people),
            material=[
                {"judged": clause.judged, "summary": summary_of(clause, touched.people_on(clause))}
                for clause in touched.clauses
                if clause.judged.material
            ],
            undecided=[
                {
                    "url": reverse(f"{NAMESPACE}:change", args=[step.revision.number]),
                    "number": step.revision.number,
                    "clauses": "、".join(one.label for one in step.undecided),
                }
                for step in comparison.each
                if step.undecided
            ],
            older=Campaign.objects.filter(
                state=Campaign.State.OPEN, revision__number__lt=comparison.before, kind__in=TEACHING
            )
            .select_related("revision")
            .order_by("pk"),
            before=Campaign.objects.filter(
                kind=Campaign.Kind.CHANGE, revision__number__lt=self.revision.number, state__in=UNDER_WAY
            )
            .select_related("revision")
            .order_by("pk"),
            unreviewed=[
                {"stem": stem_of(one.version.content), "url": urls.get(one.version.question, "")}
                for one in self.composition.unreviewed
            ],
            ready=not comparison.undecided and bool(comparison.material),
            media=kwargs["form"].media,
            back=self.here,
            **kwargs,
        )

    def form_valid(self, form: ComposeForm) -> HttpResponse:
        """Draft it, and show the plan that waits for approval."""
        try:
            campaign = compose_change(
                revision=self.revision, by=self.request.user, now=timezone.now(), **form.cleaned_data
            )
        except TrainingError as reason:
            for line in str(reason.message).splitlines():
                form.add_error(None, line)
            return self.form_invalid(form)
        messages.success(self.request, gettext("The campaign is drafted. Its plan waits for approval."))
        return redirect(f"{CAMPAIGNS}:plan", campaign.code)


def free_code(wanted: str) -> str:
    """The code, or the first with a number behind it that is not taken."""
    taken = set(Campaign.objects.filter(code__startswith=wanted).values_list("code", flat=True))
    return next(code for code in (wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))) if code not in taken)


def a_year_after(day: date) -> date:
    """The same day of the next year; of a leap day the day before."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


class RepublishView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """Every module that was published for an earlier text: those that nothing keeps are published again at once."""

    roles = OFFICER
    template_name = "cms/admin/republish.html"
    header_icon = "resubmit"
    page_title = _("Publish unchanged modules again")

    @cached_property
    def found(self) -> list[Behind]:
        """What is behind, as of today."""
        revision = newest_revision()
        return behind(revision, language=LANGUAGE, day=today()) if revision else []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Changes of the policy")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Those that follow, and those that do not, with what keeps them."""
        urls = page_urls([one.version.module_id for one in self.found])
        rows = [{"one": one, "url": urls.get(one.version.module_id, "")} for one in self.found]
        return super().get_context_data(
            revision=newest_revision(),
            ready=[row for row in rows if not row["one"].reasons],
            kept=[row for row in rows if row["one"].reasons],
            index=reverse(f"{NAMESPACE}:index"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Publish them, each wholly or not at all, and say which and what was refused."""
        result: Republished = republish(self.found, user=request.user)
        if result.done:
            count = len(result.done)
            done = ngettext(
                "%(count)d module was published again for the policy as it stands.",
                "%(count)d modules were published again for the policy as it stands.",
                count,
            )
            messages.success(request, done % {"count": count})
        for page, reasons in result.refused:
            refused = gettext("“%(title)s” was not published: %(reasons)s")
            messages.error(request, refused % {"title": page.title, "reasons": " ".join(reasons)})
        return redirect(f"{NAMESPACE}:republish")
