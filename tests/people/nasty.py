"""Staff lists as a stranger's personnel system, and the people who retyped them, would send: rows and what must become of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from training.people.models import (
    EmailAddress,
    Employment,
    PersonName,
    Posting,
    Supervision,
)
from training.people.queries import department_paths, on

DAY = date(2026, 4, 1)
HEADINGS = (
    "社員\n番号",
    "氏　　名",
    "ﾌﾘｶﾞﾅ",
    "所　属",
    "雇用形態",
    "直属上司",
    "入社年月日",
    "退職年月日",
    "Ｅ－ｍａｉｌ",
    "兼務先",
)

# What a person must be in the records: name, reading, department, second posts, type, manager's number, first and last
# day, address.
Known = tuple[str, str, str, frozenset[str], str, str | None, str, str | None, str | None]
_NONE: frozenset[str] = frozenset()

# Rows that must go in, whatever the encoding, and as whom.
RIGHT: tuple[tuple[tuple[str, ...], str, Known], ...] = (
    (("000101", "髙﨑 邉德", "ﾀｶｻｷ ﾍﾞﾄｸ", "営業本部/第一営業部/二課", "正社員", "", "1989/1/7", "", "takasaki@example.co.jp", ""),
     "000101", ("髙﨑 邉德", "ﾀｶｻｷ ﾍﾞﾄｸ", "営業本部/第一営業部/二課", _NONE, "regular", None, "1989-01-07", None, "takasaki@example.co.jp")),
    (("０００１０２", "濵﨑　瀨奈", "ハマサキ　セナ", "営業本部／第一営業部／二課", "契約社員", "000101", "令和元年５月１日", "", " hamasaki@example.co.jp ", "－"),
     "000102", ("濵﨑　瀨奈", "ハマサキ　セナ", "営業本部/第一営業部/二課", _NONE, "contract", "000101", "2019-05-01", None, "hamasaki@example.co.jp")),
    (("　000103　", "　德永 嵓　", "とくなが いわお", "営業本部　第一営業部", "パート", "髙﨑邉德", "H31.4.30", "", "", ""),
     "000103", ("德永 嵓", "とくなが いわお", "営業本部/第一営業部", _NONE, "part_time", "000101", "2019-04-30", None, None)),
    (("'000104", "渡邊〜子", "ワタナベ〜コ", "総務部（本社〜支社）", "派遣", "000101 髙﨑", "昭64.1.7", "令和9年3月31日", "なし", ""),
     "000104", ("渡邊〜子", "ワタナベ〜コ", "総務部（本社〜支社）", _NONE, "temporary", "000101", "1989-01-07", "2027-03-31", None)),
    (('="000105"', "ジョン・スミス＝リー", "JOHN SMITH", "開発部", "役員", "", "平成元年1月8日", "9999/12/31", "mailto:j.smith@example.com", ""),
     "000105", ("ジョン・スミス＝リー", "JOHN SMITH", "開発部", _NONE, "officer", None, "1989-01-08", None, "j.smith@example.com")),
    (("Ａ－００１", "金 哲洙（キム・チョルス）", "キム チョルス", "開発部", "出向（受入）", "髙﨑　邉徳（000101）", "Ｒ８．４．１", "", "ｋｉｍ＠ｅｘａｍｐｌｅ．ｊｐ", ""),
     "A-001", ("金 哲洙（キム・チョルス）", "キム チョルス", "開発部", _NONE, "seconded_in", "000101", "2026-04-01", None, "kim@example.jp")),
    (("000107", "齋藤 三郎", "", "開発部/基盤課", "出向", "０００１０５", "46113", "", "-", "営業本部／第一営業部、管理本部"),
     "000107", ("齋藤 三郎", "", "開発部/基盤課", frozenset({"営業本部/第一営業部", "管理本部"}), "seconded_out", "000105", "2026-04-01", None, None)),
    (("000108", "嶋田 六", "－", "管理本部>人事部", "嘱託", "-", "2026年4月1日（水）", "2026年9月30日(水)", "", "管理本部/人事部\n開発部;開発部"),
     "000108", ("嶋田 六", "", "管理本部/人事部", frozenset({"開発部"}), "contract", None, "2026-04-01", "2026-09-30", None)),
    (("000109", "森 歐外", "モリ オウガイ", "管理本部/人事部/", "アルバイト", "ジョン・スミス＝リー", "20260401", "", "mori.ougai@example.com　", ""),
     "000109", ("森 歐外", "モリ オウガイ", "管理本部/人事部", _NONE, "part_time", "000105", "2026-04-01", None, "mori.ougai@example.com")),
    (("000110", "①番 太郎", "イチバン", "㈱まほろば事業部", "受入出向", "", "平成三十年十二月二十三日", "在職中", "", ""),
     "000110", ("①番 太郎", "イチバン", "㈱まほろば事業部", _NONE, "seconded_in", None, "2018-12-23", None, None)),
    (("000111", "木村, 花子", "キムラ，ハナコ", "営業本部→第二営業部", "ﾊﾟｰﾄ･ｱﾙﾊﾞｲﾄ", "000102", "1 Apr 2026", "", "", ""),
     "000111", ("木村, 花子", "キムラ，ハナコ", "営業本部/第二営業部", _NONE, "part_time", "000102", "2026-04-01", None, None)),
    (("000112", 'O"Brien 恵', "オブライエン", "営業本部/第二営業部", "正社員(管理職)", "", "2026-04-01T00:00:00+09:00", "", "", "営業本部／第二営業部"),
     "000112", ('O"Brien 恵', "オブライエン", "営業本部/第二営業部", _NONE, "regular", None, "2026-04-01", None, None)),
    (("000113", "未来 入社", "ミライ ニュウシャ", "管理本部", "契約", "000112", "2027/4/1", "", "", ""),
     "000113", ("未来 入社", "ミライ ニュウシャ", "管理本部", _NONE, "contract", "000112", "2027-04-01", None, None)),
    (("000114", "一日 限り", "イチニチ", "管理本部", "派遣社員", "", "2026/4/1", "2026/4/1", "", ""),
     "000114", ("一日 限り", "イチニチ", "管理本部", _NONE, "temporary", None, "2026-04-01", "2026-04-01", None)),
    (("000115", "閏 二月", "ウルウ", "管理本部", "社員", "", "R6.2.29", "令和１０年２月２９日", "", ""),
     "000115", ("閏 二月", "ウルウ", "管理本部", _NONE, "regular", None, "2024-02-29", "2028-02-29", None)),
)  # fmt: skip
# Rows that only a file in Unicode can hold.
UNICODE: tuple[tuple[tuple[str, ...], str, Known], ...] = (
    (("000116", "𠮷田 鷗", "ヨシダ カモメ", "葛󠄀城支社", "正社員", "", "R080401", "", "", ""),
     "000116", ("𠮷田 鷗", "ヨシダ カモメ", "葛󠄀城支社", _NONE, "regular", None, "2026-04-01", None, None)),
    (("000117", "葛󠄀 城子", "カツラギ", "葛󠄀城支社", "正社員", "𠮷田鷗", "2026–4–1", "", "", "—"),
     "000117", ("葛󠄀 城子", "カツラギ", "葛󠄀城支社", _NONE, "regular", "000116", "2026-04-01", None, None)),
)  # fmt: skip
# Rows that must be refused, and the exact words.
WRONG: tuple[tuple[tuple[str, ...], str], ...] = (
    (("000102", "二重 番号", "", "開発部", "正社員", "", "2026/4/1", "", "", ""), "This staff number stands in line 6 already."),
    (("1.0E+05", "指数 番号", "", "開発部", "正社員", "", "2026/4/1", "", "", ""),
     "The staff number 1.0E+05 was changed by the spreadsheet. Format the column as text and type it again."),
    (("1,001", "桁区 切り", "", "開発部", "正社員", "", "2026/4/1", "", "", ""),
     "The staff number 1,001 was changed by the spreadsheet. Format the column as text and type it again."),
    (("", "番号 無し", "", "開発部", "正社員", "", "2026/4/1", "", "", ""), "The staff number is missing."),
    (("000204", "=1+1", "", "開発部", "正社員", "", "2026/4/1", "", "", ""),
     "There is a formula in the column name whose result the file does not tell. Paste its value."),
    (("000205", "-", "", "開発部", "正社員", "", "2026/4/1", "", "", ""), "The name is missing."),
    (("000206", "入社 前退職", "", "開発部", "正社員", "", "令和8年4月1日", "R8.3.31", "", ""),
     "The last day at work (2026-03-31) is before the day of joining (2026-04-01)."),
    (("000207", "平成 延長", "", "開発部", "正社員", "", "平成31年5月1日", "", "", ""),
     "“平成31年5月1日” in the column day of joining is a day that the era did not have."),
    (("000208", "米 国式", "", "開発部", "正社員", "", "4/1/2026", "", "", ""),
     "“4/1/2026” in the column day of joining can be read as two days. Write the year first, as in 2026/4/1."),
    (("000209", "世界 時", "", "開発部", "正社員", "", "2026-03-31T15:00:00Z", "", "", ""),
     "“2026-03-31T15:00:00Z” in the column day of joining has the time of another zone and is another day in Japan. "
     "Write the day alone, as 2026/4/1."),
    (("000210", "宛先 空白", "", "開発部", "正社員", "", "2026/4/1", "", "a b@example.com", ""), "“a b@example.com” is no e-mail address."),
    (("000211", "上長 不明", "", "開発部", "正社員", "幽霊 部長", "2026/4/1", "", "", ""),
     "The manager “幽霊 部長” is neither in the list nor in the records."),
    (("000212", "二 枚舌", "", "開発部", "社員（契約）", "", "2026/4/1", "", "", ""), "The employment type “社員（契約）” is not known."),
    (("000213", "見え\u3000ない", "", "営業本部//二課", "正社員", "", "2026/4/1", "", "", ""), "The department path “営業本部//二課” has an empty part."),
)  # fmt: skip
# What else stands in such a list, and is nobody: above the heading, between the rows, and below them.
ABOVE = (("株式会社まほろば　社員名簿", "", "", ""), ("令和8年4月1日現在", "", "", "（社外秘）"), ())
BELOW = ((), ("合計", "", "", "29名"), ("※ 出向者を含む。印刷：人事部",))


def listed(*, unicode: bool) -> list[Sequence[str]]:
    """The whole list: titles, headings, rows with an empty one and the headings again between them, totals."""
    right = [cells for cells, _number, _known in (*RIGHT, *(UNICODE if unicode else ()))]
    return [*ABOVE, HEADINGS, *right, (), HEADINGS, *(cells for cells, _words in WRONG), *BELOW]


def as_text(
    rows: Sequence[Sequence[str]], *, separator: str = ",", line_end: str = "\r\n", quote_all: bool = False
) -> str:
    """A text with separators, written as a spreadsheet writes it."""
    # By hand: not every Python's csv quotes a line feed where lines end otherwise.
    special = {separator, '"', "\r", "\n"}

    def written(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"' if quote_all or special & set(cell) else cell

    return "".join(separator.join(map(written, row)) + line_end for row in rows)


def recorded(numbers: Sequence[str] | None = None) -> dict[str, Known]:
    """Everybody as the database believes, on the first day of working here or the list's, whichever is later."""
    found: dict[str, Known] = {}
    employments = Employment.objects.filter(superseded_at__isnull=True).order_by("number", "valid_from")
    last: dict[str, Employment] = {employment.number: employment for employment in employments}
    first: Mapping[str, date] = {e.number: e.valid_from for e in reversed(employments)}
    for number, employment in last.items():
        if numbers is not None and number not in numbers:
            continue
        day = min(max(employment.valid_from, DAY), employment.valid_to or date.max)
        paths = department_paths(day)
        posts = on(Posting.objects.filter(employment=employment), day)
        found[number] = (
            *_name(employment, day),
            "/".join(paths[post.department_id] for post in posts if post.primary),
            frozenset(paths[post.department_id] for post in posts if not post.primary),
            employment.type,
            _manager(employment, day),
            first[number].isoformat(),
            employment.valid_to.isoformat() if employment.valid_to else None,
            _only(on(EmailAddress.objects.filter(employee=employment.employee), day).values_list("email", flat=True)),
        )
    return found


def _only(values: Any) -> Any:
    (*found,) = values
    assert len(found) <= 1, found
    return found[0] if found else None


def _name(employment: Employment, day: date) -> tuple[str, str]:
    (name,) = on(PersonName.objects.filter(employee=employment.employee_id), day)
    return name.name, name.kana


def _manager(employment: Employment, day: date) -> str | None:
    manager = _only(
        on(Supervision.objects.filter(employee=employment.employee_id), day).values_list("manager", flat=True)
    )
    return Employment.objects.filter(employee=manager).values_list("number", flat=True)[0] if manager else None
