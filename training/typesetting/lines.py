"""Where a line of Japanese may end.

The classes are those of JIS X 4051 and of the W3C's Requirements for Japanese
Text Layout (jlreq, appendix A). ReportLab's own CJK wrapping knows fewer of
them, lets a line run over its measure by a character, gives up where two
barred characters follow each other, and cuts words and numbers in Latin script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

from training.typesetting.dates import ERAS

# cl-02 closing brackets, cl-03 hyphens, cl-04 dividing punctuation, cl-05 middle dots, cl-06 full stops, cl-07 commas,
# cl-09 iteration marks, cl-10 prolonged sound mark, cl-11 small kana, cl-13 what follows a number.
NOT_FIRST = frozenset(
    "’”）〕］｝〉》」』】｠〙〗»)]}"
    "‐〜–～゠-"
    "？！‼⁇⁈⁉?!"
    "・：；:;"
    "。．."
    "、，,"
    "ヽヾゝゞ々〻"
    "ー"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    "％‰℃°′″￠%"
)
# cl-01 opening brackets, cl-12 what goes before a number.
NOT_LAST = frozenset("‘“（〔［｛〈《「『【｟〘〖«([{￥＄￡＃№¥$£#〒§")
# cl-08: two of these are one mark.
INSEPARABLE = frozenset("—―…‥")
# The ink of these fills the left half of its square: at the end of a line the right half is left out.
HALF_WHEN_LAST = frozenset("、。，．’”）〕］｝〉》」』】｠〙〗")

# No standard asks for these: 第1条, 2026年4月 and 令和8年 are torn apart nowhere in a well-set Japanese page.
_COUNTERS = frozenset("年月日時分秒条項号版回名人件部章")
_ERAS = frozenset(era for _, era in ERAS)
_JOINERS = frozenset("'’._-/@+&=%~:?#,")


def broken(text: str, *, width: float, measure: Callable[[str], float]) -> list[str]:
    """Return the text in lines that fit the width, broken only where a line may begin and end.

    Every character is in the result, in order, except spaces at a break. What
    may not begin a line takes its neighbour down with it (追い出し). A piece
    longer than a whole line, such as a URL, is cut where the line is full.
    The text holds no line breaks of its own; no text is one empty line.
    """
    if measure(text) <= width:
        return [text.rstrip(" ")]
    return [text[first:last] for first, last in spans(text, width=width, lengths=[measure(c) for c in text])]


def spans(text: str, *, width: float, lengths: Sequence[float]) -> list[tuple[int, int]]:
    """Return where each line of the text begins and ends, as ``broken`` would part it.

    ``lengths`` are those of its characters, which may be in different faces.
    """
    whole = [0.0, *accumulate(lengths)]

    def fits(first: int, last: int) -> bool:
        if whole[last] - whole[first] <= width + _SLACK:
            return True
        last = _without_spaces(text, first, last)
        half = lengths[last - 1] / 2 if last > first and text[last - 1] in HALF_WHEN_LAST else 0
        return whole[last] - whole[first] - half <= width + _SLACK

    lines: list[tuple[int, int]] = []
    begin = end = 0
    for piece in _pieces(text):
        first, end = end, end + len(piece)
        if fits(begin, end):
            continue
        if first > begin:
            lines.append((begin, _without_spaces(text, begin, first)))
            begin = end - len(piece.lstrip(" "))
        for place in range(begin + 1, end):
            if place > begin and not fits(begin, place + 1):
                lines.append((begin, place))
                begin = place
    return [*lines, (begin, _without_spaces(text, begin, end))] if end > begin or not lines else lines


def visible_width(line: str, measure: Callable[[str], float]) -> float:
    """Return the length of a line up to the ink of its last character."""
    whole = measure(line)
    return whole - measure(line[-1]) / 2 if line and line[-1] in HALF_WHEN_LAST else whole


_SLACK = 0.01  # sums of floats


def _without_spaces(text: str, first: int, last: int) -> int:
    """Return where this part of the text ends when the spaces at its end are left out."""
    return first + len(text[first:last].rstrip(" "))


def _pieces(text: str) -> Iterator[str]:
    """Yield the text in the smallest pieces that a line break may stand between."""
    piece = ""
    for place, character in enumerate(text):
        if piece and _may_part(piece[-1], character) and not _in_era(text, place):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def _may_part(before: str, after: str) -> bool:
    if after == " " or after in NOT_FIRST or before in NOT_LAST:
        return False
    if before == after and before in INSEPARABLE:
        return False
    if (before == "第" and after.isdigit()) or (before.isdigit() and after in _COUNTERS):
        return False
    return not (_in_word(before) and _in_word(after))


def _in_era(text: str, place: int) -> bool:
    """Whether an era with its year is being written at this place: 令和8年 stays together up to its 年."""
    for name, after in ((text[place - 2 : place], place), (text[place - 1 : place + 1], place + 1)):
        if name in _ERAS and (text[after : after + 1].isdigit() or text[after : after + 1] == "元"):
            return True
    return False


def _in_word(character: str) -> bool:
    """Whether the character is part of a word or number in a script that is not broken inside words."""
    return character in _JOINERS or (character.isalnum() and ord(character) < 0x2E80)
