"""The page of a certificate as Typst and WeasyPrint draw it: same texts, same fonts, same engravings and code as SVG."""

from __future__ import annotations

import html
import re
import zlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

from training.certificates.drawing import CertificateFace
from training.certificates.layout import LAYOUTS, QR, SEAL
from training.certificates.look import PORTRAIT
from training.certificates.ornament import border, ground
from training.certificates.qr import qr_path
from training.certificates.seal import seal
from training.certificates.wording import JAPANESE
from training.typesetting.engraving import Engraving
from training.typesetting.fonts import Fonts

LAYOUT = LAYOUTS[PORTRAIT]
_TOKEN = re.compile(r"-?[\d.]+|[A-Za-z]+")
Draw = Callable[[CertificateFace], bytes]


def svg(engraving: Engraving) -> str:
    """Return an engraving's operators as SVG paths."""
    left, bottom, right, top = engraving.box
    return _svg(zlib.decompress(engraving.content).decode("ascii"), (left, bottom, right, top))


def _svg(operators: str, box: tuple[float, float, float, float]) -> str:
    left, bottom, right, top = box
    paths, numbers, steps, place = [], [], [], "1 0 0 1 0 0"
    stroke = fill = "none"
    weight = "1"
    for token in _TOKEN.findall(operators):
        if not token[0].isalpha():
            numbers.append(token)
            continue
        match token:
            case "cm":
                place = " ".join(numbers)
            case "RG":
                stroke = f"rgb({','.join(f'{float(n) * 255:.0f}' for n in numbers)})"
            case "rg":
                fill = f"rgb({','.join(f'{float(n) * 255:.0f}' for n in numbers)})"
            case "w":
                weight = numbers[0]
            case "m" | "l" | "c":
                steps.append(token.upper() + " ".join(numbers))
            case "h":
                steps.append("Z")
            case "re":
                x, y, wide, high = numbers
                steps.append(f"M{x} {y}h{wide}v{high}h-{wide}Z")
            case "S" | "f" | "B":
                painted = f'stroke="{stroke if token != "f" else "none"}" fill="{fill if token != "S" else "none"}"'
                shape = f'd="{"".join(steps)}" {painted} stroke-width="{weight}"'
                paths.append(f'<path transform="matrix({place})" {shape}/>')
                steps = []
        numbers = []
    size = f'viewBox="{left} {-top} {right - left} {top - bottom}" width="{right - left}pt" height="{top - bottom}pt"'
    body = "".join(paths)
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}><g transform="scale(1,-1)">{body}</g></svg>'


def code_svg(url: str) -> str:
    """Return the QR code as SVG."""
    path, side = qr_path(url)
    return _svg(f"0 0 0 rg {path.getCode()} f", (0, 0, side, side))


def texts(face: CertificateFace) -> dict[str, str]:
    """Everything printed but the modules, by where it stands."""
    facts = {
        name: JAPANESE.day(value) if name.endswith(("_on", "_day", "until")) else str(value)
        for name, value in vars(face).items()
    }
    facts |= {"title": JAPANESE.title, "entries": f"{face.checkpoint_size:,}"}
    labels = (
        (JAPANESE.record, face.record_fingerprint),
        (JAPANESE.checkpoint, face.checkpoint_root),
        (JAPANESE.key, face.key_fingerprint),
        (JAPANESE.signing, face.signing_fingerprint),
    )
    return {
        "serial": JAPANESE.serial.format_map(facts),
        "title": JAPANESE.title,
        "subtitle": JAPANESE.subtitle,
        "belongs": f"{face.department}　{JAPANESE.staff_number.format_map(facts)}",
        "holder": f"{face.holder} {JAPANESE.honorific}",
        "sentence": "　" + JAPANESE.sentence.format_map(facts),
        "modules": JAPANESE.modules,
        "details": "\n".join(f"{label}　{value.format_map(facts)}" for label, value in JAPANESE.details),
        "issued": JAPANESE.day(face.issued_on),
        "company": face.company,
        "officer": f"{face.officer_title}　{face.officer_name}",
        "check_title": JAPANESE.check_title,
        "check": JAPANESE.check,
        "url": face.check_url,
        "marks": "\n".join(f"{label.format_map(facts)}　{value}" for label, value in labels),
    }


# Where each text stands: left, base line or top, width, size, weight, family, alignment.
PLACES = {
    "serial": (88, 745, 419, 9, "regular", "Serif", "right"),
    "title": (88, 682, 419, 46, "bold", "Serif", "center"),
    "subtitle": (88, 662, 419, 8.5, "regular", "Serif", "center"),
    "belongs": (88, 612, 419, 10, "regular", "Serif", "center"),
    "holder": (88, 560, 419, 30, "regular", "Serif", "center"),
    "sentence": (88, 530, 419, 12, "regular", "Serif", "left"),
    "modules": (88, 440, 419, 9.5, "regular", "Serif", "center"),
    "details": (92, 320, 419, 9.5, "regular", "Serif", "left"),
    "issued": (88, 232, 200, 12, "regular", "Serif", "left"),
    "company": (200, 232, 237, 13, "regular", "Serif", "right"),
    "officer": (200, 205, 237, 14, "regular", "Serif", "right"),
    "check_title": (168, 156, 339, 8, "bold", "Serif", "left"),
    "check": (168, 142, 339, 6.8, "regular", "Sans", "left"),
    "url": (168, 118, 339, 7, "regular", "Sans", "left"),
    "marks": (168, 104, 339, 6, "regular", "Sans", "left"),
}


def pictures(face: CertificateFace, fonts: Fonts) -> dict[str, tuple[str, float, float, float]]:
    """The engravings, the same in every certificate: SVG, left, top and width."""
    radius = LAYOUT.rosette
    return {
        "ground": (svg(ground(radius)), LAYOUT.middle - radius, LAYOUT.rosette_middle + radius, 2 * radius),
        "border": (svg(border(LAYOUT.width, LAYOUT.height)), 0, LAYOUT.height, LAYOUT.width),
        "seal": (svg(seal(face.company, fonts.serif_bold, SEAL)), LAYOUT.right - SEAL, LAYOUT.issued + 24, SEAL),
    }


def typst(face: CertificateFace, fonts: Fonts, folder: Path) -> Draw:
    """Return Typst's drawing, its compiler, fonts and template kept; what differs goes in as inputs."""
    from typst import Compiler  # noqa: PLC0415  (measured where it is there)

    lines = [
        f'#set page(width: {LAYOUT.width}pt, height: {LAYOUT.height}pt, margin: 0pt)\n#set text(lang: "ja")',
        "#let at(x, y, body) = place(dx: x * 1pt, dy: y * 1pt, body)",
    ]
    for name, (picture, x, top, width) in pictures(face, fonts).items():
        (folder / f"{name}.svg").write_text(picture)
        lines.append(f'#at({x}, {LAYOUT.height - top}, image("{name}.svg", width: {width}pt))')
    for name, (x, y, width, size, weight, family, side) in PLACES.items():
        style = f'font: "Noto {family} JP", size: {size}pt, weight: "{weight}"'
        body = f"align({side}, text({style}, sys.inputs.{name}))"
        lines.append(f"#at({x}, {LAYOUT.height - y - size:.2f}, block(width: {width}pt, {body}))")
    lines.append(
        f'#at(88, {LAYOUT.height - 420}, text(font: "Noto Serif JP", size: 9.5pt, block(width: 419pt, height: 92pt, '
        'columns(2, enum(..sys.inputs.titles.split("\\n"))))))'
    )
    lines.append(
        f'#at(78, {LAYOUT.height - LAYOUT.check_top + 8}, image(bytes(sys.inputs.code), format: "svg", width: {QR}pt))'
    )
    (folder / "page.typ").write_text("\n".join(lines))
    compiler = Compiler(str(folder / "page.typ"), font_paths=[str(fonts.folder)], ignore_system_fonts=True)

    def draw(face: CertificateFace) -> bytes:
        inputs = {**texts(face), "titles": "\n".join(face.modules), "code": code_svg(face.check_url)}
        made = compiler.compile(format="pdf", sys_inputs=inputs)
        assert isinstance(made, bytes)
        return made

    return draw


def weasyprint(face: CertificateFace, fonts: Fonts, folder: Path) -> Draw:
    """Return WeasyPrint's drawing, its fonts kept. Raises ``OSError`` where Pango cannot be loaded."""
    from weasyprint import CSS, HTML  # noqa: PLC0415  (measured where it is there)
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    faces = "".join(
        f"@font-face {{ font-family: 'Noto {family} JP'; font-weight: {weight.lower()}; "
        f"src: url('{(fonts.folder / f'Noto{family}JP-{weight.title()}.ttf').as_uri()}') }}\n"
        for family, weight in (("Serif", "Regular"), ("Serif", "Bold"), ("Sans", "Regular"))
    ).replace("font-weight: regular", "font-weight: normal")
    kept = FontConfiguration()
    page = f"@page {{ size: {LAYOUT.width}pt {LAYOUT.height}pt; margin: 0 }} body {{ margin: 0 }} "
    css = CSS(string=faces + page + "div, img { position: absolute; white-space: pre-line }", font_config=kept)
    still = []
    for name, (picture, x, top, width) in pictures(face, fonts).items():
        (folder / f"{name}.svg").write_text(picture)
        place = f"left:{x}pt;top:{LAYOUT.height - top}pt;width:{width}pt"
        still.append(f'<img src="{(folder / f"{name}.svg").as_uri()}" style="{place}">')

    def draw(face: CertificateFace) -> bytes:
        said = texts(face)
        moving = []
        for name, (x, y, width, size, weight, family, side) in PLACES.items():
            heavy = "bold" if weight == "bold" else "normal"
            style = f"left:{x}pt;top:{LAYOUT.height - y - size}pt;width:{width}pt;text-align:{side}"
            style += f";font:{heavy} {size}pt 'Noto {family} JP'"
            moving.append(f'<div style="{style}">{html.escape(said[name])}</div>')
        titles = "".join(f"<li>{html.escape(title)}</li>" for title in face.modules)
        style = f"left:88pt;top:{LAYOUT.height - 430}pt;width:419pt;height:92pt;columns:2;column-fill:auto;font:9.5pt 'Noto Serif JP'"
        moving.append(f'<div style="{style}"><ol>{titles}</ol></div>')
        place = f"left:78pt;top:{LAYOUT.height - LAYOUT.check_top + 8}pt;width:{QR}pt"
        code = b64encode(code_svg(face.check_url).encode()).decode()
        moving.append(f'<img src="data:image/svg+xml;base64,{code}" style="{place}">')
        whole = f'<html lang="ja"><title>{html.escape(said["title"])}</title><body>{"".join([*still, *moving])}</body>'
        made = HTML(string=whole, base_url=str(folder)).write_pdf(stylesheets=[css], font_config=kept)
        assert isinstance(made, bytes)
        return made

    draw(face)
    return draw
