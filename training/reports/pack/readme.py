"""The pack's README in both languages: for whoever assesses it, and knows neither the company nor this software."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

LANGUAGES = ("ja", "en")


@dataclass(frozen=True, slots=True)
class About:
    """What a README says of its pack."""

    company: str
    campaigns: str
    origin: str
    fingerprint: str
    check_url: str
    size: int
    sealed_at: str
    made_at: str


def readmes(about: About) -> dict[str, bytes]:
    """Return both files by name. With BOM and CR LF: they are opened by a double click on Windows."""
    facts = {name: getattr(about, name) for name in About.__slots__}
    found: dict[str, bytes] = {}
    for language in LANGUAGES:
        name = f"README.{language}.txt"
        words = (Path(__file__).parent / name).read_text(encoding="utf-8").format_map(facts)
        found[name] = words.replace("\n", "\r\n").encode("utf-8-sig")
    return found
