"""Days as people write them in lists: 2026/4/1, 令和8年4月1日, R8.4.1, 1 Apr 2026, and what Excel makes of them.

Pure. What could be two days, or is none, refuses: a wrong day of joining is worse than a missing one.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from functools import lru_cache

EARLIEST, LATEST = date(1900, 1, 1), date(2100, 12, 31)
FOR_EVER = frozenset({date(9999, 12, 31), date(2999, 12, 31)})

# First and last day of each era, and how it is written.
_ERAS = (
    (("明治", "明", "m"), date(1868, 1, 25), date(1912, 7, 29)),
    (("大正", "大", "t"), date(1912, 7, 30), date(1926, 12, 24)),
    (("昭和", "昭", "s"), date(1926, 12, 25), date(1989, 1, 7)),
    (("平成", "平", "h"), date(1989, 1, 8), date(2019, 4, 30)),
    (("令和", "令", "r"), date(2019, 5, 1), date.max),
)
_ERA = {word: (first, last) for words, first, last in _ERAS for word in words}
_SEPARATED = r"\s*[-/.年・]\s*"
_JAPANESE = re.compile(
    rf"({'|'.join(_ERA)})\.?\s*(\d{{1,2}}|元){_SEPARATED}(\d{{1,2}})\s*[-/.月・]\s*(\d{{1,2}})日?", re.IGNORECASE
)
_ERA_DIGITS = re.compile(rf"({'|'.join(_ERA)})(\d{{2}})(\d{{2}})(\d{{2}})", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4})")
_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\.0)?")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_TIME = re.compile(r"(?:T|\s+)(\d{1,2}):\d{2}(?::\d{2}(?:\.\d+)?)?(?:(Z)|([+-]\d{2}):?\d{2})?$")
_JAPAN = 9  # hours before UTC
_DASHES = str.maketrans(dict.fromkeys("‐‒–—―−ー", "-"))  # what keyboards and encodings make of a hyphen
_WEEKDAY = re.compile(r"\s*\((?:[月火水木金土日]|mon|tue|wed|thu|fri|sat|sun)(?:曜日?)?\)", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august",
         "sep sept september", "oct october", "nov november", "dec december"), 1)
    for name in names.split()
}  # fmt: skip
_MONTH_NAMED = (
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<month>[a-z]{3,9})\.?,?[\s-]+(?P<year>\d{4})", re.IGNORECASE),
    re.compile(r"(?P<month>[a-z]{3,9})\.?[\s-]+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?[\s-]+(?P<year>\d{4})", re.IGNORECASE),
)
_KANJI = {character: value for value, character in enumerate("〇一二三四五六七八九")}
_EXCEL_BEGAN = date(1899, 12, 30)
_SERIALS = range(10959, 73416)  # 1930 to 2100: smaller numbers are no days of anybody at work


class NoDay(ValueError):
    """The text tells no day, and ``code`` why.

    One of ``date``, ``two_days``, ``short_year``, ``no_such_day``, ``era``, ``other_zone``.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@lru_cache(maxsize=4096)  # lists repeat their days
def read_day(text: str) -> date | None:
    """The day that a cell tells; None where it is empty or tells the end of time. Raises ``NoDay``."""
    plain = _plain(text)
    if not plain:
        return None
    found = _read(plain)
    if found in FOR_EVER:
        return None
    if not EARLIEST <= found <= LATEST:
        raise NoDay("date")
    return found


def _plain(text: str) -> str:
    """Width evened out, weekday and time of day taken off, kanji numerals as digits."""
    plain = _WEEKDAY.sub("", unicodedata.normalize("NFKC", text).translate(_DASHES)).strip()
    if time := _TIME.search(plain):
        _reject_another_day(time)
        plain = plain[: time.start()].strip()
    return re.sub("[〇一二三四五六七八九十]+(?=[年月日])", lambda match: _number(match[0]), plain)


def _reject_another_day(time: re.Match[str]) -> None:
    """Refuse a time of another zone that falls on another day in Japan: 2026-03-31T15:00Z may mean 1 April."""
    hour, utc, offset = time.groups()
    if (utc or offset) and not 0 <= int(hour) + _JAPAN - int(offset or 0) < 24:
        raise NoDay("other_zone")


def _number(kanji: str) -> str:
    """一〇 as 10, 二十三 as 23, 二〇二六 as 2026."""
    if "十" not in kanji:
        return "".join(str(_KANJI[character]) for character in kanji)
    tens, _, ones = kanji.partition("十")
    if len(tens) > 1 or len(ones) > 1:
        return kanji
    return str(_KANJI.get(tens, 1) * 10 + _KANJI.get(ones, 0))


def _read(text: str) -> date:
    if match := _JAPANESE.fullmatch(text) or _ERA_DIGITS.fullmatch(text):
        return _of_era(match[1].lower(), match[2], match[3], match[4])
    if match := _YEAR_FIRST.fullmatch(text) or _DIGITS.fullmatch(text):
        return _day(match[1], match[2], match[3])
    if match := _YEAR_LAST.fullmatch(text):
        return _year_last(int(match[1]), int(match[2]), match[3])
    if match := _SERIAL.fullmatch(text):
        return _of_serial(int(match[1]))
    for form in _MONTH_NAMED:
        if (match := form.fullmatch(text)) and match["month"].lower() in _MONTHS:
            return _day(match["year"], _MONTHS[match["month"].lower()], match["day"])
    raise NoDay("short_year" if _SHORT_YEAR.fullmatch(text) else "date")


def _day(year: str | int, month: str | int, day: str | int) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NoDay("no_such_day") from None


def _of_era(era: str, year: str, month: str, day: str) -> date:
    first, last = _ERA[era]
    found = _day(first.year - 1 + (1 if year == "元" else int(year)), month, day)
    if not first <= found <= last:
        raise NoDay("era")
    return found


def _year_last(one: int, two: int, year: str) -> date:
    """Day and month in whichever order they make sense; where both do, nobody can tell."""
    if one == two or (one > 12) != (two > 12):
        day, month = (one, two) if one > 12 else (two, one)
        return _day(year, month, day)
    raise NoDay("two_days" if one <= 12 else "no_such_day")


def _of_serial(number: int) -> date:
    if number not in _SERIALS:
        raise NoDay("date")
    return _EXCEL_BEGAN + timedelta(days=number)
