"""Where things stand on a certificate, upright and across: base lines and margins, in points from the bottom left."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4

from training.certificates.look import LANDSCAPE, PORTRAIT

SEAL, QR = 62.0, 76.0


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A page. What stands still has its base line here; sentence, modules and details share what is between.

    ``two_lines`` is the size below which a name takes two, ``leading`` that of
    the sentence in ems, ``columns`` how many the modules stand in. ``strip``
    says that the signature stands beside the check, the fingerprints below
    both, and the last detail at the end of the first one's line; else each has
    a place of its own.
    """

    width: float
    height: float
    left: float
    serial: float
    title: float
    subtitle: float
    two_lines: float
    belongs: float
    holder: float
    body_top: float
    body_foot: float
    leading: float
    columns: int
    detail: float
    rosette: float
    rosette_middle: float
    issued: float
    check_top: float
    strip: bool

    @property
    def right(self) -> float:
        """The right margin, as wide as the left one."""
        return self.width - self.left

    @property
    def middle(self) -> float:
        """The axis of the page."""
        return self.width / 2

    @property
    def measure(self) -> float:
        """The length of a whole line."""
        return self.width - 2 * self.left


LAYOUTS = {
    PORTRAIT: Layout(
        width=A4[0],
        height=A4[1],
        left=88.0,
        serial=752.0,
        title=688.0,
        subtitle=663.0,
        two_lines=17.0,
        belongs=620.0,
        holder=577.0,
        body_top=540.0,
        body_foot=266.0,
        leading=1.875,
        columns=2,
        detail=16.0,
        rosette=168.0,
        rosette_middle=420.0,
        issued=232.0,
        check_top=170.0,
        strip=False,
    ),
    LANDSCAPE: Layout(
        width=A4[1],
        height=A4[0],
        left=92.0,
        serial=512.0,
        title=482.0,
        subtitle=462.0,
        two_lines=13.0,
        belongs=434.0,
        holder=400.0,
        body_top=376.0,
        body_foot=176.0,
        leading=1.75,
        columns=3,
        detail=15.0,
        rosette=150.0,
        rosette_middle=300.0,
        issued=144.0,
        check_top=166.0,
        strip=True,
    ),
}
