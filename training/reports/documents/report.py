"""教育実施報告書: what came of a plan by a day: who was trained, who was not and why, and what they had understood.

A Japanese document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from training.reports.documents.paper import drawn
from training.reports.documents.plan import materials, policy_words
from training.reports.documents.results import (
    ModuleResult,
    QuestionResult,
    Withdrawn,
    hardest,
    results,
    share,
    withdrawals,
)
from training.typesetting.blocks import (
    Block,
    Column,
    Heading,
    Look,
    Paragraph,
    Table,
    facts,
    plain,
)
from training.typesetting.dates import japanese_day, japanese_moment
from training.typesetting.fonts import Fonts

KIND = "教育実施報告書"

# By reason: what it is called, and what was done about it.
UNTRAINED = {
    "left": ("在籍が終わった", "期限の前に在籍が終わったため、これ以上の受講を求めていません。"),
    "not_started": ("まだ始めていない", "開始の日から、本人の画面に課程と期限を示しています。"),
    "reading": ("受講の途中", "読んだ節までを記録しており、続きから受講できます。"),
    "failed": ("理解度テストに合格していない", "設問ごとの解説を示し、新たに選んだ設問で受け直せるようにしています。"),
}
UNSIGNED = {
    "declined": ("署名できないと申し出た", "申出の理由を記録しています。人事が本人と話し合います。"),
    "annulled": (
        "署名が取り消された",
        "個人情報保護管理責任者が理由を記録して取り消し、あらためて署名を求めています。",
    ),
    "unsigned": ("まだ署名していない", "全課程に合格済みです。本人の画面で署名を求めています。"),
}


# Of whom nothing is asked any more, though they have not signed.
SETTLED = {
    "credited": ("以前の署名で受講済みとした人", "計画の規則により、以前の研修での署名を数えています。"),
    "exempt": ("免除した人", "理由、承認者、終わりの日を記録しています。"),
    "closed": (
        "終了とした人",
        "退職、名簿の訂正、対象からの除外などにより、これ以上求めていません。理由を記録しています。",
    ),
}
SETTLED_AS = {"credited": "受講済みとして扱った人", "exempt": "免除した人", "closed": "終了とした人"}


@dataclass(frozen=True, slots=True)
class Person:
    """A person who is not done: department, staff number, and whether the due day had ended."""

    department: str
    number: str
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that the report says, as of the end of ``day``. ``open`` lists by reason who is not done.

    ``ways`` counts who signed by whether a module was entered from a sheet, and whether the pledge was.
    """

    code: str
    title: str
    day: date
    first_day: date
    last_day: date
    due_on: date
    first_opened: datetime | None
    last_completed: datetime | None
    policy_title: str
    policy_number: int
    policy_enacted_on: date
    approved_at: datetime
    approved_by: str
    approval_entry: str
    assigned: int
    started: int
    trained: int
    signed: int
    paper: int
    ways: Mapping[tuple[bool, bool], int]
    certified: int
    annulled: int
    audience: tuple[tuple[str, int], ...]
    modules: tuple[ModuleResult, ...]
    hardest: tuple[QuestionResult, ...]
    earlier: tuple[tuple[str, int, str], ...] = ()
    withdrawn: tuple[Withdrawn, ...] = ()
    open: Mapping[str, tuple[Person, ...]]
    company: str
    dated: datetime
    specimen: bool = False

    @property
    def untrained(self) -> int:
        """How many have not completed every module and are still asked, or left before anybody closed them."""
        return sum(len(self.open.get(reason, ())) for reason in UNTRAINED)


def draw_report(report: Report, *, fonts: Fonts) -> bytes:
    """Return the report as a PDF: the same bytes for the same report, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack.
    """
    return drawn(
        [
            *_head(report),
            *_figures(report),
            *_how(report),
            *results(report.modules),
            *withdrawals(report.withdrawn, report.modules),
            *hardest(report.hardest),
            *_open(report),
            *_remarks(report),
        ],
        title=report.title,
        subject=f"{report.title}（{report.code}）",
        company=report.company,
        language="ja",
        dated=report.dated,
        kind=KIND,
        foot=(f"{KIND}　{report.code}　{report.company}", f"{japanese_day(report.day)}の終わりの時点（日本時間）"),
        specimen=report.specimen,
        fonts=fonts,
    )


def _head(report: Report) -> Iterator[Block]:
    yield Heading(plain(KIND), 1)
    yield facts(
        ("会社", report.company),
        ("研修", f"{report.title}（{report.code}）"),
        ("いつの時点か", f"{japanese_day(report.day)}の終わり（日本時間）"),
        ("対応する計画", f"教育計画書 {report.code}　{japanese_day(report.approved_at)} 承認　{report.approved_by}"),
        ("計画の台帳の記録番号", report.approval_entry),
    )


def _figures(report: Report) -> Iterator[Block]:
    yield Heading(plain("1. 結果のまとめ"), 2)
    rows = (
        ("対象者", report.assigned, "受講を求めたすべての人"),
        ("受講を始めた人", report.started, ""),
        ("受講を終えた人", report.trained, "全課程に合格、または紙や集合研修で終了"),
        ("誓約書に署名した人", report.signed, "取り消された署名を除く"),
        *(
            (name, len(report.open[reason]), "内訳は7.")
            for reason, name in SETTLED_AS.items()
            if report.open.get(reason)
        ),
        ("受講を終えていない人", report.untrained, "理由と対応は5."),
    )
    columns = (
        Column(plain("区分"), 3),
        Column(plain("人数"), 1.2, right=True),
        Column(plain("割合"), 1.2, right=True),
        Column((), 4, look=Look.LABEL),
    )
    yield Table(
        columns,
        tuple(
            (plain(name), plain(f"{number}人"), plain(share(number, report.assigned)), plain(note))
            for name, number, note in rows
        ),
    )
    kinds = "、".join(f"{name} {number}人" for name, number in report.audience)
    yield facts(
        ("対象者の内訳", kinds or "—"),
        ("修了証の発行", f"{report.certified}通"),
        ("署名の取消し", f"{report.annulled}件"),
        *(
            [("紙または集合研修での署名", f"{report.paper}人（本人の認証はなく、確からしさは低い）")]
            if report.paper
            else []
        ),
    )


def _how(report: Report) -> Iterator[Block]:
    yield Heading(plain("2. 実施した期間、方法、教材"), 2)
    began = japanese_moment(report.first_opened) if report.first_opened else "まだだれも始めていません。"
    ended = japanese_moment(report.last_completed) if report.last_completed else "まだだれも課程を終えていません。"
    yield facts(
        ("計画した期間", f"{japanese_day(report.first_day)}から{japanese_day(report.last_day)}まで"),
        ("受講と署名の期限", japanese_day(report.due_on)),
        ("最初の受講", began),
        ("この時点までの最後の合格", ended),
        ("方法", _methods(report)),
        ("方針の版", policy_words(report.policy_title, report.policy_number, report.policy_enacted_on)),
    )
    yield materials([(module.title, module.number, module.digest) for module in report.modules])
    if report.earlier:
        words = "途中で新しい版を採用しました。先に課程を開いた人は、次の版で学んでいます。"
        yield Paragraph(plain(words), keep=True)
        yield materials(report.earlier)


def _methods(report: Report) -> str:
    """Return how people were trained; where anything was on paper or in a session, how many have signed in each way."""
    online = (False, False)
    ways = {way: report.ways.get(way, 0) for way in sorted({online, *report.ways})}
    if set(ways) == {online}:
        return _way(report, *online)
    return "\n".join(f"{_way(report, *way)}（{people}人）" for way, people in ways.items())


def _way(report: Report, entered: bool, paper: bool) -> str:
    """Return one way to be trained and to sign; a pledge on leaving may have no module, and none is pinned before."""
    taught = ("eラーニング、課程ごとの理解度テスト", "紙の教材とテスト、または集合研修")[entered]
    signed = ("本人確認のうえでの誓約書への署名", "紙の誓約書への署名")[paper]
    return f"{taught}、{signed}" if report.modules or not report.assigned else signed


def _open(report: Report) -> Iterator[Block]:
    yield Heading(plain("5. 受講を終えていない人と、その理由、対応"), 2)
    yield Paragraph(plain("社員番号で示します。氏名は名簿の表にあります。"), look=Look.NOTE, keep=True)
    yield from _groups(report, UNTRAINED, nobody="対象者の全員が受講を終えました。")
    yield Heading(plain("6. 受講を終え、誓約書に署名していない人"), 2)
    yield from _groups(report, UNSIGNED, nobody="受講を終えた人の全員が署名しました。")
    yield Heading(plain("7. 受講を求めないこととした人"), 2)
    yield from _groups(report, SETTLED, nobody="該当する人はいません。", late=False)


def _groups(
    report: Report, reasons: Mapping[str, tuple[str, str]], *, nobody: str, late: bool = True
) -> Iterator[Block]:
    found = [(words, report.open[reason]) for reason, words in reasons.items() if report.open.get(reason)]
    if not found:
        yield Paragraph(plain(nobody if report.assigned else "対象者がいません。"))
    for (name, done), people in found:
        yield Heading(plain(f"{name}　{len(people)}人"), 3)
        over = sum(person.overdue for person in people)
        when = f"うち{over}人は期限を過ぎています。" if over else "期限を過ぎた人はいません。"
        yield Paragraph(plain(f"{done}{when if late else ''}"), keep=True)
        yield _by_department(people)


def _by_department(people: Sequence[Person]) -> Table:
    """Return the staff numbers of each department, those whose due day has ended marked."""
    columns = (Column(plain("部署"), 3), Column(plain("人数"), 0.8, right=True), Column(plain("社員番号"), 5))
    rows = []
    for department, members in groupby(people, key=lambda person: person.department):
        numbers = [person.number for person in members]
        rows.append((plain(department or "（消去済み）"), plain(f"{len(numbers)}人"), plain("、".join(numbers))))
    return Table(columns, tuple(rows))


def _remarks(report: Report) -> Iterator[Block]:
    yield Heading(plain("8. 所見と次回への改善"), 2)
    yield Paragraph(plain("人事・教育責任者が記入します。"), look=Look.NOTE, keep=True)
    yield Table((Column((), 1),), (((),),) * 5)
    yield Heading(plain("9. 報告と確認"), 2)
    columns = (Column((), 2.6, look=Look.LABEL), Column(plain("氏名"), 3), Column(plain("日付"), 2))
    roles = ("報告　人事・教育責任者", "確認　個人情報保護管理責任者", "確認　代表者")
    yield Table(columns, tuple((plain(role), (), ()) for role in roles), facts=True)
