"""A PDF on its way in: kept in memory, never on disk, and no more of it than the limit."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.utils.translation import gettext_lazy as _

from training.conf import conf

# What a form may have around its file: a token, a name, lines between.
AROUND = 65_536


class CappedUploadHandler(FileUploadHandler):
    """Takes files into memory until together they are larger than the limit; then it stops, and nothing is kept."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = 0
        self.pieces: list[bytes] = []
        self.too_large = False

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin another file."""
        super().new_file(*args, **kwargs)
        self.pieces = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keep a piece, or stop."""
        self.taken += len(raw_data)
        if self.taken > conf.check_upload_limit:
            self.pieces, self.too_large = [], True
            raise StopUpload(connection_reset=False)  # what is left is at most what a form may have around its file
        self.pieces.append(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """Hand the file over."""
        return InMemoryUploadedFile(
            file=BytesIO(b"".join(self.pieces)),
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )


class UploadForm(forms.Form):
    """One PDF. What it is called and what the browser takes it for do not matter."""

    pdf = forms.FileField(
        label=_("PDF of the certificate"),
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
        error_messages={"empty": _("This file is empty. Choose the PDF as you received it.")},
    )

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = conf.check_upload_limit
        self.fields["pdf"].help_text = _("One file, at most %(size)s MB. It is compared in memory and not stored.") % {
            "size": f"{limit / 1024 / 1024:.3g}"
        }
        self.helper = FormHelper()
        self.helper.form_action = action
        self.helper.form_id = "pdf-check"
        self.helper.form_class = "pt-drop"
        self.helper.attrs = {
            "novalidate": "",
            "data-limit": str(limit),
            "data-too-large": _("This file is too large to be a certificate. It was not sent."),
            "data-one-only": _("Drop one file at a time."),
        }
        self.helper.layout = Layout(Field("pdf"), Submit("", _("Check this PDF")))

    def clean_pdf(self) -> Any:
        """Refuse a second file: a verdict is on one."""
        if len(self.files.getlist("pdf")) > 1:
            raise ValidationError(_("Choose one file at a time: a verdict is on one."))
        return self.cleaned_data["pdf"]
