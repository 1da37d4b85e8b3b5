"""The form of a module: what contradicts itself in its blueprint is said beside the field, draft or not."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.forms.utils import ErrorList
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamBlockValidationError

from training.catalogue.blueprint import MAIN


class ModuleForm(WagtailAdminPageForm):
    """Whether there are questions enough is asked at publishing only: a draft may be unfinished."""

    def clean(self) -> dict[str, Any]:
        """Compare the pools with the paper, and with what is written beside the questions."""
        data = super().clean()
        if fault := fault_of_pools(data.get("pools") or (), data.get("draw")):
            self.add_error("pools", StreamBlockValidationError(non_block_errors=ErrorList([ValidationError(fault)])))
        return data


def fault_of_pools(pools: Any, draw: int | None) -> str | None:
    """Why these pools cannot make a paper of ``draw`` questions; None when they can, or when there are none."""
    names = [child.value["name"].strip() or MAIN for child in pools]
    figures = [child.value["draw"] or 0 for child in pools]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        return _("The pool “%(name)s” is there twice. Make one of the two.") % {"name": twice[0]}
    if pools and draw and sum(figures) != draw:
        return _("The pools give %(sum)d questions, but a paper has %(draw)d. Make the two the same.") % {
            "sum": sum(figures),
            "draw": draw,
        }
    return None
