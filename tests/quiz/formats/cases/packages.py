"""Makes a case's real file at test time, so that nothing binary and no odd encoding is kept in the repository.

A case is a source and its expected result in JSON beside it, whose ``make`` says how the source becomes the file:

- ``encoding``, ``bom``, ``newline`` (``crlf`` or ``cr``): how the text is written, else UTF-8 as it stands;
- ``pad``: a mark in the text gives way to a text repeated many times (long lines, bytes that no editor keeps);
- ``package``: a folder becomes a ZIP, with ``members`` renamed on the way and a ``bomb`` of so many megabytes added;
- ``workbook``: rows in JSON become an Excel file with a sheet of this name, after the sheets of ``before``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

LINE_ENDS = {"crlf": "\r\n", "cr": "\r"}
MEGABYTE = 1_000_000


def made(*, expectation: Path, make: dict[str, Any], folder: Path) -> Path:
    """Return the file to import: the source beside the expectation, or what is made of it in the folder."""
    source = next(path for path in expectation.parent.glob(f"{expectation.stem}*") if path.suffix != ".json")
    if "package" in make:
        return _package(source, make, folder / f"{source.name}.zip")
    if "workbook" in make:
        return _workbook(source, make, folder / f"{source.stem}.xlsx")
    if make:
        return _text(source, make, folder / source.name)
    return source


def _text(source: Path, make: dict[str, Any], target: Path) -> Path:
    text = source.read_bytes().decode()
    if pad := make.get("pad"):
        text = text.replace(pad["mark"], pad["with"] * pad["times"])
    if end := LINE_ENDS.get(make.get("newline", "")):
        text = text.replace("\n", end)
    if make.get("bom"):
        text = "\ufeff" + text
    target.write_bytes(text.encode(make.get("encoding", "utf-8")))
    return target


def _package(source: Path, make: dict[str, Any], target: Path) -> Path:
    members = make.get("members", {})
    with ZipFile(target, "w", ZIP_DEFLATED) as package:
        for path in sorted(path for path in source.rglob("*") if path.is_file()):
            name = path.relative_to(source).as_posix()
            package.writestr(members.get(name, name), path.read_bytes())
        if bomb := make.get("bomb"):
            with package.open(bomb["name"], "w", force_zip64=True) as member:
                for _ in range(bomb["megabytes"]):
                    member.write(b" " * MEGABYTE)
    return target


def _workbook(source: Path, make: dict[str, Any], target: Path) -> Path:
    book = Workbook()
    book.remove(book.active)
    for title in make.get("before", []):
        book.create_sheet(title).append([title])
    sheet = book.create_sheet(make["workbook"])
    for row in json.loads(source.read_text(encoding="utf-8")):
        sheet.append(row)
    book.save(target)
    return target
