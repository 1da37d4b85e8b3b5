"""Make evidence packs of small companies, and read them as a stranger would."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from tests import building
from training.campaigns.models import Campaign
from training.ledger.keys import load_key
from training.ledger.seal import seal
from training.reports.pack.write import VERIFIER, evidence_pack

LATER = building.later(hours=1)


@dataclass
class Pack:
    """A pack, read."""

    data: bytes

    @cached_property
    def zip(self) -> zipfile.ZipFile:
        """The archive."""
        return zipfile.ZipFile(io.BytesIO(self.data))

    @cached_property
    def names(self) -> list[str]:
        """Every file, in the archive's order."""
        return self.zip.namelist()

    def under(self, folder: str) -> list[str]:
        """The files of a folder, sorted, without its name."""
        return sorted(name.removeprefix(f"{folder}/") for name in self.names if name.startswith(f"{folder}/"))

    def json(self, name: str) -> Any:
        """One JSON file."""
        return json.loads(self.zip.read(name))

    def lines(self, name: str) -> list[Any]:
        """One JSON Lines file."""
        return [json.loads(line) for line in self.zip.read(name).splitlines()]

    def bodies(self) -> list[Any]:
        """The bodies of the entries."""
        return [json.loads(line["body"]) for line in self.lines("ledger/entries.jsonl")]

    def kinds(self) -> list[str]:
        """The kinds of the entries."""
        return [body["kind"] for body in self.bodies()]

    def csv(self, table: str, folder: str = "tables") -> list[list[str]]:
        """A table's cells as they stand in the CSV, heading first."""
        data = self.zip.read(f"{folder}/{table}.csv")
        assert data.startswith(b"\xef\xbb\xbf")
        return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))

    def rows(self, table: str, folder: str = "tables") -> list[dict[str, str]]:
        """A table's rows by heading, identifiers bare."""
        head, *lines = self.csv(table, folder)
        return [dict(zip(head, map(bare, line), strict=True)) for line in lines]

    def xlsx(self, table: str, folder: str = "tables") -> list[list[Any]]:
        """A table's cells as they stand in the workbook, heading first."""
        book = load_workbook(io.BytesIO(self.zip.read(f"{folder}/{table}.xlsx")))
        return [[cell.value for cell in row] for row in book.active.iter_rows()]


def bare(cell: str) -> str:
    """A CSV cell's own text: ``="000101"`` is 000101, an apostrophe before a formula is none of it."""
    if cell.startswith('="') and cell.endswith('"'):
        return cell[2:-1].replace('""', '"')
    return cell.removeprefix("'")


def as_text(value: Any) -> str:
    """A workbook's cell as the CSV writes it."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ") if value.time() != datetime.min.time() else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else str(value)


def packed(*campaigns: Campaign, now: datetime = LATER, sealed: bool = True, **options: Any) -> Pack:
    """Seal, and make the pack."""
    if sealed:
        seal(now=now, key=load_key())
    found = campaigns or tuple(Campaign.objects.select_related("revision", "statement"))
    return Pack(b"".join(evidence_pack(campaigns=found, key=load_key(), now=now, **options)))


def company(people: Sequence[tuple[str, str]], *, code: str = "FY2026") -> Campaign:
    """A company whose people have all been trained, have signed and hold certificates, but for the last one."""
    for number, name in people:
        building.person(number, name)
    campaign = building.campaign(code=code)
    rows = campaign.assignments.select_related("employment").order_by("employment__number")
    for row, (_number, name) in zip(list(rows), sorted(people)[:-1], strict=False):
        assignment = building.assignment_of(row.employment, code)
        building.train(assignment)
        building.certify(building.sign(assignment, name))
    return campaign


def checked(pack: Pack, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Let a bare interpreter run verify.py on a pack."""
    path = folder / "pack.zip"
    path.write_bytes(pack.data)
    command = [sys.executable, "-I", "-S", str(VERIFIER), str(path), "--lang", "en", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
