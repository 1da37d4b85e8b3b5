"""教育計画書: what is taught to whom, when and how, who is responsible, and who approved it. A Japanese document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from training.policy.clauses import label
from training.reports.documents.paper import drawn, grouped, halved
from training.reports.documents.wording import JAPANESE
from training.typesetting.blocks import (
    Block,
    Column,
    Frame,
    Ground,
    Heading,
    Look,
    Paragraph,
    Table,
    Words,
    facts,
    plain,
)
from training.typesetting.dates import japanese_day, japanese_moment
from training.typesetting.fonts import Fonts

KIND = "教育計画書"
CLAUSE = "3.3"  # 従業員に対する定期的な教育・研修の実施


@dataclass(frozen=True, kw_only=True)
class PlannedModule:
    """A module as planned. ``sections`` names each with the awareness topics that it teaches."""

    title: str
    number: int
    digest: str
    minutes: int
    covers: tuple[str, ...]
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    pool: int
    draw: int
    pass_mark: int


DRAFTED, CHANGED, APPROVED = "作成", "変更", "承認"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """Something done to the plan, by whom and when, and the entry that says so; ``sequence`` is None until sealed.

    An approval has the ``fingerprint`` of the plan that was approved.
    """

    what: str
    by: str
    at: datetime
    entry: str
    leaf: str
    sequence: int | None
    fingerprint: str = ""


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """The checkpoint that the plan is shown at."""

    size: int
    root: str
    at: datetime
    note: str


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Everything that the plan says. ``audience`` counts by type of employment, and is empty until the opening.

    ``foreseen`` counts whom the roster of a day before it names. ``digest`` is that of the plan as it is approved.
    ``who``, ``when`` and ``credit`` are its rules in words (``rule_words``).
    """

    code: str
    title: str
    kind: str
    year: int
    first_day: date
    last_day: date
    due_on: date
    valid_until: date
    policy_title: str
    policy_number: int
    policy_enacted_on: date
    policy_digest: str
    clause: str
    who: tuple[str, ...]
    when: tuple[str, ...]
    credit: str
    audience: tuple[tuple[str, int], ...]
    modules: tuple[PlannedModule, ...]
    statement_title: str
    statement_number: int
    statement_digest: str
    responsible: tuple[tuple[str, str, str], ...]
    recorded: tuple[Recorded, ...]
    anchor: Anchor | None
    digest: str
    company: str
    dated: datetime
    foreseen: tuple[date, tuple[tuple[str, int], ...]] | None = None
    specimen: bool = False


def draw_plan(plan: Plan, *, fonts: Fonts) -> bytes:
    """Return the plan as a PDF: the same bytes for the same plan, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack.
    """
    return drawn(
        [
            *_head(plan),
            *_purpose(plan),
            *_content(plan),
            *_audience(plan),
            *_when(plan),
            *_material(plan),
            *_check(plan),
            *_responsible(plan),
            *_record(plan),
        ],
        title=plan.title,
        subject=f"{plan.title}（{plan.code}）",
        company=plan.company,
        language="ja",
        dated=plan.dated,
        kind=KIND,
        foot=(f"{KIND}　{plan.code}　{plan.company}",),
        specimen=plan.specimen,
        fonts=fonts,
    )


def materials(modules: Sequence[tuple[str, int, str]]) -> Table:
    """Return titles of modules with version numbers and digests."""
    columns = (
        Column(plain("課程"), 4.2),
        Column(plain("版"), 1.1),
        Column(plain("指紋（SHA-256）"), 4.9, look=Look.CODE),
    )
    rows = ((plain(title), plain(f"第{number}版"), plain(halved(digest))) for title, number, digest in modules)
    return Table(columns, tuple(rows))


def policy_words(title: str, number: int, enacted_on: date) -> str:
    """Return the policy's revision in words."""
    return f"{title} 第{number}版（{japanese_day(enacted_on)}制定）"


def _head(plan: Plan) -> Iterator[Block]:
    approval = _approval(plan)
    if approval is not None:
        state = f"{japanese_day(approval.at)} 承認　{approval.by}"
    else:
        state = "承認前（承認の後に変更）" if _was_approved(plan) else "承認前"
    drafted = [event for event in plan.recorded if event.what == DRAFTED]
    changed = [event for event in plan.recorded if event.what == CHANGED]
    yield Heading(plain(KIND), 1)
    yield facts(
        ("会社", plan.company),
        ("年度", f"{plan.year}年度"),
        ("研修", f"{plan.title}（{plan.kind}）"),
        ("計画の番号", plan.code),
        ("作成者", drafted[0].by if drafted else "記録なし"),
        ("作成日", japanese_day(drafted[0].at) if drafted else "記録なし"),
        *[("最終変更", f"{japanese_day(event.at)}　{event.by}") for event in changed],
        ("承認", state),
    )


def _approval(plan: Plan) -> Recorded | None:
    """Return the approval of the plan as it is; a change after an approval leaves none."""
    told = [event for event in plan.recorded if event.what in {CHANGED, APPROVED}]
    return told[-1] if told and told[-1].what == APPROVED else None


def _was_approved(plan: Plan) -> bool:
    return any(event.what == APPROVED for event in plan.recorded)


def _purpose(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("1. 目的"), 2)
    policy = policy_words(plan.policy_title, plan.policy_number, plan.policy_enacted_on)
    if plan.clause:
        yield Paragraph(plain("当社は、方針に次のとおり定めています。この研修は、その実施です。"), keep=True)
        source = plain(f"{policy} {label(CLAUSE)}")
        yield Frame((Paragraph(plain(plan.clause)), Paragraph(source, look=Look.NOTE)), Ground.QUOTE)
    else:
        yield Paragraph(plain(f"この研修は、{policy}を従業者に周知するために行います。"))
    yield Paragraph(
        plain(
            "あわせて、すべての従業者が、JIS Q 15001:2023の7.3（認識）の四つの事項を理解し、"
            "自分の仕事で守れるようにすることを目的とします。"
        )
    )


def _content(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("2. 内容"), 2)
    yield Paragraph(
        plain(
            "次の課程で、四つの認識事項を教えます。数字は、その事項を扱う節の番号です。節の題と文面は、各課程の教材にあります。"
        ),
        keep=True,
    )
    columns = (
        Column(plain("課程"), 4.2),
        Column(plain("対象の条項"), 1.5),
        Column(plain("目安"), 0.8, right=True),
        *(Column(plain(topic), wide) for topic, wide in zip(JAPANESE.topics, (1.5, 0.7, 2.4, 0.9), strict=True)),
    )
    yield Table(columns, tuple(_taught(module) for module in plan.modules))
    yield Paragraph(plain("　".join(JAPANESE.topics.values())), look=Look.NOTE)


def _taught(module: PlannedModule) -> tuple[Words, ...]:
    """Return a module's row: what it covers, how long it takes, and which sections teach each awareness topic."""
    places = (
        "・".join(str(number) for number, (_, topics) in enumerate(module.sections, 1) if topic in topics)
        for topic in JAPANESE.topics
    )
    covers = "、".join(label(ref) for ref in module.covers)
    return (plain(module.title), plain(covers), plain(f"{module.minutes}分"), *(plain(p or "—") for p in places))


def _audience(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("3. 対象者"), 2)
    for sentence in plan.who:
        yield Paragraph(plain(sentence))
    yield facts(("受講済みとして扱う人", plan.credit))
    if plan.audience:
        yield _numbers(plan.audience)
    else:
        if plan.foreseen is not None:
            day, numbers = plan.foreseen
            if numbers:
                yield Paragraph(plain(f"{japanese_day(day)}の名簿では、次の人数です。"), keep=True)
                yield _numbers(numbers)
            else:
                yield Paragraph(plain(f"{japanese_day(day)}の名簿では、対象となる人はいません。"))
        yield Paragraph(plain("人数は、開始の時に名簿から定まります。"), look=Look.NOTE)
    yield Paragraph(
        plain(
            "長い休みなどで求めない人は、理由、承認者、終わりの日を記録して免除します。名簿の規則によらず加える人と外す人も、"
            "理由を記録します。記録は消しません。"
        ),
        look=Look.NOTE,
    )


def _numbers(numbers: Sequence[tuple[str, int]]) -> Table:
    """Return numbers by type of employment with their sum."""
    total = sum(number for _, number in numbers)
    return Table(
        (Column(plain("区分"), 3), Column(plain("人数"), 1, right=True), Column((), 4)),
        (
            *((plain(name), plain(f"{number}人")) for name, number in numbers),
            (plain("計", strong=True), plain(f"{total}人", strong=True)),
        ),
    )


def _when(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("4. 時期と期限"), 2)
    yield facts(
        ("実施期間", f"{japanese_day(plan.first_day)}から{japanese_day(plan.last_day)}まで"),
        ("受講と署名の期限", "\n".join(plan.when)),
        ("修了証の有効期限", japanese_day(plan.valid_until)),
    )


def _material(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("5. 教材"), 2)
    yield Paragraph(
        plain(
            "公開の時に文面を確定した教材を使います。版と指紋が同じであれば、一字も違いません。"
            f"いずれも{policy_words(plan.policy_title, plan.policy_number, plan.policy_enacted_on)}に基づきます。"
        ),
        keep=True,
    )
    yield materials([(module.title, module.number, module.digest) for module in plan.modules])
    yield facts(
        ("方針の指紋", grouped(plan.policy_digest)),
        ("誓約書", f"{plan.statement_title}　文面 第{plan.statement_number}版"),
        ("誓約書の指紋", grouped(plan.statement_digest)),
    )


def _check(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("6. 方法と理解度の確認"), 2)
    yield Paragraph(
        plain(
            "eラーニングで行います。節を順に読み、すべての節を開いたあとに、課程ごとの理解度テストを受けます。"
            "設問は、正解と解説を伏せたまま、受験のたびに無作為に選び、サーバーで採点します。"
            "全課程に合格した人は、あらためて本人確認のうえ誓約書に署名します。"
        )
    )
    # Of every campaign and of everybody in it a sheet may be entered (attestation.paper).
    yield Paragraph(
        plain(
            "パソコンなどを使わない人は、紙の教材とテスト、または集合研修で受け、誓約書は紙に署名します。"
            "人事が、実施日と署名された用紙のスキャンを添えて登録します。画面での本人確認がなく確からしさが低いため、"
            "一覧、修了証、教育実施報告書にそのことを示します。"
        )
    )
    columns = (
        Column(plain("課程"), 5),
        Column(plain("設問の数"), 1.2, right=True),
        Column(plain("出題数"), 1.2, right=True),
        Column(plain("合格基準"), 1.4, right=True),
    )
    rows = (
        (plain(m.title), plain(f"{m.pool}問"), plain(f"{m.draw}問"), plain(f"{m.pass_mark}%以上")) for m in plan.modules
    )
    yield Table(columns, tuple(rows))
    yield Heading(plain("7. 合格基準に達しない人、受講していない人への対応"), 2)
    yield Paragraph(
        plain(
            "合格基準に達しなかった人には、採点の直後に設問ごとの解説を示します。教材を読み直し、新たに選んだ設問で"
            "合格するまで受け直します。答案はすべて残します。"
        )
    )
    yield Paragraph(
        plain(
            "期限までに終わらない人は、人事・教育責任者が一覧で確かめて個別に対応し、その人数と理由を教育実施報告書に"
            "記します。署名できないと申し出た人とは、人事が話し合います。"
        )
    )
    yield Heading(plain("8. 効果の評価"), 2)
    yield Paragraph(
        plain(
            "課程ごとの平均点、合格率、1回目での合格率と、設問ごとの正答率を集計します。誤りの多い設問と課程を確かめ、"
            "次回の教材と設問に反映します。結果は教育実施報告書に記します。"
        )
    )


def _responsible(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("9. 責任者"), 2)
    columns = (Column(plain("役割"), 2.4), Column(plain("担当"), 2.4), Column(plain("務め"), 4))
    yield Table(columns, tuple(tuple(plain(cell) for cell in row) for row in plan.responsible))


def _record(plan: Plan) -> Iterator[Block]:
    yield Heading(plain("10. 承認と台帳の記録"), 2)
    if _approval(plan) is None:
        why = "承認の後に変更したため、" if _was_approved(plan) else ""
        yield Paragraph(plain(f"{why}この計画は、まだ承認されていません。"))
    if plan.digest not in {event.fingerprint for event in plan.recorded}:
        yield facts(("この計画の指紋", grouped(plan.digest)))
    yield Paragraph(
        plain(
            "指紋（SHA-256）は、期間、対象者と期限の規則、課程の版、方針と誓約書の版から求めたもので、承認の画面にも示します。"
            "どれか一つでも改めると変わります。人数と作成者は含みません。承認の後に期間を延ばし、課程の新しい版を採り入れたときは、"
            "その記録が台帳にあります。"
        ),
        look=Look.NOTE,
    )
    for event in plan.recorded:
        yield facts(
            (event.what, f"{japanese_moment(event.at)}　{event.by}"),
            *([("承認した計画の指紋", grouped(event.fingerprint))] if event.fingerprint else []),
            ("台帳の記録番号", event.entry),
            ("台帳での番号", f"{event.sequence}番" if event.sequence is not None else "封印待ち"),
            ("記録のリーフハッシュ", grouped(event.leaf)),
        )
    if plan.anchor is None:
        yield Paragraph(plain("台帳は、まだ一度も封印されていません。"), look=Look.NOTE)
        return
    yield Paragraph(
        plain(
            "台帳のチェックポイントは次のとおりです。上の記録がこのツリーに含まれることは、証拠一式（エビデンスパック）のverify.pyで確かめられます。"
        ),
        keep=True,
    )
    yield facts(
        ("ツリーのサイズ", f"{plan.anchor.size}件"),
        ("ルートハッシュ", grouped(plan.anchor.root)),
        ("封印の日時", japanese_moment(plan.anchor.at)),
    )
    yield Frame((Paragraph(plain(plan.anchor.note.rstrip("\n")), look=Look.CODE, keep=True),), Ground.PLAIN)
