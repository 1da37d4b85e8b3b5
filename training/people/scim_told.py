"""What an identity provider's resource says of a person, read as the one row of a staff list.

Pure. The same cells are refused for the same reasons as in a list; employment types in words that no list knows
say nothing, for providers have words of their own there (Member, Guest).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from training.people.roster_columns import Heading, word_of
from training.people.roster_plan import Unfit, alike
from training.people.roster_values import Path, Record, Sheet, read_sheet
from training.people.roster_words import TYPES
from training.people.scim_schema import EnterpriseUser, Person

_KNOWN_TYPES = {word_of(word) for words in TYPES.values() for word in words.split()}
_LINE = 2  # the row below the heading


@dataclass(frozen=True, slots=True)
class Context:
    """What a resource does not say itself: numbers, posts and days, and about what its silence says "none"."""

    number: str | None = None
    manager: str | None = None
    groups: tuple[Path, ...] = ()
    silent: frozenset[str] = frozenset()
    joined: date | None = None


def name_of(resource: Person) -> str:
    """The person's name: family and given name, else the name to display, else the formatted one."""
    name = resource.name
    if name is not None and name.family_name and name.given_name:
        return f"{name.family_name} {name.given_name}"
    return resource.display_name or (name.formatted if name is not None else None) or ""


def address_of(resource: Person) -> str:
    """The address to write to: the primary one, else one for work, else the first."""
    known = [email for email in resource.emails or [] if email.value]
    ranked = sorted(known, key=lambda email: (not email.primary, (email.type or "").casefold() != "work"))
    return str(ranked[0].value) if ranked else ""


def number_of(resource: Person) -> str:
    """The staff number as it was written."""
    extension = resource[EnterpriseUser]
    return (extension.employee_number if extension else None) or ""


def department_of(resource: Person) -> str:
    """The department as it was written."""
    extension = resource[EnterpriseUser]
    return (extension.department if extension else None) or ""


def sheet_of(resource: Person, context: Context, paths: Iterable[Path]) -> Sheet:
    """The resource as a list of one row. Raises ``Unfit`` where a cell would be refused."""
    posts = list(context.groups)
    department = department_of(resource)
    if not department and posts:
        department = "/".join(posts.pop(0))
    cells: dict[str, str] = {
        "number": number_of(resource) or context.number or "",
        "name": name_of(resource),
        "department": department,
    }
    if word_of(resource.user_type or "") in _KNOWN_TYPES:
        cells["type"] = resource.user_type or ""
    told: Mapping[str, str] = {
        "email": address_of(resource),
        "manager": context.manager or "",
        "second": "、".join("/".join(path) for path in posts),
    }
    cells |= {field: cell for field, cell in told.items() if cell or field in context.silent}
    fields = tuple(cells)
    sheet = read_sheet([fields, tuple(cells.values())], Heading(0, fields, fields))
    for refused in sheet.refused:
        raise Unfit(refused.code, **refused.values)
    if not sheet.records:
        raise Unfit("number_form", value=cells["number"][:40])
    return _with_days(replace(sheet, records=(_placed(sheet.records[0], paths),)), context)


def leaving_sheet(number: str, day: date) -> Sheet:
    """Who leaves, as a list of one row: only who and when, for nothing else that is said needs to fit any more."""
    fields = ("number", "left")
    return Sheet(Heading(0, fields, fields), frozenset(fields), (Record(_LINE, number, left=day),), (), ())


def posts_sheet(number: str, department: Path | None, second: tuple[Path, ...]) -> Sheet:
    """Who has other posts, as a list of one row: only who and which; a main post only where one is told."""
    fields = ("number", "second")
    record = Record(_LINE, number, department=department, second=second)
    return Sheet(Heading(0, fields, fields), frozenset(fields), (record,), (), ())


def _with_days(sheet: Sheet, context: Context) -> Sheet:
    """Add when the person joined, where that is decided already, or that there is no day of leaving."""
    record, says = sheet.records[0], set(sheet.says)
    if context.joined is not None:
        record, says = replace(record, joined=context.joined), says | {"joined"}
    if "left" in context.silent:
        says |= {"left"}
    return replace(sheet, records=(record,), says=frozenset(says))


def _placed(record: Record, paths: Iterable[Path]) -> Record:
    """A department told by its last name alone is the one of that name, where it is no department at the top."""
    if record.department is None or len(record.department) > 1:
        return record
    name = alike(record.department[0])
    known = [path for path in paths if alike(path[-1]) == name]
    if not known or any(len(path) == 1 for path in known):
        return record
    if len(known) > 1:
        raise Unfit("department_ambiguous", value=record.department[0])
    return replace(record, department=known[0])


def as_stored(resource: Person) -> dict[str, Any]:
    """The resource as it is kept: without what other columns say, and without what only the service itself says."""
    kept: dict[str, Any] = resource.model_dump()
    for name in ("id", "externalId", "meta", "groups", "schemas"):
        kept.pop(name, None)
    extension = kept.get(str(EnterpriseUser.__schema__))
    if extension is not None:
        extension.pop("manager", None)
        if not extension:
            del kept[str(EnterpriseUser.__schema__)]
    return kept
