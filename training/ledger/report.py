"""What a verification found: every problem with its place and its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

KEPT = 1000


class Reason(StrEnum):
    """Why something is not as it must be. The values are for programs; ``Problem.message`` is for people."""

    UNREADABLE = "unreadable"
    LEAF = "leaf"
    COLUMN = "column"
    SEAL = "seal"
    MISSING_SEQUENCE = "missing_sequence"
    SUPERFLUOUS_SEQUENCE = "superfluous_sequence"
    TAIL = "tail"
    NOTE = "note"
    CHECKPOINT = "checkpoint"
    CHECKPOINT_MISSING = "checkpoint_missing"
    ROOT = "root"
    CLOCK = "clock"
    HISTORY = "history"
    DISCLOSURE = "disclosure"
    DISCLOSURE_UNLISTED = "disclosure_unlisted"
    DISCLOSURE_MISSING = "disclosure_missing"
    DISCLOSURE_ERASED = "disclosure_erased"
    ROW_MISSING = "row_missing"
    ROW_UNLISTED = "row_unlisted"
    TABLE_UNKNOWN = "table_unknown"
    PART_MISSING = "part_missing"
    PART_SUPERFLUOUS = "part_superfluous"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: which row, which column where that is known, and the log's number it belongs to."""

    reason: Reason
    table: str
    row: str
    message: str
    column: str = ""
    sequence: int | None = None

    @property
    def where(self) -> str:
        """The place in one line."""
        column = f".{self.column}" if self.column else ""
        number = f" (#{self.sequence})" if self.sequence is not None else ""
        return f"{self.table}{column} {self.row}{number}"

    @property
    def order(self) -> tuple[bool, int]:
        """Sorts problems by their place in the log, those without one last."""
        return (self.sequence is None, self.sequence or 0)

    def as_dict(self) -> dict[str, Any]:
        """Return the problem for a program."""
        return {
            "reason": self.reason.value,
            "table": self.table,
            "row": self.row,
            "column": self.column,
            "sequence": self.sequence,
            "message": self.message,
        }


@dataclass(slots=True)
class Report:
    """What was read and what was wrong with it. Beyond the first ``KEPT`` problems only their number is kept."""

    entries_read: int = 0
    sealed: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    disclosures: int = 0
    rows: int = 0
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    @property
    def intact(self) -> bool:
        """Whether everything that was read is as it must be. Read the counts too: an empty log is intact."""
        return self.problem_count == 0

    @property
    def first_bad(self) -> Problem | None:
        """The problem that stands earliest in the log."""
        return min(self.problems, key=lambda problem: problem.order, default=None)

    def add(self, problem: Problem) -> None:
        """Take note of a problem."""
        self.problem_count += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)

    def as_dict(self) -> dict[str, Any]:
        """Return the report for a program."""
        first = self.first_bad
        return {
            "intact": self.intact,
            "entries_read": self.entries_read,
            "sealed": self.sealed,
            "unsealed": self.unsealed,
            "checkpoints": self.checkpoints,
            "disclosures": self.disclosures,
            "rows": self.rows,
            "first_bad": first.as_dict() if first else None,
            "problem_count": self.problem_count,
            "problems": [problem.as_dict() for problem in self.problems],
        }
