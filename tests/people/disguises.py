"""The same people in any legal disguise: every way of writing that a list may choose for each cell, drawn by chance."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from openpyxl import Workbook

from tests.people.nasty import Known, as_text

WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})
# What cp932 has in another place of Unicode; a list in it keeps its own sign.
IN_CP932 = str.maketrans("〜—‖−", "～―∥－")
KANJI = "〇一二三四五六七八九"
ERAS = (
    ("令和", "令", "R", date(2019, 5, 1)),
    ("平成", "平", "H", date(1989, 1, 8)),
    ("昭和", "昭", "S", date(1926, 12, 25)),
)
TYPES = {
    "officer": ("役員", "取締役", "監査役", "執行役員", "officer", " 役 員 "),
    "regular": ("正社員", "社員", "正規社員", "総合職", "正社員（無期）", "Regular"),
    "contract": ("契約", "契約社員", "嘱託", "有期契約社員", "定年再雇用"),
    "part_time": ("パート", "ﾊﾟｰﾄ", "アルバイト", "パート・アルバイト", "パートタイマー", "Part-time"),
    "temporary": ("派遣", "派遣社員", "派遣スタッフ"),
    "seconded_in": ("出向受入", "出向（受入）", "受入出向", "出向 受入"),
    "seconded_out": ("出向", "在籍出向", "社外出向", "出向中"),
}
HEADINGS = {
    "number": ("社員番号", "社員コード", "従業員番号", "社員Ｎｏ．", "Employee No.", "【社員番号】"),
    "name": ("氏名", "氏　名", "名前", "社員氏名", "Full Name", "氏名※"),
    "kana": ("フリガナ", "ﾌﾘｶﾞﾅ", "氏名（カナ）", "よみがな", "Kana"),
    "department": ("所属", "所属\n部署", "部署名", "現所属", "Department"),
    "second": ("兼務", "兼務先", "兼務部署", "Second posting"),
    "type": ("雇用区分", "雇用形態", "社員区分", "Employment Type"),
    "manager": ("上長", "直属上司", "所属長番号", "Manager"),
    "joined": ("入社日", "入社年月日", "採用日", "Hire Date"),
    "left": ("退職日", "退職年月日", "退社日", "Leaving date"),
    "email": ("メール", "ﾒｰﾙｱﾄﾞﾚｽ", "E-mail", "会社メールアドレス"),
}


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as a list tells of one; departments as levels."""

    number: str
    name: str
    kana: str
    department: tuple[str, ...]
    second: tuple[tuple[str, ...], ...]
    type: str
    manager: str | None
    joined: date
    left: date | None
    email: str | None

    def known(self, *, cp932: bool) -> Known:
        """What the records must hold of the person; a list in cp932 brings its own wave dash."""

        def kept(text: str) -> str:
            return text.translate(IN_CP932) if cp932 else text

        return (
            kept(self.name),
            kept(self.kana),
            kept("/".join(self.department)),
            frozenset(kept("/".join(path)) for path in self.second),
            self.type,
            self.manager,
            self.joined.isoformat(),
            self.left.isoformat() if self.left else None,
            self.email,
        )


PEOPLE = (
    Somebody("000101", "髙﨑 邉德", "タカサキ ベトク", ("営業本部", "第一営業部", "二課"), (), "officer", None, date(1989, 1, 7), None, "takasaki@example.co.jp"),
    Somebody("000102", "濵田　七〜子", "ハマダ　ナナコ", ("営業本部", "第一営業部"), (("管理本部", "人事部"),), "regular", "000101", date(2019, 4, 30), date(2027, 3, 31), None),
    Somebody("A-03", "O'Neil, Anne", "ｵﾆｰﾙ ｱﾝ", ("開発部",), (("営業本部",), ("管理本部",)), "seconded_in", "000102", date(2019, 5, 1), None, "anne.o-neil+x@example.com"),
    Somebody("7", "一", "イチ", ("管理本部", "人事部"), (), "part_time", "000101", date(2024, 2, 29), date(2028, 2, 29), None),
    Somebody("000105", "計良 合一", "ケラ ゴウイチ", ("本社〜支社（旧）",), (), "temporary", "7", date(2026, 3, 31), date(2026, 4, 1), None),
    Somebody("000106", "﨑山 小計", "サキヤマ", ("管理本部",), (("開発部",),), "contract", None, date(2027, 4, 1), None, "s@example.jp"),
    Somebody("000107", "嶋 出向", "シマ", ("管理本部",), (), "seconded_out", "A-03", date(1926, 12, 25), None, None),
)  # fmt: skip
UNICODE_PEOPLE = (
    Somebody("000108", "𠮷田 葛󠄀子", "ヨシダ", ("葛󠄀城支社", "𠮷野課"), (), "regular", "000101", date(2026, 4, 1), None, None),
)  # fmt: skip


class Disguise:
    """Writes a list of people in some way that chance chooses, and says whether it is one that loses signs."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.kind = chance.choice(
            ("cp932", "utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "marked-le", "marked-be", "xlsx")
        )
        self.people: tuple[Somebody, ...] = PEOPLE if self.cp932 else (*PEOPLE, *UNICODE_PEOPLE)
        self.levels = chance.choice((1, 3))  # one column for the path, or one for each level
        self.seconds = chance.choice((1, 2))

    @property
    def cp932(self) -> bool:
        """Whether the list is in the encoding that has not every sign."""
        return self.kind == "cp932"

    def written(self) -> bytes:
        """The file."""
        rows = self._rows()
        if self.kind == "xlsx":
            return self._workbook(rows)
        texts = [[self._day(cell) if isinstance(cell, date) else str(cell) for cell in row] for row in rows]
        text = as_text(
            texts,
            separator=self.chance.choice(",\t;"),
            line_end=self.chance.choice(("\r\n", "\n", "\r")),
            quote_all=self.chance.random() < 0.3,
        )
        if self.cp932:
            return text.translate(IN_CP932).encode("cp932")
        mark = "\ufeff" if self.kind.startswith("marked") else ""
        return (mark + text).encode(self.kind.replace("marked", "utf-16"))

    def _rows(self) -> list[list[Any]]:
        fields = [*HEADINGS]
        self.chance.shuffle(fields)
        columns = [(f, n) for f in fields for n in range({"department": self.levels, "second": self.seconds}.get(f, 1))]
        heading = [self._heading(field, place) for field, place in columns]
        order = [*self.people]
        self.chance.shuffle(order)
        rows: list[list[Any]] = []
        for one in order:
            cells = self._cells(one)
            rows.append([cells[field][place] for field, place in columns])
            if self.chance.random() < 0.2:
                rows.append([""] * len(columns) if self.chance.random() < 0.5 else [])
        if self.chance.random() < 0.3:
            rows.insert(self.chance.randrange(len(rows) + 1), heading)
        above = [["社員名簿"], ["2026年4月1日 現在", "", "（社外秘）"], []][: self.chance.randrange(4)]
        below = [[], ["合計", "", f"{len(order)}名"], ["※ 人事部作成"]] if self.chance.random() < 0.5 else []
        return [*above, heading, *rows, *below]

    def _heading(self, field: str, place: int) -> str:
        many = {"department": self.levels, "second": self.seconds}.get(field, 1) > 1
        if many and field == "department":
            return ("本部", "部", "課")[place]
        return f"{'兼務'}{place + 1}" if many else self.chance.choice(HEADINGS[field])

    def _cells(self, one: Somebody) -> dict[str, list[Any]]:
        seconds = [self._path(path) for path in one.second]
        if self.seconds == 1:
            seconds = [self.chance.choice(("、", ";", "\n", "；", "｜")).join(seconds) or self._nothing()]
        return {
            "number": [self._number(one.number)],
            "name": [self._padded(one.name)],
            "kana": [self._padded(one.kana)],
            "department": [self._path(one.department)] if self.levels == 1 else [*one.department, "", ""][:3],
            "second": [*seconds, "", ""][: self.seconds],
            "type": [self.chance.choice(TYPES[one.type])],
            "manager": [self._manager(one.manager)],
            "joined": [one.joined],
            "left": [one.left or self._nothing()],
            "email": [self._email(one.email)],
        }

    def _padded(self, text: str) -> str:
        blank = self.chance.choice(("", "", " ", "　", "\u00a0"))
        return f"{blank}{text}{blank}" if not self.cp932 or blank != "\u00a0" else text

    def _nothing(self) -> str:
        return self.chance.choice(("", "", " ", "-", "－", "なし", "―"))

    def _number(self, number: str) -> str:
        literal = f'="{number}"' if self.kind != "xlsx" else number
        return self.chance.choice((number, number.translate(WIDE), f"'{number}", literal, self._padded(number)))

    def _path(self, path: Sequence[str]) -> str:
        separator = self.chance.choice(("/", "／", " / ", "　／　", ">", "＞", "→", "　", "\\"))
        return separator.join(path) + self.chance.choice(("", "", "/" if separator.strip() in "/／" else ""))

    def _manager(self, number: str | None) -> str:
        if number is None:
            return self._nothing()
        name = next(one.name for one in self.people if one.number == number)
        unlike = name.translate(str.maketrans("髙﨑邉德濵", "高崎辺徳浜"))
        return self.chance.choice(
            (
                number,
                number.translate(WIDE),
                f"{number} {name}",
                f"{number}：{name}",
                f"{name}（{number}）",
                name,
                unlike,
            )
        )

    def _email(self, address: str | None) -> str:
        if address is None:
            return self._nothing()
        return self.chance.choice((address, self._padded(address), address.translate(WIDE), f"mailto:{address}"))

    def _day(self, day: date) -> str:
        y, m, d = day.year, day.month, day.day
        faces = [
            f"{y}/{m}/{d}", f"{y}/{m:02}/{d:02}", f"{y}-{m:02}-{d:02}", f"{y}.{m}.{d}", f"{y}年{m}月{d}日", f"{y}{m:02}{d:02}",
            f"{y}/{m:02}/{d:02} 0:00:00", f"{y}-{m:02}-{d:02}T00:00:00", f"{y}年{m:>2}月{d:>2}日", f"{d} {day:%B} {y}", f"{day:%b} {d}, {y}",
            f"{y}年{m}月{d}日（{'月火水木金土日'[day.weekday()]}）", f"{y}/{m}/{d}({'月火水木金土日'[day.weekday()]}曜)",
            f"{y}/{m}/{d}".translate(WIDE), f"{y}年{m}月{d}日".translate(WIDE),
        ]  # fmt: skip
        if y >= 1930:
            faces.append(str((day - date(1899, 12, 30)).days))
        for long, short, letter, first in ERAS:
            if day >= first:
                n = y - first.year + 1
                said = "元" if n == 1 else str(n)
                faces += [
                    f"{long}{said}年{m}月{d}日", f"{long} {said}年 {m}月 {d}日", f"{short}{n}.{m}.{d}", f"{letter}{n}.{m}.{d}",
                    f"{letter}{n:02}/{m:02}/{d:02}", f"{letter.lower()}{n}-{m}-{d}", f"{letter}.{n}.{m}.{d}", f"{letter}{n:02}{m:02}{d:02}",
                    f"{letter}{n}.{m}.{d}".translate(WIDE), f"{long}{_kanji(n)}年{_kanji(m)}月{_kanji(d)}日",
                ]  # fmt: skip
                break
        return self.chance.choice(faces)

    def _workbook(self, rows: Sequence[Sequence[Any]]) -> bytes:
        book = Workbook()
        sheet = book.active
        if self.chance.random() < 0.5:
            sheet.append(["社員番号", "氏名"])
            sheet.append(["999999", "隠れた 人"])
            sheet.sheet_state = "hidden"
            sheet = book.create_sheet("名簿")
        for line, row in enumerate(rows, 1):
            for place, value in enumerate(row, 1):
                cell = sheet.cell(line, place)
                if isinstance(value, date):
                    face = self.chance.randrange(3)
                    if face == 0:
                        value = self._day(value)
                    elif face == 1 and value.year >= 1930:
                        value = float((value - date(1899, 12, 30)) // timedelta(days=1))
                elif isinstance(value, str) and value.isascii() and value.isdigit() and self.chance.random() < 0.5:
                    cell.number_format = "0" * len(value)
                    value = self.chance.choice((int(value), float(value)))
                form = cell.number_format
                cell.value = value if value != "" else None
                if form != "General":
                    cell.number_format = form
                elif isinstance(value, date):
                    cell.number_format = self.chance.choice(("yyyy/m/d", '[$-411]ggge"年"m"月"d"日"', "mm-dd-yy"))
                if cell.data_type == "f":
                    cell.data_type = "s"  # a text that begins with = and is none of the spreadsheet's formulas
        data = io.BytesIO()
        book.save(data)
        return data.getvalue()


def _kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"{'' if tens < 2 else KANJI[tens]}{'十' if tens else ''}{KANJI[ones] if ones else ''}"
