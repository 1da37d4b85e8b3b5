"""A mail server and a chat tool on this machine, both real: what they are given is on the wire before it is here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import django
from aiosmtpd.controller import Controller

Answer = Callable[[str], str | None]


@dataclass
class PostOffice:
    """Takes every mail, unless ``answer`` has another reply for an address (``"550 no such user"``)."""

    mails: list[EmailMessage] = field(default_factory=list)
    answer: Answer = lambda address: None
    before: Callable[[], None] = lambda: None
    port: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if (reply := self.answer(address)) is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.before()
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        mail.rcpt = list(envelope.rcpt_tos)  # type: ignore[attr-defined]
        self.mails.append(mail)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that an address got."""
        return [mail for mail in self.mails if address in mail.rcpt]  # type: ignore[attr-defined]

    def ids(self) -> list[str]:
        """The id of every mail, in order."""
        return [str(mail["Message-ID"]) for mail in self.mails]


def words(mail: EmailMessage, kind: str = "plain") -> str:
    """The text or the HTML of a mail."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class _Anywhere(Controller):
    """A server on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def subject(mail: EmailMessage) -> str:
    """The subject; an older Python leaves the space of its first line break."""
    return str(mail["Subject"]).strip()


@contextmanager
def post_office(settings: Any, office: PostOffice | None = None) -> Iterator[PostOffice]:
    """A mail server on the loopback, and Django told of it."""
    office = office or PostOffice()
    controller = _Anywhere(office, hostname="127.0.0.1", port=0, ready_timeout=60)
    controller.start()
    try:
        office.port = controller.port
        use(settings, "127.0.0.1", office.port)
        yield office
    finally:
        controller.stop()


def use(settings: Any, host: str, port: int) -> None:
    """Let Django send its mail there."""
    backend = "django.core.mail.backends.smtp.EmailBackend"
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": {"host": host, "port": port, "timeout": 60}}}
    else:
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = backend, host, port
        settings.EMAIL_TIMEOUT = 60


@dataclass
class ChatTool:
    """What arrived, and what is answered: a status, or a function of how many came before."""

    url: str = ""
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    status: Callable[[int], int] = lambda before: 200
    location: str = ""


@contextmanager
def chat_tool() -> Iterator[ChatTool]:
    """An HTTP server on the loopback."""
    tool = ChatTool()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = tool.status(len(tool.calls))
            tool.calls.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(status)
            if tool.location:
                self.send_header("Location", tool.location)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    tool.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield tool
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
