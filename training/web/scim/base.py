"""What every SCIM address has in common: the token, its scopes, limits, and refusals as SCIM errors.

No session is opened and no cookie read: a bearer token cannot be sent by a browser against its user's will, so that
here, and only here, no CSRF token is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View
from pydantic import ValidationError
from scim2_models import Error, SCIMException

from training.conf import conf
from training.errors import Conflict, Invalid, NotAllowed, TrainingError
from training.people.scim_clients import client_of
from training.people.scim_models import ScimClient
from training.people.scim_schema import PROVIDER
from training.people.scim_users import Gone, Stale, Taken
from training.web.check.limit import wait
from training.web.scim.answers import payload_of, refusal

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="scim"'}
STATUS: tuple[tuple[type[TrainingError], int, str], ...] = (
    (Gone, HTTPStatus.NOT_FOUND, ""),
    (Stale, HTTPStatus.PRECONDITION_FAILED, ""),
    (Taken, HTTPStatus.CONFLICT, "uniqueness"),
    (Conflict, HTTPStatus.CONFLICT, "uniqueness"),
    (Invalid, HTTPStatus.BAD_REQUEST, "invalidValue"),
    (NotAllowed, HTTPStatus.FORBIDDEN, ""),
)


@method_decorator(csrf_exempt, name="dispatch")
class ScimView(View):
    """An address for clients with a token."""

    http_method_names = ["get", "post", "put", "patch", "delete"]
    reads: ClassVar[Sequence[str]] = ()
    writes: ClassVar[Sequence[str]] = ()
    # Methods that only read, whatever HTTP calls them.
    reading: ClassVar[frozenset[str]] = frozenset({"GET"})

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Know the client, ask for its scopes, and answer; a refusal as SCIM has it."""
        client = self._client(request)
        if client is None:
            return self._unknown(request)
        self.client = client
        asked = self.reads if request.method in self.reading else self.writes
        if missing := [scope for scope in asked if scope not in client.scopes]:
            return refusal(HTTPStatus.FORBIDDEN, f"The token has not the scope {', '.join(missing)}.")
        try:
            with PROVIDER:
                return super().dispatch(request, *args, **kwargs)
        except SCIMException as reason:
            return refusal(reason.status, str(reason), scim_type=reason.scim_type)
        except ValidationError as reason:
            error = Error.from_validation_errors(reason)[0]
            return refusal(error.status or 400, error.detail or "", scim_type=error.scim_type)
        except TrainingError as reason:
            found = next((row for row in STATUS if isinstance(reason, row[0])), (None, HTTPStatus.CONFLICT, ""))
            return refusal(found[1], str(reason.message), scim_type=found[2])
        except Http404:
            return refusal(HTTPStatus.NOT_FOUND, "There is no such resource.")
        except RecursionError:
            return refusal(HTTPStatus.BAD_REQUEST, "The request nests too deep.", scim_type="invalidSyntax")

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Say what is answered."""
        allowed = ", ".join(name.upper() for name in self.http_method_names if hasattr(self, name))
        detail = f"Only {allowed} is answered here."
        return refusal(HTTPStatus.METHOD_NOT_ALLOWED, detail, headers={"Allow": allowed})

    @cached_property
    def now(self) -> datetime:
        """The instant of the request."""
        return timezone.now()

    @property
    def payload(self) -> dict[str, Any]:
        """What the request sends."""
        return payload_of(self.request, limit=conf.scim_body_limit)

    def _client(self, request: HttpRequest) -> ScimClient | None:
        scheme, _blank, token = str(request.META.get("HTTP_AUTHORIZATION", "")).partition(" ")
        return client_of(token.strip(), now=self.now) if scheme.casefold() == "bearer" else None

    def _unknown(self, request: HttpRequest) -> HttpResponse:
        """No token, or none that is taken; after many of them from one address, wait."""
        seconds = wait(request, kind="scim", most=conf.scim_failures_per_minute, now=self.now)
        if seconds:
            headers = {"Retry-After": str(seconds)}
            return refusal(HTTPStatus.TOO_MANY_REQUESTS, _("Too many requests without a valid token."), headers=headers)
        return refusal(HTTPStatus.UNAUTHORIZED, _("A valid bearer token is needed."), headers=CHALLENGE)
