"""Files that mean harm, or are merely broken, come to a refusal or to clean questions; never to an exception."""

from __future__ import annotations

import io
import time

import pytest
from openpyxl import Workbook

from training.quiz.formats.detect import LARGEST_FILE
from training.quiz.formats.reading import as_json, read

GOOD = "<question type='truefalse'><name><text>n</text></name><questiontext><text>{}</text></questiontext><answer fraction='100'><text>true</text></answer><answer fraction='0'><text>false</text></answer></question>"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><quiz>'
    + GOOD.format("&b;")
    + "</quiz>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>' + GOOD.format("&x;") + "</quiz>"
)
PARAMETER = '<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]><quiz/>'


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (LAUGHS.encode(), "a.xml", "xml"),
        (OUTSIDE.encode(), "a.xml", "xml"),
        (PARAMETER.encode(), "a.xml", "xml"),
        (("<quiz>" + "<a>" * 5_000).encode(), "a.xml", "size"),
        (b"<quiz><question", "a.xml", "xml"),
        (b"<html><body/></html>", "a.xml", "xml"),
        (b"Q\x00? {T}", "a.gift", "encoding"),
        (b"Q \x81 \xff\xfe\xfd {T}", "a.gift", "encoding"),
        (b'<?xml version="1.0" encoding="ebcdic-cp-us"?><quiz/>', "a.xml", "encoding"),
        (b"", "a.gift", "empty"),
        (b"\xef\xbb\xbf \n\n", "a.txt", "empty"),
        (b"// only a comment\n", "a.gift", "empty"),
        ("種類,名前\n単一選択,x\n".encode(), "a.csv", "syntax"),
        (b"PK\x03\x04garbage", "a.xlsx", "package"),
        (b"no zip", "a.zip", "package"),
    ],
)
def test_a_file_that_cannot_be_trusted_or_read_is_refused_whole(data: bytes, name: str, code: str):
    found = as_json(read(data, name))
    assert found["imported"] == []
    (refused,) = found["refused"]
    assert (refused["name"], refused["type"]) == (name, "file")
    assert refused["reason"].startswith(f"{code}: "), refused


def test_a_file_of_fifty_megabytes_in_one_line_is_refused_at_once():
    began = time.monotonic()
    found = read(b"x" * (50 * 1024 * 1024), "a.gift")
    assert found.refused[0].reason.startswith("size: ")
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "sign", ["x", "{", "=a ", "\\", "<b>", "<pre>", "[", "::", "~%1%", "//", '"', "&", "A) x\n", "<"]
)
@pytest.mark.parametrize("name", ["a.gift", "a.csv", "a.aiken"])
def test_a_long_line_of_anything_takes_no_more_than_linear_time(sign: str, name: str):
    data = ("q{=" + sign * (1_500_000 // len(sign)) + "}").encode()
    assert len(data) < LARGEST_FILE
    began = time.monotonic()
    read(data, name)
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_the_encodings_and_line_ends_of_the_world_are_read(encoding: str, ends: str):
    text = "::漢字::髙橋さんは何をしますか。\n{=報告する#正しい ~隠す}\n\n次の設問 {T}\n"
    found = as_json(read(text.replace("\n", ends).encode(encoding), "a.gift"))
    assert [q["name"] for q in found["imported"]] == ["漢字", "次の設問"]
    assert [o["text"] for o in found["imported"][0]["options"]] == ["報告する", "隠す"]


def test_a_character_beyond_the_first_plane_survives():
    found = as_json(read("𠮷野家{T}".encode(), "a.gift"))
    assert found["imported"][0]["stem"] == "𠮷野家"


@pytest.mark.parametrize(
    "script",
    [
        "<script>alert(1)</script>",
        "<style>*{{}}</style>",
        "<b onclick='x()'>b</b>",
        "<a href='javascript:x()'>a</a>",
        "<form><input></form>",
        "<p><p><div><b><i>deep</b></div>",
    ],
)
def test_what_could_act_is_cleaned_away_and_the_question_kept(script: str):
    stem = f"<![CDATA[何をしますか。{script}]]>"
    found = read(f"<quiz>{GOOD.format(stem)}</quiz>".encode(), "a.xml")
    (question,) = found.imported
    assert "何をしますか。" in question.stem
    assert not any(word in question.stem for word in ("alert", "onclick", "javascript", "<form", "<style"))


def test_a_picture_refuses_its_question_and_no_other():
    picture = "<![CDATA[<img src='https://example.com/track.png'>]]>"
    found = read(f"<quiz>{GOOD.format(picture)}{GOOD.format('よい')}</quiz>".encode(), "a.xml")
    assert [one.reason.split(":")[0] for one in found.refused] == ["image"]
    assert [one.stem for one in found.imported] == ["よい"]


def test_a_document_type_that_only_names_a_dtd_is_not_fetched_and_no_hindrance():
    text = '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/quiz.dtd"><quiz>' + GOOD.format("a&nbsp;b") + "</quiz>"
    assert as_json(read(text.encode(), "a.xml"))["imported"][0]["stem"] == "a b"


def test_a_formula_is_refused_and_its_neighbours_are_read():
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["種類", "問題文", "正解"])
    sheet.append(["正誤", '=HYPERLINK("http://example.com","x")', "正"])
    sheet.append(["正誤", "よい設問", True])
    kept = io.BytesIO()
    book.save(kept)
    found = as_json(read(kept.getvalue(), "a.xlsx"))
    assert [q["stem"] for q in found["imported"]] == ["よい設問"]
    assert [(r["line"], r["reason"].split(":")[0]) for r in found["refused"]] == [(2, "syntax")]
