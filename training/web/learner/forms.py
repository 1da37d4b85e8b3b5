"""Forms that a learner fills in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Field, Layout, Submit
from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from training.quiz.queries import PaperQuestion


class PaperForm(forms.Form):
    """An understanding check: one field per question, named by its version's id. Nothing is required to save."""

    version = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, questions: Sequence[PaperQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            choices = [(option.id, option.text) for option in question.options]
            chosen = [option.id for option in question.options if option.chosen]
            # The stem was sanitised when it was frozen.
            label = mark_safe(question.stem)  # noqa: S308
            field: forms.ChoiceField | forms.MultipleChoiceField
            if question.type == "multiple":
                field = forms.MultipleChoiceField(
                    choices=choices, required=False, label=label, initial=chosen, widget=forms.CheckboxSelectMultiple
                )
            else:
                field = forms.ChoiceField(
                    choices=choices,
                    required=False,
                    label=label,
                    initial=chosen[0] if chosen else None,
                    widget=forms.RadioSelect,
                )
            self.fields[question.id] = field
        self.helper = FormHelper()
        self.helper.form_id = "paper"
        self.helper.attrs = {"data-autosave": "true", "novalidate": ""}
        self.helper.layout = Layout(
            "version",
            *(Field(q.id, template="training/learner/question.html", css_class=q.type) for q in questions),
            HTML("{% include 'training/learner/paper_buttons.html' %}"),
        )

    def responses(self) -> dict[str, list[str]]:
        """The answers given, by question version id.

        A radio button left alone is left out. Boxes of which none is ticked
        are an empty answer: it takes back what was kept before.
        """
        given: dict[str, list[str]] = {}
        for question in self.questions:
            value = self.cleaned_data.get(question.id)
            if question.type == "multiple":
                given[question.id] = list(value or ())
            elif value:
                given[question.id] = [value]
        return given


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


class NoticeForm(forms.Form):
    """The purpose of use, read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.layout = Layout(Submit("read", _("I have read this"), css_class="btn-lg"))
