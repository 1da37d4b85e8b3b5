"""What an auditor asks for is answered without a write to the database: anything but the record of the look is refused.

Not a matter of trust in the views: the guard sits on the connection, under
everything that a view, a template or a stream may call. Sessions are Django's
own and are kept outside the guard.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse

from training.access.models import AccessLog, Sample
from training.ledger.models import Checkpoint, Disclosure, Entry

if TYPE_CHECKING:
    from django.views.generic import View as Base
else:
    Base = object

T = TypeVar("T")

# A union of queries with orders of their own begins with a bracket on PostgreSQL.
READS = re.compile(r"[\s(]*(SELECT|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET TRANSACTION|EXPLAIN)\b", re.IGNORECASE)
_WITH = re.compile(r"\s*WITH\b(?!.*\b(INSERT|UPDATE|DELETE|MERGE)\b)", re.IGNORECASE | re.DOTALL)
_INSERT = re.compile(r'\s*INSERT INTO "?(\w+)"?', re.IGNORECASE)
# The two updates of ``ledger.seal``: a waiting entry gets its number, and SQLite's place at the log's end is taken.
_SEAL = re.compile(
    rf'UPDATE "{Entry._meta.db_table}" SET (sequence = %s, seal = %s WHERE id = %s|seal = seal WHERE 1 = 0)'  # noqa: S608  (never run)
)


class WriteRefused(RuntimeError):
    """Code behind an auditor's page tried to write. Always a bug: no input of an auditor leads here."""


class Guard:
    """Lets reads pass and, while it is open, the rows of which a look, a sample or a seal consists."""

    def __init__(self) -> None:
        self._recording = False
        self.tables = frozenset(model._meta.db_table for model in (Entry, Disclosure, AccessLog, Sample, Checkpoint))

    def __call__(self, execute: Callable[..., T], sql: Any, params: Any, many: bool, context: Any) -> T:
        """Judge one statement (Django's database instrumentation)."""
        text = str(sql)
        if not READS.match(text) and not _WITH.match(text) and not self._is_record(text):
            raise WriteRefused(f"an auditor's page tried to write: {text[:100]}")
        return execute(sql, params, many, context)

    def _is_record(self, sql: str) -> bool:
        insert = _INSERT.match(sql)
        record = _SEAL.fullmatch(sql) is not None or (insert is not None and insert[1] in self.tables)
        return self._recording and record

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Open the guard for a verb that records a look or a sample, or seals what was recorded."""
        self._recording = True
        try:
            yield
        finally:
            self._recording = False


class ReadOnly(Base):
    """A view behind the guard, with its template and whatever it streams. It records by ``recorded`` alone."""

    guard: Guard

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer behind the guard."""
        self.guard = Guard()
        with connection.execute_wrapper(self.guard):
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, SimpleTemplateResponse):
                response.render()
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            parts: Any = response.streaming_content
            response.streaming_content = guarded(parts, self.guard)
        return response

    def recorded(self, verb: Callable[..., T], **arguments: Any) -> T:
        """Call ``record_access``, ``draw_sample``, or what an evidence pack tells the ledger of itself."""
        with self.guard.recording():
            return verb(**arguments)


def guarded(parts: Iterable[bytes], guard: Guard) -> Iterator[bytes]:
    """Yield what is streamed, each part made behind the guard, which does not stay while the server sends."""
    stream = iter(parts)
    while True:
        with connection.execute_wrapper(guard):
            part = next(stream, None)
        if part is None:
            return
        yield part
