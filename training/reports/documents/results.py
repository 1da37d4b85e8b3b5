"""What the report says of the understanding checks: each module, the hardest questions, and what was withdrawn."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from training.typesetting.blocks import Block, Column, Heading, Item, Items, Look, Paragraph, Table, Words, plain
from training.typesetting.dates import japanese_day

MEASURES = ("受験者", "答案", "合格者", "合格率", "初回\n合格率", "平均点", "初回\n平均点", "合格\n基準")


@dataclass(frozen=True, kw_only=True)
class ModuleResult:
    """How a module's understanding check went; scores are average per cents, None where there was no paper."""

    title: str
    number: int
    digest: str
    pass_mark: int
    people: int
    papers: int
    passed: int
    first: int
    score: float | None
    first_score: float | None
    again: Remarked | None = None


@dataclass(frozen=True, kw_only=True)
class Remarked:
    """Papers that were marked again without a withdrawn question, before and after; scores are average per cents."""

    papers: int
    passed_before: int
    passed: int
    score_before: float
    score: float


@dataclass(frozen=True, kw_only=True)
class Withdrawn:
    """A withdrawn question: since when and why (None: erased), on how many papers, and how many are passed since."""

    stem: Words
    at: datetime
    reason: str | None
    papers: int
    passed: int


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """A question on papers: ``mistake`` is the mistake made most, ``mistaken`` how often."""

    stem: Words
    asked: int
    right: int
    mistake: str
    mistaken: int


def share(part: int, whole: int) -> str:
    """Return a share in per cent to one place, rounded down, so that 100 % means all."""
    if not whole:
        return "—"
    tenths = part * 1000 // whole
    return f"{tenths // 10}.{tenths % 10}%"


def judged(module: ModuleResult) -> str:
    """Return in a sentence what a module's results mean."""
    if not module.people:
        return "まだ受験した人がいないため、評価していません。"
    failing = module.people - module.passed
    if failing > 0:
        found = f"受験した{module.people}人のうち{failing}人が合格基準に達していません。"
        return f"{found}受け直しの結果を確かめる必要があります。"
    if again := module.people - module.first:
        return f"受験した{module.people}人の全員が合格しました。うち{again}人は、解説を読んで受け直した結果です。"
    return f"受験した{module.people}人の全員が1回目で合格しました。"


def results(modules: Sequence[ModuleResult]) -> Iterator[Block]:
    yield Heading(plain("3. 理解度テストの結果と効果の評価"), 2)
    columns = (
        Column(plain("課程"), 3.6),
        *(Column(plain(name), 1.1, right=True) for name in MEASURES),
    )
    rows = (
        (
            plain(m.title),
            plain(str(m.people)),
            plain(str(m.papers)),
            plain(str(m.passed)),
            plain(share(m.passed, m.people)),
            plain(share(m.first, m.people)),
            plain(_points(m.score)),
            plain(_points(m.first_score)),
            plain(f"{m.pass_mark}%"),
        )
        for m in modules
    )
    yield Table(columns, tuple(rows))
    yield Paragraph(
        plain(
            "単位は人、枚、点です。合格率は受験した人のうち合格した人の割合、初回は1回目の答案によるものです。"
            "平均点は100点満点に換算し、受け直しを含むすべての答案から求めます。"
        ),
        look=Look.NOTE,
    )
    yield Heading(plain("課程ごとの評価"), 3)
    yield Items(tuple(Item(plain("・"), (Paragraph(plain(f"{m.title}：{judged(m)}")),)) for m in modules), hang=1.1)


def withdrawals(withdrawn: Sequence[Withdrawn], modules: Sequence[ModuleResult]) -> Iterator[Block]:
    """Yield what was withdrawn, and each module's results before and after it; nothing where nothing was."""
    if not withdrawn:
        return
    yield Heading(plain("取り下げた設問と、採点し直す前後の結果"), 3)
    yield Paragraph(
        plain(
            "誤りのあった設問を取り下げ、その設問を除いて採点し直しました。前の採点は消さず、新しい採点を加えています。"
            "いったん合格とした人の合格は、取り消していません。この報告書のほかの数値は、採点し直した後のものです。"
        ),
        look=Look.NOTE,
        keep=True,
    )
    columns = (
        Column(plain("取り下げた設問"), 3.6),
        Column(plain("取下げの日"), 2.2),
        Column(plain("答案"), 0.8, right=True),
        Column(plain("新たに\n合格"), 0.9, right=True),
        Column(plain("理由"), 3),
    )
    yield Table(
        columns,
        tuple(
            (
                row.stem,
                plain(japanese_day(row.at)),
                plain(f"{row.papers}枚"),
                plain(f"{row.passed}枚"),
                plain("（消去済み）" if row.reason is None else row.reason),
            )
            for row in withdrawn
        ),
    )
    changed = [(m.title, m.again) for m in modules if m.again is not None]
    if not changed:
        yield Paragraph(plain("この時点で、採点し直した答案はありません。"))
        return
    measures = (
        Column(plain("課程"), 3.6),
        Column(plain("採点し直した答案"), 1.6, right=True),
        Column(plain("合格の答案\n前"), 1.2, right=True),
        Column(plain("合格の答案\n後"), 1.2, right=True),
        Column(plain("平均点\n前"), 1.1, right=True),
        Column(plain("平均点\n後"), 1.1, right=True),
    )
    yield Table(
        measures,
        tuple(
            (
                plain(title),
                plain(f"{again.papers}枚"),
                plain(f"{again.passed_before}枚"),
                plain(f"{again.passed}枚"),
                plain(_points(again.score_before)),
                plain(_points(again.score)),
            )
            for title, again in changed
        ),
    )


def _points(score: float | None) -> str:
    return "—" if score is None else f"{score:.1f}"


def hardest(questions: Sequence[QuestionResult]) -> Iterator[Block]:
    yield Heading(plain("4. 誤りの多かった設問"), 2)
    wrong = [row for row in questions if row.right < row.asked]
    if not wrong:
        yield Paragraph(plain("誤答はありません。" if questions else "まだ答案がありません。"))
        return
    yield Paragraph(plain(f"正答率の低いものから{len(wrong)}問です。"), keep=True)
    columns = (
        Column(plain("設問"), 5),
        Column(plain("正答率"), 1.1, right=True),
        Column(plain("出題"), 0.8, right=True),
        Column(plain("最も多かった誤答"), 4),
    )
    yield Table(
        columns,
        tuple(
            (
                row.stem,
                plain(share(row.right, row.asked)),
                plain(f"{row.asked}回"),
                plain(f"{row.mistake}（{row.mistaken}回）" if row.mistake else "—"),
            )
            for row in wrong
        ),
    )
