"""What a person reads on a page."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup


def text(response: Any) -> str:
    """The visible words, spaces evened out."""
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    for unseen in soup(["script", "style", "template"]):
        unseen.decompose()
    return " ".join(soup.get_text(" ").split())


def rows(response: Any) -> list[list[str]]:
    """The cells of each line of the page's first list."""
    table = BeautifulSoup(response.content.decode(), "html.parser").find("table", class_="listing")
    if table is None:
        return []
    return [
        [" ".join(cell.get_text(" ").split()) for cell in line.find_all("td")]
        for line in table.find("tbody").find_all("tr")
    ]


def facts(response: Any) -> dict[str, str]:
    """The terms of the page's lists of facts with what stands beside them."""
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    return {
        " ".join(term.get_text(" ").split()): " ".join(term.find_next_sibling("dd").get_text(" ").split())
        for term in soup.select("dl.pt-facts dt, dl.pt-figures dt")
    }


def links(response: Any) -> list[str]:
    """Where the page leads."""
    return [
        anchor["href"] for anchor in BeautifulSoup(response.content.decode(), "html.parser").find_all("a", href=True)
    ]


def hidden(response: Any) -> dict[str, str]:
    """The hidden fields of the page's main form, the token left out."""
    soup = BeautifulSoup(response.content.decode(), "html.parser")
    fields = soup.select('main form[method="post" i] input[type="hidden"]')
    return {field["name"]: field.get("value", "") for field in fields if field["name"] != "csrfmiddlewaretoken"}
