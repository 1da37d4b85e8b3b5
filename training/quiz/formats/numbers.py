"""Weights and numbers out of files, exactly.

Pure. Systems round a third to 33.33333; whoever adds three of those up wants 1.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from training.quiz.formats.model import Refusal

_DECIMAL = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,15})?|\.\d{1,15})", re.ASCII)
_EXPONENT = re.compile(r"([+-]?\d{1,3}(?:\.\d{1,15})?)[eE]([+-]?\d{1,2})", re.ASCII)
_ROUNDED = (3, 6, 7, 9, 11, 12)  # the denominators of the shares that people cut, and decimals cannot say
_CLOSE = Fraction(1, 2000)


def plain_digits(text: str) -> str:
    """A number's text with half-width digits, signs and points."""
    return unicodedata.normalize("NFKC", text).replace("−", "-").strip()


def decimal(text: str) -> Decimal | None:
    """The number that a text says; None for what is none, thousands separators included."""
    plain = plain_digits(text)
    if _DECIMAL.fullmatch(plain):
        return Decimal(plain)
    match = _EXPONENT.fullmatch(plain)
    return Decimal(plain) if match and abs(int(match[2])) <= 15 else None


def shortest(value: Decimal) -> str:
    """A number's shortest text without an exponent: ``3``, ``2.5``, ``0.05``."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def snapped(value: Fraction) -> Fraction:
    """The share that a rounded decimal stands for: 0.3333333 is a third; 0.33 is what it says."""
    if (value * 1000).denominator == 1 and (value * 100).denominator == 1:
        return value
    near = [value.limit_denominator(bottom) for bottom in _ROUNDED]
    shares = [Fraction(round(value * bottom), bottom) for bottom in _ROUNDED]
    best = min((*near, *shares), key=lambda share: abs(share - value))
    return best if abs(best - value) < _CLOSE and best.denominator in _ROUNDED else value


def weight(text: str, *, per: int = 1) -> Fraction:
    """A weight out of a file, ``per`` 100 or 1. Raises ``Refusal`` for what is none or not from -1 to 1."""
    number = decimal(text)
    if number is None:
        raise Refusal("weight", f"配点「{text[:40]}」が数ではありません。")
    value = snapped(Fraction(number) / per)
    if abs(value) > 1:
        raise Refusal("weight", f"配点「{text[:40]}」が-100%〜100%の外です。")
    return value


def per_cent(value: Fraction) -> str:
    """A weight in per cent as text that ``weight`` reads as the same. Raises ``Refusal`` if decimals cannot say it."""
    number = value * 100
    text = shortest((Decimal(number.numerator) / number.denominator).quantize(Decimal("0.00001")))
    if weight(text, per=100) != value:
        raise Refusal("weight", f"配点{value}は小数で書けません。")
    return text
