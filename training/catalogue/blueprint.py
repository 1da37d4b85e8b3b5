"""How a module's papers are made, and whether its pools can make them.

Pure. ``cover`` is what both the check at publishing and the draw itself use, so that what was promised can be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

MAIN = "main"
REVIEWS = ("full", "answers", "result")
LONGEST_POOL_NAME = 40
NO_ROTATION = 100


@dataclass(frozen=True, slots=True)
class PoolDraw:
    """How many questions a paper takes from the pool of this name."""

    name: str
    draw: int


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How a paper is drawn and sat: how many questions, and the per cent of points that passes (1 to 100).

    ``draw`` is the sum of the pools'; without ``pools`` there is the main one alone. ``each_clause``: at least one
    question on each of these. ``attempts`` and ``time_limit_minutes``: None is no limit. ``review``: what is shown
    after marking. ``rotation``: how much, in per cent, of last year's paper the same person may meet again.
    """

    draw: int
    pass_mark: int
    pools: tuple[PoolDraw, ...] = ()
    each_clause: tuple[str, ...] = ()
    attempts: int | None = None
    cool_down_minutes: int = 0
    time_limit_minutes: int | None = None
    shuffle: bool = True
    review: str = "full"
    rotation: int = NO_ROTATION

    @property
    def plain(self) -> bool:
        """Whether it says no more than ``draw`` and ``pass_mark``."""
        said = Blueprint(draw=self.draw, pass_mark=self.pass_mark, pools=self.pools)
        return self == said and self.drawn == (PoolDraw(MAIN, self.draw),)

    @property
    def drawn(self) -> tuple[PoolDraw, ...]:
        """The pools, of which there is always one at least."""
        return self.pools or (PoolDraw(MAIN, self.draw),)

    def frozen(self) -> dict[str, Any]:
        """What is kept of it in a module's content of ``schema`` 2."""
        return {
            "draw": self.draw,
            "pass_mark": self.pass_mark,
            "pools": [{"name": pool.name, "draw": pool.draw} for pool in self.drawn],
            "each_clause": list(self.each_clause),
            "attempts": self.attempts,
            "cool_down_minutes": self.cool_down_minutes,
            "time_limit_minutes": self.time_limit_minutes,
            "shuffle": self.shuffle,
            "review": self.review,
            "rotation": self.rotation,
        }


def thawed(content: Mapping[str, Any]) -> Blueprint:
    """The blueprint of a frozen module of any schema."""
    kept = dict(content["blueprint"])
    pools = tuple(PoolDraw(**pool) for pool in kept.pop("pools", ()))
    return Blueprint(**kept | {"pools": pools, "each_clause": tuple(kept.get("each_clause", ()))})


def cover(
    *,
    wanted: Sequence[str],
    candidates: Sequence[str],
    clauses: Callable[[str], Collection[str]],
    pool: Callable[[str], str],
    room: Mapping[str, int],
) -> list[str] | None:
    """Return questions that hold each wanted clause at least once, at most ``room`` of a pool; None: there are none.

    Earlier candidates are preferred. What was tried is remembered by what was left to do, so that the search ends
    soon even where it fails: which questions were used does not matter, they hold no clause that is still wanted.
    """
    failed: set[tuple[frozenset[str], tuple[int, ...]]] = set()
    pools = list(room)
    holding = {clause: [one for one in candidates if clause in clauses(one)] for clause in wanted}
    widest = max((sum(clause in clauses(one) for clause in holding) for one in candidates), default=0)

    def search(left: frozenset[str], places: tuple[int, ...]) -> list[str] | None:
        if not left:
            return []
        if (left, places) in failed or len(left) > widest * sum(places):
            return None
        hardest = min(left, key=lambda clause: (len(holding[clause]), clause))
        for one in holding[hardest]:
            place = pools.index(pool(one))
            if places[place]:
                fewer = (*places[:place], places[place] - 1, *places[place + 1 :])
                rest = search(left - set(clauses(one)), fewer)
                if rest is not None:
                    return [one, *rest]
        failed.add((left, places))
        return None

    return search(frozenset(wanted), tuple(room.values()))


@dataclass(frozen=True, slots=True)
class Place:
    """A question in its pool, with the clauses that it tests."""

    pool: str
    clauses: tuple[str, ...]


def most_met(*, rotation: int, last: int) -> int:
    """How many questions of last year's paper of ``last`` may be met again, rounded up."""
    return -(-rotation * last // 100)


def faults_of_blueprint(blueprint: Blueprint, questions: Sequence[Place]) -> list[str]:
    """Why no papers can be made like this, one sentence each, saying what is missing; empty when they can."""
    faults = [*_faults_of_figures(blueprint), *_faults_of_pools(blueprint, questions)]
    if faults:
        return faults
    faults = _faults_of_clauses(blueprint, questions)
    return faults or _faults_of_rotation(blueprint, questions)


def _faults_of_figures(blueprint: Blueprint) -> list[str]:
    faults = []
    if not 1 <= blueprint.pass_mark <= 100:
        faults.append(f"合格基準は1〜100%です（今は{blueprint.pass_mark}）。")
    if blueprint.attempts is not None and blueprint.attempts < 1:
        faults.append("受験回数の上限は1以上にするか、空（上限なし）にしてください。")
    if blueprint.cool_down_minutes < 0:
        faults.append("再受験までの時間は0分以上にしてください。")
    if blueprint.time_limit_minutes is not None and blueprint.time_limit_minutes < 1:
        faults.append("制限時間は1分以上にするか、空（制限なし）にしてください。")
    if blueprint.review not in REVIEWS:
        faults.append(f"採点後に見せる範囲「{blueprint.review}」はありません。")
    if not 0 <= blueprint.rotation <= 100:
        faults.append(f"前年と同じ設問の上限は0〜100%です（今は{blueprint.rotation}）。")
    return faults


def _faults_of_pools(blueprint: Blueprint, questions: Sequence[Place]) -> list[str]:
    if blueprint.draw < 1:
        return ["出題数を1以上にしてください。"]
    names = [pool.name for pool in blueprint.drawn]
    faults = [f"プール「{name}」が二度あります。" for name in sorted({n for n in names if names.count(n) > 1})]
    if any(not name.strip() or len(name) > LONGEST_POOL_NAME for name in names):
        faults.append(f"プールの名前は1〜{LONGEST_POOL_NAME}文字にしてください。")
    if any(pool.draw < 1 for pool in blueprint.drawn):
        faults.append("各プールからの出題数を1以上にしてください。")
    if sum(pool.draw for pool in blueprint.drawn) != blueprint.draw:
        faults.append(f"プールごとの出題数の合計が、全体の出題数{blueprint.draw}問と合いません。")
    elsewhere = sorted({place.pool for place in questions} - set(names))
    faults.extend(f"プール「{name}」の設問がありますが、出題の設定にそのプールがありません。" for name in elsewhere)
    for pool in blueprint.drawn:
        there = sum(place.pool == pool.name for place in questions)
        if pool.draw > there and not blueprint.pools:
            faults.append(f"出題数は{pool.draw}問ですが、公開済みの設問は{there}問です。")
        elif pool.draw > there:
            faults.append(
                f"プール「{pool.name}」から{pool.draw}問出題しますが、公開済みの設問は{there}問です"
                f"（あと{pool.draw - there}問必要です）。"
            )
    return faults


def _faults_of_clauses(blueprint: Blueprint, questions: Sequence[Place]) -> list[str]:
    tested = {clause for place in questions for clause in place.clauses}
    faults = [
        f"条項「{ref}」を必ず出題する設定ですが、その設問がありません。"
        for ref in blueprint.each_clause
        if ref not in tested
    ]
    if not faults and _covering(blueprint, questions, blueprint.each_clause) is None:
        faults.append(
            f"必ず出題する条項（{'、'.join(blueprint.each_clause)}）を{blueprint.draw}問に収められません。"
            "出題数を増やすか、二つの条項を問う設問を足してください。"
        )
    return faults


def _faults_of_rotation(blueprint: Blueprint, questions: Sequence[Place]) -> list[str]:
    """Two years running: whatever valid paper somebody sat last year, this year's may repeat no more than allowed."""
    if blueprint.rotation >= NO_ROTATION:
        return []  # the bounds below are from above: they may exceed a paper, which nothing can
    allowed = most_met(rotation=blueprint.rotation, last=blueprint.draw)
    short = {}
    for pool in blueprint.drawn:
        there = sum(place.pool == pool.name for place in questions)
        short[pool.name] = max(0, 2 * pool.draw - there)
    repeated = sum(short.values())
    if repeated > allowed:
        pools = "、".join(f"「{name}」は今より{missing}問" for name, missing in short.items() if missing)
        return [
            f"前年と同じ設問を{blueprint.rotation}%（{allowed}問）までにするには、設問が足りません。"
            f"最悪の場合に{repeated}問が重なります。プール{pools}多ければ重なりません。"
        ]
    if repeated + (most := min(len(blueprint.each_clause), blueprint.draw)) > allowed and _crowded(
        blueprint, questions
    ):
        return [
            f"必ず出題する条項が出題数に対して多いため、最悪の場合に{repeated + most}問が前年と重なり、"
            f"{blueprint.rotation}%（{allowed}問）までに収まるとは限りません。出題数を増やすか、必ず出題する条項を減らしてください。"
        ]
    if repeated + len(exhausted := _exhausted(blueprint, questions)) > allowed:
        return [
            f"前年と同じ設問を{blueprint.rotation}%（{allowed}問）までにするには、"
            f"条項{'、'.join(f'「{ref}」' for ref in exhausted)}の設問が足りません。各条項の設問を増やしてください。"
        ]
    return []


def _crowded(blueprint: Blueprint, questions: Sequence[Place]) -> bool:
    """Whether some paper can hold every clause only by questions that test several, which last year's may have used."""
    return any(
        len(
            {ref for place in questions if place.pool == pool.name for ref in place.clauses}
            & set(blueprint.each_clause)
        )
        > pool.draw
        for pool in blueprint.drawn
    )


def _exhausted(blueprint: Blueprint, questions: Sequence[Place]) -> list[str]:
    """Clauses of which one paper may hold every question, as many at once as a paper has room for.

    A bound from above: what a paper has to spare beyond the fewest questions that hold every clause goes into
    further questions of the clauses that have fewest.
    """
    wanted = blueprint.each_clause
    fewest = 0
    while _covering(blueprint, questions, wanted, most=fewest) is None:
        fewest += 1
    spare = float(blueprint.draw - fewest)
    holding = {ref: [place for place in questions if ref in place.clauses] for ref in wanted}
    shared = any(len(set(place.clauses) & set(wanted)) > 1 for place in questions)
    found = []
    for ref in sorted(wanted, key=lambda ref: len(holding[ref])):
        spare -= (len(holding[ref]) - 1) / 2 if shared else len(holding[ref]) - 1
        if spare < 0:
            break
        found.append(ref)
    return found


def _covering(
    blueprint: Blueprint, questions: Sequence[Place], wanted: Sequence[str], most: int | None = None
) -> list[str] | None:
    """A cover as a paper has room for it; or one of ``most`` questions, the pools' own limits left aside."""
    places = {str(number): place for number, place in enumerate(questions)}
    room = {pool.name: pool.draw for pool in blueprint.drawn} if most is None else {MAIN: most}
    return cover(
        wanted=wanted,
        candidates=list(places),
        clauses=lambda key: places[key].clauses,
        pool=lambda key: places[key].pool if most is None else MAIN,
        room=room,
    )
