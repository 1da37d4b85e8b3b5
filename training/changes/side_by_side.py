"""Two texts of a clause beside each other, as a lesson shows them: what went is struck out, what came is underlined.

Pure. Neither line nor colour says anything that words do not: the marks hold
「削除」 and 「追加」, which a page shows to those who cannot see lines, and paper
prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html import escape

from training.policy.diff import Change, Difference, Piece

# An island of so few signs between two changes is read with them: else a sentence becomes a riddle.
SHORTEST_ISLAND = 2
GONE, CAME = "削除", "追加"
NOT_YET, NO_MORE = "（この条項はありませんでした。）", "（この条項はなくなりました。）"


@dataclass(frozen=True, slots=True)
class Sides:
    """The two sides, as HTML or plain; a side without a text says that there is none."""

    before: str
    after: str


def sides_of(difference: Difference) -> Sides:
    """Both texts with what differs marked."""
    before, after = without_islands(difference.before, difference.after)
    return Sides(_side(before, "del", GONE, NOT_YET), _side(after, "ins", CAME, NO_MORE))


def in_plain(difference: Difference) -> Sides:
    """Both texts for where there are neither lines nor colours: what differs stands in marks that say so."""
    before, after = without_islands(difference.before, difference.after)
    return Sides(_plain(before, GONE) or NOT_YET, _plain(after, CAME) or NO_MORE)


def _plain(pieces: Sequence[Piece], word: str) -> str:
    return "".join(f"〔{word}：{piece.text}〕" if piece.differs else piece.text for piece in pieces)


def lesson_html(difference: Difference, *, before: str, after: str) -> str:
    """The section of a lesson that shows the change; ``before`` and ``after`` name the two texts."""
    sides = sides_of(difference)
    legend = "" if difference.change is Change.RENUMBERED else f'<p class="pt-change-legend">{_LEGEND}</p>'
    return (
        f'<p class="pt-change-what">{escape(_WHAT[difference.change])}</p>{legend}'
        '<div class="pt-change">'
        f'<section class="pt-change-before"><h3>改定前：{escape(before)}</h3>{sides.before}</section>'
        f'<section class="pt-change-after"><h3>改定後：{escape(after)}</h3>{sides.after}</section>'
        "</div>"
    )


def without_islands(before: Sequence[Piece], after: Sequence[Piece]) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both sides with what stands unchanged between two changes, and is very short, counted with them."""
    common = [piece.text for piece in before if not piece.differs]
    if common != [piece.text for piece in after if not piece.differs]:
        return tuple(before), tuple(after)
    islands = {number for number in range(1, len(common) - 1) if len(common[number].strip()) <= SHORTEST_ISLAND}
    return tuple(_joined(_sunk(before, islands))), tuple(_joined(_sunk(after, islands)))


def _sunk(pieces: Iterable[Piece], islands: set[int]) -> Iterable[Piece]:
    number = -1
    for piece in pieces:
        number += not piece.differs
        yield replace(piece, differs=True) if not piece.differs and number in islands else piece


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].differs == piece.differs:
            found[-1] = replace(piece, text=found[-1].text + piece.text)
        else:
            found.append(piece)
    return found


def _side(pieces: Sequence[Piece], tag: str, word: str, missing: str) -> str:
    if not pieces:
        return f'<p class="pt-change-none">{escape(missing)}</p>'
    if all(piece.differs for piece in pieces):  # the whole of it: marked once
        text = "".join(piece.text for piece in pieces)
        return f"<p>{_marked(text, tag, word)}</p>"
    return "<p>" + "".join(_marked(p.text, tag, word) if p.differs else _lines(p.text) for p in pieces) + "</p>"


def _marked(text: str, tag: str, word: str) -> str:
    begin, end = f"〔{word}：", "〕"
    inner = f"{_aside(begin)}{_lines(text)}{_aside(end)}"
    return f"<{tag}>{inner}</{tag}>"


def _aside(words: str) -> str:
    return f'<span class="pt-change-word">{escape(words)}</span>'


def _lines(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


_LEGEND = "<del>取り消し線</del>は改定で削られた言葉、<ins>下線</ins>は加わった言葉です。"
_WHAT = {
    Change.CHANGED: "この条項の文言が変わりました。改定前と改定後を読み比べてください。",
    Change.ADDED: "この条項が新しく加わりました。",
    Change.REMOVED: "この条項がなくなりました。",
    Change.RENUMBERED: "この条項の番号が変わりました。文言は同じです。",
    Change.SAME: "この条項は変わっていません。",
}
