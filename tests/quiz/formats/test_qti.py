"""QTI of every version: what is asked, what is right and what it weighs, or why the item is refused."""

from __future__ import annotations

import io
import zipfile

import pytest

from training.quiz.formats.reading import as_json, read

ITEM = """<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i1" title="宛先" adaptive="false" timeDependent="false">
<responseDeclaration identifier="RESPONSE" cardinality="{cardinality}" baseType="{base}">{key}</responseDeclaration>
<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float"/>
<itemBody><p>最初に<b>何</b>をしますか。</p>{asked}</itemBody>
{processing}</assessmentItem>"""
RULE = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p2/rptemplates/{}"/>'
CHOICE = '<choiceInteraction responseIdentifier="RESPONSE" maxChoices="{}"><prompt>選んでください。</prompt><simpleChoice identifier="A">知らせる</simpleChoice><simpleChoice identifier="B">隠す</simpleChoice><simpleChoice identifier="C">消す</simpleChoice></choiceInteraction>'


def item(
    asked: str,
    key: str,
    rule: str = "match_correct",
    *,
    cardinality: str = "single",
    base: str = "identifier",
    processing: str = "",
) -> dict[str, list[dict[str, object]]]:
    text = ITEM.format(
        asked=asked, key=key, cardinality=cardinality, base=base, processing=processing or RULE.format(rule)
    )
    return as_json(read(text.encode(), "item.xml"))


def correct(*values: str) -> str:
    return "<correctResponse>" + "".join(f"<value>{v}</value>" for v in values) + "</correctResponse>"


def test_a_choice_is_read_with_its_prompt_key_and_place():
    found = item(CHOICE.format(1), correct("A"))
    assert found == {
        "imported": [
            {
                "name": "宛先",
                "type": "single",
                "stem": "最初に何をしますか。\n選んでください。",
                "options": [
                    {"text": "知らせる", "weight": "1"},
                    {"text": "隠す", "weight": "0"},
                    {"text": "消す", "weight": "0"},
                ],
                "answers": [],
            }
        ],
        "refused": [],
    }


def test_several_right_choices_count_together_or_by_their_mapping():
    whole = item(CHOICE.format(0), correct("A", "B"), cardinality="multiple")["imported"][0]
    assert (whole["type"], whole["grading"], [o["weight"] for o in whole["options"]]) == (
        "multiple",
        "all",
        ["1/2", "1/2", "0"],
    )
    mapping = '<mapping upperBound="2" defaultValue="0"><mapEntry mapKey="A" mappedValue="1"/><mapEntry mapKey="B" mappedValue="1"/><mapEntry mapKey="C" mappedValue="-1"/></mapping>'
    part = item(CHOICE.format(0), mapping, "map_response", cardinality="multiple")["imported"][0]
    assert (part["grading"], [o["weight"] for o in part["options"]]) == ("partial", ["1/2", "1/2", "-1/2"])


def test_what_is_typed_is_a_text_or_a_number_with_its_tolerance():
    entry = '<p>答え <textEntryInteraction responseIdentifier="RESPONSE"/> 日</p>'
    text = item(
        entry,
        '<mapping><mapEntry mapKey="窓口" mappedValue="2"/><mapEntry mapKey="受付" mappedValue="1"/></mapping>',
        "map_response",
        base="string",
    )["imported"][0]
    assert text["stem"] == "最初に何をしますか。\n答え _____ 日"
    assert text["answers"] == [{"text": "窓口", "weight": "1"}, {"text": "受付", "weight": "1/2"}]
    equal = '<responseProcessing><responseCondition><responseIf><equal toleranceMode="absolute" tolerance="0.5 0.5"><variable identifier="RESPONSE"/><correct identifier="RESPONSE"/></equal><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>'
    number = item(entry, correct("30"), base="float", processing=equal)["imported"][0]
    assert number["answers"] == [{"value": "30", "tolerance": "0.5", "weight": "1", "unit": None}]


@pytest.mark.parametrize(
    ("asked", "key", "code", "type"),
    [
        ('<extendedTextInteraction responseIdentifier="RESPONSE"/>', "", "type", "extendedTextInteraction"),
        ('<hotspotInteraction responseIdentifier="RESPONSE"/>', "", "type", "hotspotInteraction"),
        (CHOICE.format(1), correct("Z"), "key", "choiceInteraction"),
        (CHOICE.format(1), "", "key", "choiceInteraction"),
        (CHOICE.format(1) + CHOICE.format(1), correct("A"), "type", "choiceInteraction"),
        (CHOICE.format(1).replace("隠す", '<img src="x.png"/>'), correct("A"), "image", "choiceInteraction"),
        (CHOICE.format(1).replace("隠す", "知らせる"), correct("A"), "duplicate", "choiceInteraction"),
        ("<p>読むだけ</p>", "", "type", ""),
    ],
)
def test_what_cannot_be_asked_is_refused_under_the_files_own_name(asked: str, key: str, code: str, type: str):
    found = item(asked, key)
    assert found["imported"] == []
    (refused,) = found["refused"]
    assert (refused["name"], refused["type"], refused["line"]) == ("宛先", type, 1)
    assert refused["reason"].startswith(f"{code}: ")


def test_scoring_by_a_rule_of_ones_own_is_refused():
    own = '<responseProcessing><responseCondition><responseIf><gt><variable identifier="RESPONSE"/><baseValue baseType="integer">3</baseValue></gt><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>'
    assert item(CHOICE.format(1), correct("A"), processing=own)["refused"][0]["reason"].startswith("scoring: ")


QTI12 = """<questestinterop><assessment ident="a"><section ident="s">
<item ident="q1" title="一つ"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>multiple_choice_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
<presentation><material><mattext texttype="text/html">&lt;p&gt;どれ？&lt;/p&gt;</mattext></material><response_lid ident="r" rcardinality="Single"><render_choice><response_label ident="1"><material><mattext texttype="text/plain">甲</mattext></material></response_label><response_label ident="2"><material><mattext>乙</mattext></material></response_label></render_choice></response_lid></presentation>
<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes><respcondition continue="No"><conditionvar><varequal respident="r">1</varequal></conditionvar><setvar action="Set" varname="SCORE">100</setvar></respcondition></resprocessing></item>
<item ident="q2" title="作文"><itemmetadata><qtimetadata><qtimetadatafield><fieldlabel>question_type</fieldlabel><fieldentry>essay_question</fieldentry></qtimetadatafield></qtimetadata></itemmetadata><presentation><material><mattext>書く</mattext></material><response_str ident="r"><render_fib/></response_str></presentation></item>
<item ident="q3" title="全部"><presentation><material><mattext>全部？</mattext></material><response_lid ident="r" rcardinality="Multiple"><render_choice><response_label ident="1"><material><mattext>甲</mattext></material></response_label><response_label ident="2"><material><mattext>乙</mattext></material></response_label><response_label ident="3"><material><mattext>丙</mattext></material></response_label></render_choice></response_lid></presentation>
<resprocessing><respcondition><conditionvar><and><varequal respident="r">1</varequal><varequal respident="r">2</varequal><not><varequal respident="r">3</varequal></not></and></conditionvar><setvar action="Set">1</setvar></respcondition></resprocessing></item>
</section></assessment></questestinterop>"""


def test_the_older_form_is_read_item_by_item():
    found = as_json(read(QTI12.encode(), "old.xml"))
    assert [(q["name"], q["type"], [o["weight"] for o in q["options"]]) for q in found["imported"]] == [
        ("一つ", "single", ["1", "0"]),
        ("全部", "multiple", ["1/2", "1/2", "0"]),
    ]
    assert found["imported"][0]["stem"] == "どれ？"
    assert [(r["name"], r["type"], r["line"]) for r in found["refused"]] == [("作文", "essay_question", 5)]


def zipped(**members: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/"), text)
    return kept.getvalue()


def manifest(*hrefs: str) -> str:
    rows = "".join(
        f'<resource identifier="r{n}" type="imsqti_item_xmlv2p2" href="{href}"/>' for n, href in enumerate(hrefs)
    )
    return f"<manifest><resources>{rows}</resources></manifest>"


def test_a_package_is_read_in_its_manifests_order_and_a_missing_file_is_named():
    text = ITEM.format(
        asked=CHOICE.format(1),
        key=correct("A"),
        cardinality="single",
        base="identifier",
        processing=RULE.format("match_correct"),
    )
    found = as_json(
        read(zipped(**{"imsmanifest.xml": manifest("items/a.xml", "items/b.xml"), "items__a.xml": text}), "p.zip")
    )
    assert [q["name"] for q in found["imported"]] == ["宛先"]
    assert [(r["name"], r["reason"].split(":")[0]) for r in found["refused"]] == [("items/b.xml", "package")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped(**{"..__x.xml": "<a/>"}), "package"),
        (zipped(**{"a.xml": "<a/>"}), "package"),
        (zipped(**{"imsmanifest.xml": manifest("../../etc/passwd.xml")}), "package"),
        (zipped(**{"imsmanifest.xml": "<manifest/>", "big.xml": "0" * 5_000_000}), "size"),
        (b"PK\x03\x04 not a zip", "package"),
        (zipped(**{"imsmanifest.xml": "<manifest><resources/></manifest>"}), "empty"),
    ],
    ids=["traversal", "no manifest", "manifest leads out", "bomb", "broken", "nothing in it"],
)
def test_a_hostile_package_is_refused(data: bytes, code: str):
    found = as_json(read(data, "p.zip"))
    assert found["imported"] == []
    assert [r["reason"].split(":")[0] for r in found["refused"]] == [code]
