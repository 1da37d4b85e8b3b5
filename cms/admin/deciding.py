"""One page for one decision: what it means in numbers, why it is taken; then it is done and sealed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from training.campaigns.reasons import LONGEST_REASON
from training.certificates.tasks import seal_waiting
from training.errors import Invalid


class ReasonForm(forms.Form):
    """Why it is done: it stays in the record for good."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It is kept in the record and shown to HR, the privacy officer and auditors, never in public."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Why comes last, after what.
        self.order_fields([name for name in self.fields if name != "reason"])


class Deciding(WagtailAdminTemplateMixin, FormView):
    """A decision. ``consequences`` says in sentences what will be; ``over`` that there is nothing to decide."""

    form_class = ReasonForm
    template_name = "cms/admin/decision.html"
    question: Any = ""
    submit_label: Any
    serious = False
    over = False

    @property
    def back(self) -> str:
        """Where it is left to, decided or not."""
        raise NotImplementedError

    def facts(self) -> list[tuple[Any, Any]]:
        """What the person who decides has to see, as terms with what stands beside them."""
        return []

    @property
    def consequences(self) -> list[Any]:
        """What will be."""
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The facts, and the way out."""
        return super().get_context_data(facts=self.facts(), back=self.back, over=self.over, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Do it, have it sealed, and go back; what is found wrong is said at the form, with all that was typed."""
        try:
            done = self.perform(form.cleaned_data)
        except Invalid as reason:
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)
        seal_waiting.enqueue()
        messages.success(self.request, done)
        return redirect(self.next_url)

    @property
    def next_url(self) -> str:
        """Where to go once it is done."""
        return self.back

    def perform(self, asked: dict[str, Any]) -> str:
        """Call the verb and say what was done."""
        raise NotImplementedError
