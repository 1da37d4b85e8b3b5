"""Reading a PDF as strangers' programs read it: poppler, pypdf and zbar, none of which knows this project."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

from pypdf import PdfReader

from training.typesetting.fonts import load

FONTS = load(Path(__file__).parents[2] / "static" / "vendor" / "fonts")


@dataclass(frozen=True)
class Word:
    """A word and the box around it, in points from the page's top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def _run(*command: str, data: bytes) -> bytes:
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def text(pdf: bytes) -> str:
    return _run("pdftotext", "-layout", "-", "-", data=pdf).decode()


def lines(pdf: bytes) -> list[str]:
    return [line.strip() for line in text(pdf).splitlines() if line.strip()]


def raw(pdf: bytes) -> str:
    """Return the text in the order in which it was drawn, pages ended by form feeds."""
    return _run("pdftotext", "-raw", "-", "-", data=pdf).decode()


def run_together(pdf: bytes) -> str:
    """Return the text in the order in which it was drawn, without any space or line break."""
    return re.sub(r"\s", "", raw(pdf))


def text_by_pypdf(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def words(pdf: bytes) -> list[list[Word]]:
    """Return the words of each page with their places."""
    page = _run("pdftotext", "-bbox", "-", "-", data=pdf)
    # Poppler 22 writes the title's characters outside the BMP as two surrogates each, which is no XML.
    tree = ElementTree.fromstring(re.sub(rb"<title>.*?</title>", b"", page, flags=re.DOTALL))
    name = "{http://www.w3.org/1999/xhtml}"
    return [
        [
            Word(word.text or "", *(float(word.attrib[side]) for side in ("xMin", "yMin", "xMax", "yMax")))
            for word in page.iter(f"{name}word")
        ]
        for page in tree.iter(f"{name}page")
    ]


def fonts(pdf: bytes, folder: Path) -> dict[str, str]:
    """Return each font's name and whether it is embedded, in pdffonts' words."""
    file = folder / "fonts.pdf"
    file.write_bytes(pdf)
    rows = _run("pdffonts", str(file), data=b"").decode().splitlines()[2:]
    return {row.split()[0].partition("+")[2] or row.split()[0]: row.split()[-5] for row in rows}


def info(pdf: bytes) -> dict[str, str]:
    output = _run("pdfinfo", "-isodates", "-", data=pdf).decode()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in output.splitlines())}


def picture(pdf: bytes, *, dots_per_inch: int = 150) -> bytes:
    """Return the first page as a PNG."""
    return _run("pdftoppm", "-r", str(dots_per_inch), "-png", "-singlefile", "-", data=pdf)


def codes(png: bytes, folder: Path) -> list[str]:
    """Return what a camera would read."""
    file = folder / "page.png"
    file.write_bytes(png)
    return _run("zbarimg", "--quiet", "--raw", str(file), data=b"").decode().splitlines()
