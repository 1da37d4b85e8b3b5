"""In which language the own mails are written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import FormView

from training.people.language import choose_language, language_of
from training.web.learner.forms import MailLanguageForm
from training.web.learner.views import Learner


class MailsView(Learner, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """The language of invitations and reminders, and of the own calendar."""

    template_name = "training/learner/mails.html"
    form_class = MailLanguageForm

    def get_initial(self) -> dict[str, Any]:
        """The language in which the person is written to now."""
        return {"language": language_of(self.employee.pk)}

    def form_valid(self, form: MailLanguageForm) -> HttpResponse:
        """Keep it."""
        choose_language(employee=self.employee, language=form.cleaned_data["language"])
        messages.success(self.request, _("Your mails are written in this language from now on."))
        return redirect("training:mine")
