"""Keep the Japanese catalogues true to the code, without GNU gettext.

Messages are found by Django's own reading of templates and Babel's of Python, and kept in two catalogues: training's
(with all of templates/) and cms's. A changed message keeps its old words, marked fuzzy, until somebody has read them
again; one that is gone is dropped, and said so. `--check` writes nothing and fails while anything is left to do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
TRANSLATORS = ["Translators:"]


@dataclass(frozen=True)
class Book:
    """One catalogue and the folders whose messages it holds."""

    folders: tuple[str, ...]
    po: Path


BOOKS = [
    Book(("training", "templates"), ROOT / "training/locale/ja/LC_MESSAGES/django.po"),
    Book(("cms",), ROOT / "cms/locale/ja/LC_MESSAGES/django.po"),
]

# Wagtail's scripts are not in this tree to be read: the list of their words is kept by hand.
SCRIPTS = ROOT / "cms/site/locale/ja/LC_MESSAGES/djangojs.po"


def sources(book: Book) -> Iterator[Path]:
    """Yield the files that may hold messages, in a fixed order."""
    for folder in book.folders:
        yield from sorted(path for kind in ("py", "html", "txt") for path in (ROOT / folder).rglob(f"*.{kind}"))


def as_python(path: Path) -> bytes:
    """Return a file as something that Python's tokenizer reads, each message on the line where it stands."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # What is left of a template is words at any indentation, which Python's tokenizer minds.
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n"))
    return text.encode()


def found(book: Book) -> Catalog:
    """Return the messages that stand in the code."""
    catalog = Catalog(locale="ja")
    for path in sources(book):
        place = path.relative_to(ROOT).as_posix()
        messages = extract("python", BytesIO(as_python(path)), KEYWORDS, TRANSLATORS, strip_comment_tags=True)
        for line, text, comments, context in messages:
            catalog.add(text, locations=[(place, line)], auto_comments=comments, context=context)
    return catalog


def stored(book: Book) -> Catalog:
    """Return the catalogue as it is kept, empty if there is none yet."""
    if book.po.exists():
        with book.po.open("rb") as file:
            return read_po(file, locale="ja", domain="django")
    header = "# Japanese words of the interface. `make messages` keeps the list; the words are written by hand."
    now = datetime.now().astimezone()
    return Catalog(
        locale="ja",
        domain="django",
        project="privacy-training",
        version="0",
        msgid_bugs_address="",
        header_comment=header,
        creation_date=now,
        revision_date=now,
        last_translator="Privacy Training contributors",
        language_team="Privacy Training contributors",
        fuzzy=False,
    )


def real(catalog: Catalog) -> dict[tuple[object, str | None], Message]:
    """Return the messages by what makes one the same as another; the header is none."""
    return {(message.id, message.context): message for message in catalog if message.id}


def label(message: Message) -> str:
    """Return a message for a person to find it by."""
    words = message.id if isinstance(message.id, str) else message.id[0]
    return f"{words!r}" + (f" ({message.context})" if message.context else "")


def places(message: Message) -> str:
    """Return where in the code a message stands."""
    return ", ".join(f"{path}:{line}" for path, line in message.locations)


def translated(message: Message) -> bool:
    """Tell whether every form of a message has words."""
    forms = [message.string] if isinstance(message.string, str) else message.string
    return bool(forms) and all(forms)


def problems(book: Book) -> Iterator[str]:
    """Yield what keeps a catalogue from being complete."""
    code, kept = real(found(book)), real(stored(book))
    for key in code.keys() - kept.keys():
        yield f"missing: {label(code[key])} ({places(code[key])})"
    for key in kept.keys() - code.keys():
        yield f"obsolete: {label(kept[key])}"
    for key in kept.keys() & code.keys():
        message = kept[key]
        if message.fuzzy:
            yield f"fuzzy: {label(message)}"
        elif not translated(message):
            yield f"untranslated: {label(message)}"
        # A Python message says %(name)s; its translation must say the same.
        for error in message.check():
            yield f"wrong: {label(message)}: {error}"


def update(book: Book) -> None:
    """Bring one catalogue up to date with the code and write it."""
    catalog = stored(book)
    catalog.update(found(book), update_creation_date=False)
    for message in catalog.obsolete.values():
        print(f"{book.po.relative_to(ROOT)}: dropped {label(message)}: {message.string!r}")
    # Places without line numbers, and no new date: a change of the code elsewhere is no change of this file.
    text = BytesIO()
    write_po(text, catalog, width=120, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    book.po.parent.mkdir(parents=True, exist_ok=True)
    book.po.write_bytes(text.getvalue())


def compiled(po: Path) -> None:
    """Write the catalogue that Django reads, beside the one that people read."""
    with po.open("rb") as file:
        catalog = read_po(file, locale="ja", domain="django")
    whole = BytesIO()
    write_mo(whole, catalog)
    po.with_suffix(".mo").write_bytes(whole.getvalue())


def main() -> int:
    """Update and compile all catalogues, or compile the named ones, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; exit 1 if a catalogue is not complete")
    mode.add_argument("--compile", nargs="+", type=Path, metavar="PO", help="only compile these catalogues")
    chosen = parser.parse_args()
    if chosen.compile:
        for po in chosen.compile:
            compiled(po)
        return 0
    if not chosen.check:
        for book in BOOKS:
            update(book)
            compiled(book.po)
        compiled(SCRIPTS)
    left = [f"{book.po.relative_to(ROOT)}: {problem}" for book in BOOKS for problem in sorted(problems(book))]
    if left and not chosen.check:
        print(f"{len(left)} messages want words; --check lists them.")
    else:
        print("\n".join(left) or "The catalogues are complete.")
    return 1 if chosen.check and left else 0


if __name__ == "__main__":
    sys.exit(main())
