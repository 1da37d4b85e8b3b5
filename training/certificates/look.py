"""How certificates of one language look: what the company may choose."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from training.ledger.canonical import Json, canonical

PORTRAIT, LANDSCAPE = "portrait", "landscape"
WESTERN, JAPANESE = "western", "japanese"


@dataclass(frozen=True, kw_only=True)
class Look:
    """A design of certificates. An empty text means the product's own wording, no ``seal`` (PNG) the drawn one.

    ``sentence`` names facts of the face in braces (``wording.NAMES``). An empty
    officer means the one of the settings.
    """

    orientation: str = PORTRAIT
    era: str = WESTERN
    title: str = ""
    sentence: str = ""
    officer_title: str = ""
    officer_name: str = ""
    seal: bytes = b""

    @property
    def public(self) -> dict[str, Json]:
        """Everything about it but the officer's name, which identifies a person; the seal by its SHA-256."""
        return {
            "orientation": self.orientation,
            "era": self.era,
            "title": self.title,
            "sentence": self.sentence,
            "officer_title": self.officer_title,
            "seal": sha256(self.seal).hexdigest() if self.seal else "",
        }

    @property
    def digest(self) -> str:
        """SHA-256 of what is public about it (RFC 8785), in hexadecimal: certificates name their design by it.

        Who signs for the company stands on each certificate and is not in it.
        """
        return sha256(canonical(self.public)).hexdigest()


PLAIN = Look()
