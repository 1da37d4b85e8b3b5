"""How a refusal is answered: every ``TrainingError`` becomes a page that says why, with the right status."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from training.errors import Conflict, Invalid, NotAllowed, NotReady, TrainingError

if TYPE_CHECKING:
    from django.views.generic import View as Base
else:
    Base = object

STATUS = {
    NotAllowed: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    NotReady: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.BAD_REQUEST,
}


def refused(request: HttpRequest, reason: TrainingError) -> HttpResponseBase:
    """The page that says why a request was not carried out, and how to go on."""
    status = STATUS.get(type(reason), HTTPStatus.BAD_REQUEST)
    return render(request, "training/refused.html", {"reason": reason.message}, status=status)


class Phrased(Base):
    """A view whose rooms may refuse."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer a refusal with its page."""
        try:
            return super().dispatch(request, *args, **kwargs)
        except TrainingError as reason:
            return refused(request, reason)
