"""Forms that a learner fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Layout, Submit
from django import forms
from django.conf import settings
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from training.web.learner.fields import Data, Filled, filled_in


class PaperForm(forms.Form):
    """An understanding check. Nothing is required to save; what was filled in is read from the frozen questions.

    ``mistakes`` says by field what cannot be read as an answer yet: that is no error of the form, the rest can be
    kept. An answer that no page of ours offers is one: then nothing is.
    """

    version = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, paper: Mapping[str, Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paper = paper
        self.filled = Filled()

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is drawn, which only a page needs."""
        helper = FormHelper()
        helper.form_id = "paper"
        helper.form_show_errors = False
        helper.attrs = {"data-autosave": "true", "novalidate": "", "autocomplete": "off"}
        helper.layout = Layout("version", HTML("{% include 'training/learner/quiz/paper.html' %}"))
        return helper

    def clean(self) -> dict[str, Any]:
        """Read the answers."""
        self.filled = filled_in(self.paper, self.sent)
        if self.filled.forged:
            raise forms.ValidationError(_("The answer names an option that this question does not have."))
        return super().clean() or {}

    @property
    def sent(self) -> Data:
        """What the browser sent, field by field."""
        return cast(Data, self.data)

    @property
    def responses(self) -> dict[str, Any]:
        """The answers given, by question version id."""
        return self.filled.responses

    @property
    def mistakes(self) -> dict[str, str]:
        """What is wrong with what was filled in, by field."""
        return self.filled.mistakes


class SignForm(forms.Form):
    """The signature: the own name, typed, and the agreement."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    agree = forms.BooleanField(label=_("I have read the pledge above and will keep it."))
    typed_name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("Type your full name. Differences in spacing, width and variant characters are accepted."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed_name"].widget.attrs["autocomplete"] = "name"
        self.helper = FormHelper()
        self.helper.layout = Layout("digest", "agree", "typed_name", Submit("sign", _("Sign"), css_class="btn-lg"))


class DeclineForm(forms.Form):
    """「署名できない」 with the reason that HR sees."""

    reason = forms.CharField(
        label=_("Why you cannot sign"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("HR sees what you write here and will contact you. You can still sign later."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("reason", Submit("send", _("Tell HR"), css_class="btn-secondary"))


class NameForm(forms.Form):
    """What the own name should be in the roster."""

    name = forms.CharField(label=_("Right name"), max_length=200)
    kana = forms.CharField(label=_("Right reading"), max_length=200, required=False)
    note = forms.CharField(
        label=_("Note to HR"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout("name", "kana", "note", Submit("send", _("Ask HR to correct it")))


class MailLanguageForm(forms.Form):
    """In which language to be written to."""

    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Each by its own name, so that whoever looks for it can read it.
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        self.helper = FormHelper()
        self.helper.layout = Layout("language", Submit("send", _("Save")))


class NoticeForm(forms.Form):
    """The purpose of use, read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(Submit("read", _("I have read this"), css_class="btn-lg"))
