"""An identity provider on this machine: OpenID Connect in small, honest until it is told to lie."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key

CLIENT = "training"
SECRET = "only-between-the-two"


@cache
def key(name: str) -> RSAPrivateKey:
    """A key of this name, the same throughout a run: making one takes long."""
    return generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """What the provider knows, and how it lies. ``subject`` is who sits at the browser there."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.subject = "taro@idp"
        self.lies: dict[str, Any] = {}  # claims as they are said; None leaves one out
        self.error = ""  # what the person did there instead of signing in
        self.signs_with = "honest"
        self.header: dict[str, Any] = {"kid": "honest"}
        self.token: Callable[[str], str] | None = None  # what it says instead of a token, to a question's nonce
        self.id_tokens: list[str] = []
        self.asked: list[dict[str, str]] = []  # every request to sign in
        self.down = False
        self.url = ""
        self._codes: dict[str, dict[str, str]] = {}

    def discovery(self) -> dict[str, Any]:
        """Where things are."""
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def keys(self) -> dict[str, Any]:
        """The public key, under its name."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(key("honest").public_key(), as_dict=True)
        return {"keys": [{**public, "kid": "honest", "use": "sig", "alg": "RS256"}]}

    def sign_in(self, query: dict[str, str]) -> str:
        """Let the person sign in, and return where the browser goes then."""
        self.asked.append(query)
        answer = {"state": query["state"]}
        if self.error:
            answer["error"] = self.error
        else:
            answer["code"] = secrets.token_hex(8)
            self._codes[answer["code"]] = {**query, "at": str(int(self.clock()))}
        return f"{query['redirect_uri']}?{urlencode(answer)}"

    def tokens(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The tokens for a code, once; None for a wrong client, code or verifier."""
        question = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            question is None
            or (form.get("client_id"), form.get("client_secret")) != (CLIENT, SECRET)
            or question.get("code_challenge") != challenge
            or question["redirect_uri"] != form.get("redirect_uri")
        ):
            return None
        return {"access_token": secrets.token_hex(8), "token_type": "Bearer", "id_token": self.id_token(question)}

    def id_token(self, question: dict[str, str]) -> str:
        """What is said of the person, signed."""
        now = int(self.clock())
        said = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": self.subject,
            "iat": now,
            "exp": now + 300,
            "auth_time": int(question["at"]),
            "nonce": question.get("nonce"),
        } | self.lies
        said = {name: value for name, value in said.items() if value is not None}
        if self.token is not None:
            return self.token(question.get("nonce", ""))
        made = jwt.encode(said, key(self.signs_with), algorithm="RS256", headers=self.header)
        self.id_tokens.append(made)
        return made

    def browse(self, url: str) -> str:
        """Be the browser that was sent there: the address it is sent back to."""
        response = requests.get(url, allow_redirects=False, timeout=60)
        assert response.status_code == 302, response.text
        return response.headers["Location"]

    def configured(self) -> dict[str, Any]:
        """The setting with which a site knows this provider."""
        return {
            "openid_connect": {
                "provider_class": "training.web.identity.provider.IdentityProvider",
                "APPS": [
                    {
                        "provider_id": "company",
                        "name": "全社ID",
                        "client_id": CLIENT,
                        "secret": SECRET,
                        "settings": {"server_url": self.url},
                    }
                ],
            }
        }


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if provider.down:
                self._say({}, 503)
            elif parts.path == "/authorize":
                self.send_response(302)
                self.send_header("Location", provider.sign_in({k: v[0] for k, v in parse_qs(parts.query).items()}))
                self.end_headers()
            elif parts.path == "/keys":
                self._say(provider.keys())
            elif parts.path == "/.well-known/openid-configuration":
                self._say(provider.discovery())
            else:
                self._say({}, 404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            tokens = provider.tokens({k: v[0] for k, v in parse_qs(body).items()})
            self._say(tokens or {"error": "invalid_grant"}, 200 if tokens else 400)

        def _say(self, what: dict[str, Any], status: int = 200) -> None:
            body = json.dumps(what).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    return Handler


@contextmanager
def identity_provider(clock: Callable[[], float]) -> Iterator[Provider]:
    """Run a provider, and stop it."""
    provider = Provider(clock)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider))
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
