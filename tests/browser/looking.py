"""Look at a page as its users will: at two widths, with axe, listening to the console."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image
from playwright.sync_api import ConsoleMessage, Page

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (360, 1280)
# Wagtail slides its menu when the width changes; what is still moving is neither what people see nor what axe should.
STILL = """async () => {
    const frame = () => new Promise(requestAnimationFrame);
    const ends = (moving) => moving.effect.getComputedTiming().endTime !== Infinity;
    await frame();
    await frame();
    await Promise.allSettled(document.getAnimations().filter(ends).map((moving) => moving.finished));
}"""
# `make screenshots` sets it; otherwise nothing is kept.
GALLERY = os.environ.get("SCREENSHOTS")


@dataclass
class Eyes:
    """One person's page, and everything that was wrong with what it showed."""

    page: Page
    admin: bool = False
    console: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.console.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console.append(message.text)

    def look(self, name: str, *expected: str) -> None:
        """Want the words visible, no axe violation, no console error and no sideways scroll at each width."""
        self.page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.evaluate(STILL)
            visible = self.page.locator("body").inner_text()
            for words in expected:
                assert words in visible, f"{name} at {width} px does not show {words!r} but:\n{visible[:2000]}"
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name} at {width} px scrolls sideways by {wide} px"
            faults = self.violations()
            assert faults == [], f"{name} at {width} px: {faults}"
            if GALLERY:
                file = Path(GALLERY) / f"{name}-{width}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                self.page.screenshot(path=file, full_page=True)
                with Image.open(file) as picture:
                    small = picture.convert("RGB").quantize(64)
                small.save(file, optimize=True)
        assert self.console == [], f"{name}: {self.console}"

    def violations(self) -> list[str]:
        """What axe finds, each with the first element concerned."""
        # Evaluated, not added as a script: the site's content security policy would refuse a script.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[str] = self.page.evaluate(
            "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 200)))"
        )
        return found
