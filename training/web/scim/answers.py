"""What a SCIM client is answered, and what is read of what it sends: JSON in the forms of RFC 7644."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from scim2_models import Error, InvalidSyntaxException, PayloadTooLargeException

CONTENT_TYPE = "application/scim+json"
DEEPEST = 20


def answer(payload: Any = None, *, status: int = 200, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """An answer that nobody stores."""
    body = b"" if payload is None else orjson.dumps(payload)
    response = HttpResponse(body, status=status, content_type=CONTENT_TYPE, headers=dict(headers or {}))
    response["Cache-Control"] = "no-store"
    if payload is None:
        del response["Content-Type"]
    return response


def refusal(
    status: int, detail: str, *, scim_type: str | None = None, headers: Mapping[str, str] | None = None
) -> HttpResponse:
    """Why nothing was done."""
    error = Error(status=status, scim_type=scim_type or None, detail=detail)
    return answer(error.model_dump(), status=status, headers=headers)


def payload_of(request: HttpRequest, *, limit: int) -> dict[str, Any]:
    """The JSON object that a request sends. Raises what SCIM calls the fault; too much is never read."""
    announced = str(request.META.get("CONTENT_LENGTH") or "0")
    if not announced.isdecimal() or int(announced) > limit:
        raise PayloadTooLargeException(detail=f"A request has at most {limit} bytes.")
    try:
        payload = orjson.loads(request.body)
    except RequestDataTooBig:
        raise PayloadTooLargeException(detail=f"A request has at most {limit} bytes.") from None
    except (orjson.JSONDecodeError, UnreadablePostError):
        raise InvalidSyntaxException(detail="The body is no JSON.") from None
    if not isinstance(payload, dict):
        raise InvalidSyntaxException(detail="The body is no JSON object.")
    _require_plain(payload)
    return payload


def _require_plain(payload: Any) -> None:
    """Refuse what is nested too deep, and the one character that no database takes; without recursion."""
    waiting = [(payload, 0)]
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise InvalidSyntaxException(detail=f"The body nests more than {DEEPEST} levels.")
        if isinstance(value, dict):
            waiting += [(key, depth + 1) for key in value]
            waiting += [(item, depth + 1) for item in value.values()]
        elif isinstance(value, list):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, str) and "\0" in value:
            raise InvalidSyntaxException(detail="The body has a character U+0000.")
