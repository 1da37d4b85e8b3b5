"""A browser as small as the demo needs: cookies, redirects, and forms submitted with what the page put into them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from bs4 import BeautifulSoup, Tag

TIMEOUT = 30


class Unexpected(RuntimeError):
    """The site did not answer as its user needs; the message says where and how."""


class Browser:
    """One person's browser on one site. ``page`` is the page shown, ``url`` its address."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = "ja"
        # The site is on this machine: a proxy of the environment has no part in it.
        self.session.trust_env = False
        self.url = origin
        self.page = BeautifulSoup("", "html.parser")

    def _show(self, response: requests.Response, *, status: int = 200) -> Browser:
        self.url = response.url
        if response.status_code != status:
            raise Unexpected(f"{urlsplit(response.url).path} answered {response.status_code}, not {status}")
        self.page = BeautifulSoup(response.text, "html.parser")
        return self

    def open(self, path: str, *, status: int = 200) -> Browser:
        """Go to an address of the site."""
        return self._show(self.session.get(urljoin(self.url, path), timeout=TIMEOUT), status=status)

    def download(self, path: str) -> bytes:
        """Fetch a file."""
        response = self.session.get(urljoin(self.url, path), timeout=TIMEOUT)
        if response.status_code != 200:
            raise Unexpected(f"{path} answered {response.status_code}")
        return response.content

    def link(self, text: str) -> str:
        """The address of the link with these words."""
        for anchor in self.page.find_all("a"):
            if text in anchor.get_text():
                return str(anchor["href"])
        raise Unexpected(f"{self.path} has no link “{text}”")

    def follow(self, text: str) -> Browser:
        """Click the link with these words."""
        return self.open(self.link(text))

    @property
    def path(self) -> str:
        """The path of the page shown."""
        return urlsplit(self.url).path

    @property
    def heading(self) -> str:
        """The page's first heading."""
        heading = self.page.find("h1")
        return heading.get_text(strip=True) if heading else ""

    def form_with(self, button: str) -> tuple[Tag, Tag]:
        """The form that holds the button with these words, and the button."""
        for form in self.page.find_all("form"):
            for found in form.find_all(["button", "input"]):
                if found.get("type") == "submit" and button in (found.get_text() + str(found.get("value") or "")):
                    return form, found
        raise Unexpected(f"{self.path} has no button “{button}”")

    def fields(self, form: Tag) -> dict[str, Any]:
        """What the form would send if nothing were filled in."""
        values: dict[str, Any] = {}
        for field in form.find_all("input"):
            name, kind = field.get("name"), field.get("type", "text")
            if not name or kind in {"submit", "button"}:
                continue
            if kind in {"checkbox", "radio"}:
                if field.has_attr("checked"):
                    values.setdefault(str(name), []).append(field.get("value", "on"))
            else:
                values[str(name)] = field.get("value", "")
        for area in form.find_all("textarea"):
            values[str(area.get("name"))] = area.get_text()
        for choice in form.find_all("select"):
            options = choice.find_all("option")
            chosen = [option for option in options if option.has_attr("selected")] or options[:1]
            values[str(choice.get("name"))] = [option.get("value", option.get_text()) for option in chosen]
        return values

    def press(self, button: str, **filled: Any) -> Browser:
        """Fill in the button's form and press it, following where the site leads."""
        form, pressed = self.form_with(button)
        data = self.fields(form) | filled
        if pressed.get("name"):
            data[str(pressed["name"])] = pressed.get("value", "")
        action = urljoin(self.url, str(form.get("action") or self.url))
        headers = {"Referer": self.url}
        if str(form.get("method", "get")).lower() == "get":
            return self._show(self.session.get(action, params=data, timeout=TIMEOUT))
        return self._show(self.session.post(action, data=data, headers=headers, timeout=TIMEOUT))
