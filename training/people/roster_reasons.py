"""Why a row, or a whole list, is not taken over: the words for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.people.models import EmploymentType
from training.people.roster_values import Refused

FIELDS: Mapping[str, Promise] = {
    "number": _("staff number"),
    "former": _("former number"),
    "since": _("from the day"),
    "name": _("name"),
    "family": _("family name"),
    "given": _("given name"),
    "kana": _("reading"),
    "family_kana": _("reading of the family name"),
    "given_kana": _("reading of the given name"),
    "department": _("department"),
    "second": _("second postings"),
    "post": _("main or second posting"),
    "type": _("employment type"),
    "manager": _("manager"),
    "joined": _("day of joining"),
    "left": _("last day at work"),
    "email": _("e-mail address"),
    "rehired": _("hired again"),
}

KINDS: Mapping[str, Promise] = {
    "new": _("New in the list"),
    "renumbered": _("Another staff number"),
    "changed": _("Changed"),
    "moved": _("Moved"),
    "renamed": _("Renamed"),
    "left": _("Left"),
    "unchanged": _("Unchanged"),
    "refused": _("Refused"),
    "missing": _("Not in the list"),
}

_REASONS: Mapping[str, Promise] = {
    "number_missing": _("The staff number is missing."),
    "number_mangled": _(
        "The staff number %(value)s was changed by the spreadsheet. Format the column as text and type it again."
    ),
    "cells": _(
        "The line has more cells than there are headings (%(most)s): a comma within a cell perhaps, which is not in "
        "quotation marks."
    ),
    "number_form": _("“%(value)s” is no staff number: it has a blank or an unreadable character in it."),
    "zeros_lost": _("There is no such number, but there is %(known)s: the zeros in front were probably lost."),
    "twice": _("This staff number stands in line %(line)s already."),
    "former_unknown": _(
        "Nobody has or had the former number %(value)s by the records. Correct it, or leave the cell empty."
    ),
    "former_zeros": _(
        "There is no former number %(value)s, but there is %(known)s: the zeros in front were probably lost."
    ),
    "former_both": _(
        "The former number %(value)s and the number %(number)s belong to two different people by the records. "
        "Leave the former number out, or end the employment of the one who has %(number)s first."
    ),
    "former_twice": _(
        "The former number %(value)s means the same person as line %(line)s. One line can give somebody a new number."
    ),
    "former_listed": _(
        "The former number means the person of line %(line)s, who is listed under the number %(value)s too. Leave one "
        "of the two lines out."
    ),
    "former_early": _(
        "By the records the person has the number %(value)s since %(since)s only, which is after the list's day. Give "
        "the day of joining under the new number."
    ),
    "former_refused": _(
        "Line %(line)s, which is refused, may give this person another number, so that nobody has left. Correct that "
        "line, or leave out both."
    ),
    "number_former": _(
        "By the records the person who had this number has the number %(number)s since %(since)s. Give that one."
    ),
    "name_missing": _("The name is missing."),
    "name_half": _("Family name and given name are both needed."),
    "lost": _(
        "“%(character)s” in the column %(field)s stands for a character that was lost when the file was saved. "
        "Save it as UTF-8, or type the right character."
    ),
    "line_break": _("There is a line break or a tab in the column %(field)s."),
    "control": _("There is a character that cannot be shown (%(character)s) in the column %(field)s."),
    "too_long": _("The column %(field)s has more than %(most)s characters."),
    "formula": _("There is a formula in the column %(field)s whose result the file does not tell. Paste its value."),
    "error_value": _("The column %(field)s has the spreadsheet's error %(value)s instead of a value."),
    "department_missing": _("The department is missing."),
    "department_part": _("The department path “%(value)s” has an empty part."),
    "department_deep": _("The department path has more than %(most)s levels."),
    "posts": _("There are more than %(most)s second postings."),
    "post": _("“%(value)s” says neither main nor second posting."),
    "second_before_main": _("This is a second posting, and no line above has the main one."),
    "type": _("The employment type “%(value)s” is not known."),
    "type_missing": _("The employment type is missing."),
    "joined_missing": _("The day of joining is missing."),
    "email": _("“%(value)s” is no e-mail address."),
    "date": _("“%(value)s” in the column %(field)s is no date. Write it as 2026/4/1 or 令和8年4月1日."),
    "two_days": _("“%(value)s” in the column %(field)s can be read as two days. Write the year first, as in 2026/4/1."),
    "short_year": _("“%(value)s” in the column %(field)s has no full year. Write it as 2026/4/1 or R8.4.1."),
    "no_such_day": _("“%(value)s” in the column %(field)s is a day that does not exist."),
    "era": _("“%(value)s” in the column %(field)s is a day that the era did not have."),
    "other_zone": _(
        "“%(value)s” in the column %(field)s has the time of another zone and is another day in Japan. "
        "Write the day alone, as 2026/4/1."
    ),
    "left_before_joined": _("The last day at work (%(left)s) is before the day of joining (%(joined)s)."),
    "left_already": _(
        "By the records the person left on %(left)s. Give the new day of joining if the person was hired again, "
        "or the last day at work."
    ),
    "overlap": _("By the records this staff number is in use on these days, by an employment from %(joined)s."),
    "other_person": _(
        "Name and day of joining are both unlike the records: this seems to be somebody else. End the employment of "
        "the one who has the number first."
    ),
    "own_manager": _("The person is given as the own manager."),
    "manager_unknown": _("The manager “%(value)s” is neither in the list nor in the records."),
    "department_ambiguous": _("Several departments are called “%(value)s”. Give the path from the top."),
    "manager_ambiguous": _("Several people are called “%(value)s”. Give the manager's staff number."),
}


def reason_of(refused: Refused) -> str:
    """The sentence for one row."""
    values: dict[str, Any] = dict(refused.values)
    if "field" in values:
        values["field"] = FIELDS[values["field"]]
    return str(_REASONS[refused.code]) % values


def shown_of(field: str, value: str) -> str:
    """A value before or after a change, as people read it."""
    if not value:
        return gettext("none")
    return str(EmploymentType(value).label) if field == "type" else value


def codes() -> frozenset[str]:
    """Every reason that has words."""
    return frozenset(_REASONS)


_NO_LIST: Mapping[str, Promise] = {
    "size": _("The file has more than %(most)s MB."),
    "empty": _("The file is empty."),
    "old_excel": _(
        "This is an Excel file of the old form, or one with a password. Save it as .xlsx without a password."
    ),
    "encrypted": _("The file is encrypted. Save it without a password."),
    "excel": _("The file cannot be read as an Excel file. Save it anew, or as CSV."),
    "strict": _("The file is saved as “Strict Open XML”. Save it as an ordinary Excel workbook (.xlsx)."),
    "sheets": _(
        "Two sheets hold lists of staff: “%(first)s” and “%(second)s”. Leave only the one that is meant, or hide the "
        "other."
    ),
    "bomb": _("The file is many times larger unpacked than it may be."),
    "encoding": _("The characters cannot be read from line %(line)s on. Save the file as UTF-8."),
    "long_line": _("Line %(line)s has more than %(most)s characters."),
    "quotes": _("A quotation mark in or before line %(line)s is never closed, or stands in the middle of a cell."),
    "rows": _("The file has more than %(most)s lines."),
    "columns": _("Line %(line)s has more than %(most)s columns."),
    "nobody": _("The list names nobody: there is nothing but headings, totals and remarks in it."),
    "heading": _("There is no line with the headings. At least staff number and name are needed."),
}


def file_reason(code: str, values: Mapping[str, str]) -> str:
    """The sentence for a file that is no list."""
    return str(_NO_LIST[code]) % dict(values)
