"""Every document is tagged: what is read, as what, in which order; and ornament is not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from tests.certificates.verapdf import failures
from tests.typesetting.reading import FONTS
from training.typesetting.archive import archive
from training.typesetting.sheet import INK, Sheet, Style
from training.typesetting.structure import ROLES, Element

PLAIN = Style(FONTS.serif, 10)


def sheet(**changes: Any) -> Sheet:
    about: dict[str, Any] = {"title": "題", "author": "社", "subject": "件", "language": "ja", "font": FONTS.serif}
    return Sheet(**(about | {"dated": datetime(2026, 11, 24, tzinfo=UTC)} | changes))


@contextmanager
def opened(made: Sheet) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(made.finish())) as pdf:
        yield pdf


def outline(element: Any) -> Any:
    """An element as its role and what is in it: marks as page and number."""
    kids: list[Any] = []
    for kid in element.get("/K", []):
        if isinstance(kid, int):
            kids.append(kid)
        elif "/MCID" in kid:
            kids.append(("elsewhere", int(kid.MCID)))
        else:
            kids.append(outline(kid))
    return str(element.S)[1:], kids


def tree(made: Sheet) -> Any:
    with opened(made) as pdf:
        (document,) = pdf.Root.StructTreeRoot.K
        return outline(document)


def marks(pdf: pikepdf.Pdf, page: int = 0) -> list[str]:
    """What a page's content is marked as, in order, with its depth."""
    found, depth = [], 0
    for operands, operator in pikepdf.parse_content_stream(pdf.pages[page]):
        if str(operator) in ("BDC", "BMC"):
            found.append(f"{'  ' * depth}{operands[0]}")
            depth += 1
        elif str(operator) == "EMC":
            depth -= 1
        elif str(operator) in ("Tj", "S", "f", "B", "f*", "B*", "Do"):
            assert depth, "something is drawn that is neither text nor ornament"
    assert depth == 0
    return found


def test_each_text_outside_any_element_is_a_paragraph():
    made = sheet()
    made.text(50, 700, "一", PLAIN)
    made.text(50, 680, "二", PLAIN)
    made.paragraph(50, 660, ["三の一", "三の二"], PLAIN, leading=14, width=200)
    assert tree(made) == ("Document", [("P", [0]), ("P", [1]), ("P", [2])])


def test_text_within_an_element_is_that_element_s():
    made = sheet()
    with made.element("H1"):
        made.text(50, 700, "題", PLAIN)
    with made.element("L"), made.element("LI"):
        with made.element("Lbl"):
            made.text(50, 680, "1", PLAIN)
        with made.element("LBody"):
            made.text(60, 680, "甲", PLAIN)
            made.text(60, 660, "乙", PLAIN)
    with made.element("Sect"):
        made.text(50, 640, "丙", PLAIN)
    body = ("LI", [("Lbl", [1]), ("LBody", [2])])
    assert tree(made) == ("Document", [("H1", [0]), ("L", [body]), ("Sect", [("P", [3])])])


def test_ornament_between_two_lines_does_not_part_their_paragraph():
    made = sheet()
    with made.element("P"):
        made.text(50, 700, "上", PLAIN)
        made.rule(50, 690, 200, 690, weight=1, colour=INK)
        made.text(50, 680, "下", PLAIN)
    with opened(made) as pdf:
        assert marks(pdf) == ["/P", "/Artifact", "/P"]
        assert outline(pdf.Root.StructTreeRoot.K[0]) == ("Document", [("P", [0, 1])])


def test_text_in_ornament_is_not_read():
    made = sheet()
    with made.ornament():
        made.text(50, 800, "毎ページの見出し", PLAIN)
        made.rule(50, 790, 200, 790, weight=1, colour=INK)
        made.paragraph(50, 780, ["柱"], PLAIN, leading=14, width=200)
    made.text(50, 700, "本文", PLAIN)
    with opened(made) as pdf:
        assert marks(pdf) == ["/Artifact", "/P"]
        assert outline(pdf.Root.StructTreeRoot.K[0]) == ("Document", [("P", [0])])


def test_an_element_with_a_key_goes_on_over_rows_and_pages():
    made = sheet()
    for row in range(2):
        with made.element("Table", key="t"), made.element("TR"), made.element("TD"):
            made.text(50, 700 - 20 * row, "値", PLAIN)
    with made.element("P", key="p"):
        made.text(50, 600, "前の", PLAIN)
    made.next_page()
    with made.element("P", key="p"):
        made.text(50, 700, "続き", PLAIN)
    with opened(made) as pdf:
        document = pdf.Root.StructTreeRoot.K[0]
        rows = [("TR", [("TD", [0])]), ("TR", [("TD", [1])])]
        assert outline(document) == ("Document", [("Table", rows), ("P", [2, ("elsewhere", 0)])])
        paragraph = document.K[1]
        assert paragraph.Pg == pdf.pages[0].obj
        assert paragraph.K[1].Pg == pdf.pages[1].obj


def test_each_page_knows_the_elements_of_its_marks():
    made = sheet()
    for number in range(3):
        made.text(50, 700, f"{number}の一", PLAIN)
        made.text(50, 680, f"{number}の二", PLAIN)
        if number < 2:
            made.next_page()
    with opened(made) as pdf:
        root = pdf.Root.StructTreeRoot
        numbers = list(root.ParentTree.Nums)
        assert [int(key) for key in numbers[::2]] == [int(page.obj.StructParents) for page in pdf.pages] == [0, 1, 2]
        assert int(root.ParentTreeNextKey) == 3
        for page, elements in zip(pdf.pages, numbers[1::2], strict=True):
            assert [int(element.K[0]) for element in elements] == [0, 1]
            assert all(element.Pg == page.obj for element in elements)
        assert [str(page.obj.Tabs) for page in pdf.pages] == ["/S"] * 3


def test_an_empty_page_is_no_fault():
    made = sheet()
    made.next_page()
    assert failures(archive(made.finish()), "UA1") == []


def test_a_picture_is_read_by_its_text_and_what_is_drawn_in_it_is_its_own():
    made = sheet()
    with made.element("Figure", alt="円グラフ: 𠮷田 3割"):
        made.rectangle((50, 600), (150, 700), fill=INK)
        made.text(50, 590, "3割", PLAIN)
    made.rectangle((50, 400), (150, 500), fill=INK)
    with opened(made) as pdf:
        assert marks(pdf) == ["/Figure", "/Artifact"]
        assert str(pdf.Root.StructTreeRoot.K[0].K[0].Alt) == "円グラフ: 𠮷田 3割"


def test_a_picture_without_a_text_is_refused():
    with pytest.raises(ValueError, match="Figure"), sheet().element("Figure"):
        pass


def test_what_is_no_role_is_refused_and_those_there_are_named():
    with pytest.raises(ValueError, match=r"'Heading' is no role.*H1, H2"), sheet().element("Heading"):
        pass


@pytest.mark.parametrize("role", ["L", "LI", "Table", "TR"])
def test_text_beside_the_cells_of_a_table_or_the_items_of_a_list_is_refused(role: str):
    made = sheet()
    with pytest.raises(ValueError, match=f"text drawn in a {role}"), made.element(role):
        made.text(50, 700, "迷子", PLAIN)


def test_every_role_is_either_for_words_or_for_other_elements():
    for role in ROLES:
        element = Element(role, alt="x")
        assert not (element.holds_text and element.holds_paragraphs)


def test_cells_say_what_they_head_and_span():
    made = sheet()
    with made.element("Table"):
        with made.element("TR"), made.element("TH", columns=2):
            made.text(50, 700, "頭", PLAIN)
        with made.element("TR"):
            with made.element("TH", scope="Row"):
                made.text(50, 680, "行", PLAIN)
            with made.element("TD"):
                made.text(80, 680, "値", PLAIN)
    pdf = made.finish()
    with pikepdf.open(BytesIO(pdf)) as read:
        table = read.Root.StructTreeRoot.K[0].K[0]
        (head,), (row, value) = (list(line.K) for line in table.K)
        assert (str(head.A.Scope), int(head.A.ColSpan), str(row.A.Scope)) == ("/Column", 2, "/Row")
        assert "/A" not in value
    assert failures(archive(pdf), "UA1") == []


def test_words_in_another_language_say_so():
    made = sheet()
    with made.element("P", language="en"):
        made.text(50, 700, "Certificate", PLAIN)
    with opened(made) as pdf:
        assert str(pdf.Root.Lang) == "ja"
        assert str(pdf.Root.StructTreeRoot.K[0].K[0].Lang) == "en"


def test_a_document_says_that_it_is_tagged_and_shows_its_title():
    made = sheet()
    made.text(50, 700, "本文", PLAIN)
    with opened(made) as pdf:
        assert pdf.Root.MarkInfo.Marked is True
        assert pdf.Root.ViewerPreferences.DisplayDocTitle is True


def test_an_error_within_an_element_leaves_it():
    made = sheet()
    with pytest.raises(KeyError), made.element("H1"):
        raise KeyError
    made.text(50, 700, "本文", PLAIN)
    assert tree(made) == ("Document", [("H1", []), ("P", [0])])


def test_words_that_readers_would_join_wrongly_keep_their_text_within_their_mark():
    made = sheet()
    made.text(50, 700, "林　花", PLAIN)
    with opened(made) as pdf:
        assert marks(pdf) == ["/P", "  /Span"]


def test_many_pages_of_everything_pass_the_machine_s_checks():
    made = sheet()
    for number in range(4):
        with made.ornament():
            made.text(50, 800, "柱", PLAIN)
        with made.element("H1", key="h"):
            made.text(50, 760, f"見出し{number}", PLAIN)
        with made.element("Figure", alt="図"):
            made.rectangle((50, 600), (90, 640), fill=INK)
        with made.element("L", key="list"), made.element("LI"), made.element("LBody"):
            made.text(50, 560, "項目", PLAIN)
        with made.element("Table", key="table"), made.element("TR"):
            with made.element("TH", scope="Row"):
                made.text(50, 500, "行", PLAIN)
            with made.element("TD"):
                made.text(90, 500, "𠮷", PLAIN)
        if number < 3:
            made.next_page()
    pdf = archive(made.finish())
    assert failures(pdf, "UA1") == []
    assert failures(pdf, "3B") == []


def test_structure_does_not_depend_on_when_it_is_drawn():
    def drawn() -> bytes:
        made = sheet()
        with made.element("H1"):
            made.text(50, 700, "題", PLAIN)
        return made.finish()

    assert drawn() == drawn()
    assert not re.search(rb"/K \[\]", drawn())
