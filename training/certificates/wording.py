"""The words printed on a certificate, by language.

They are part of the document and follow its language, not the reader's: hence
here and not in the catalogues of the screen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from training.typesetting.dates import english_day, era_day, japanese_day

# The facts of a face that a company's own sentence may name.
NAMES = (
    "campaign",
    "first_day",
    "last_day",
    "signed_on",
    "issued_on",
    "valid_until",
    "holder",
    "staff_number",
    "department",
    "company",
    "policy_title",
    "policy_number",
    "policy_enacted_on",
    "serial",
)
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]")


def unknown_names(sentence: str) -> list[str]:
    """Return what stands in braces and is no fact's name, each once, as written; a brace without its other one too."""
    found = (match for match in _BRACES.finditer(sentence) if match[1] not in NAMES)
    return list(dict.fromkeys(match[0] for match in found))


def said(sentence: str, facts: Mapping[str, object]) -> str:
    """Return a company's own sentence with the facts in place of their names in braces, and nothing else replaced.

    Names alone are looked up: Python's own ``format`` would follow dots and indices.
    """
    return _BRACES.sub(lambda match: str(facts[match[1]]) if match[1] in NAMES else match[0], sentence)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Everything on a certificate that is not a fact. Braces name the facts of a face.

    ``day`` writes a date, ``era_day`` one in the Japanese calendar where the
    language has that. ``paper_sentence`` is said of what HR entered from a sheet
    that was signed, ``paper_detail`` and ``on_paper`` how it was held (a company's
    own sentence says it of nobody). ``title_size`` and ``title_tracking`` suit the
    language's own title; ``centred`` says how the sentence is set, ``indent``
    what it begins with.
    """

    title: str
    title_size: float
    title_tracking: float
    subtitle: str
    subtitle_language: str
    document: str
    serial: str
    staff_number: str
    honorific: str
    sentence: str
    indent: str
    centred: bool
    paper_sentence: str
    paper_detail: str
    on_paper: Mapping[str, str]
    modules: str
    details: tuple[tuple[str, str], ...]
    details_width: float
    marks_width: float
    seal: str
    check_title: str
    check: str
    record: str
    checkpoint: str
    key: str
    signing: str
    specimen: str
    specimen_note: str
    day: Callable[[date], str]
    era_day: Callable[[date], str]


JAPANESE = Wording(
    title="修了証",
    title_size=46.0,
    title_tracking=0.5,
    subtitle="CERTIFICATE OF COMPLETION",
    subtitle_language="en",
    document="{title} {serial} {holder}",
    serial="第 {serial} 号",
    staff_number="社員番号 {staff_number}",
    honorific="殿",
    sentence=(
        "あなたは、{campaign}において下記の全課程を学び、各課程の理解度テストに合格したうえで、"
        "{signed_on}、個人情報の取扱いに関する誓約書に署名されました。よって、ここに修了を証します。"
    ),
    indent="　",
    centred=False,
    paper_sentence=(
        "あなたは、{campaign}において下記の全課程を学び、{signed_on}、個人情報の取扱いに関する誓約書に"
        "紙で署名されました。よって、ここに修了を証します。"
    ),
    paper_detail="実施の方法",
    on_paper={
        "paper": "紙の教材と確認テスト、誓約書は紙に署名(担当者が登録)",
        "group": "集合研修、誓約書は紙に署名(担当者が登録)",
    },
    modules="修了した課程",
    details=(
        ("実施期間", "{first_day}から{last_day}まで"),
        ("準拠する方針", "{policy_title} 第{policy_number}版({policy_enacted_on}制定)"),
        ("有効期限", "{valid_until}"),
    ),
    details_width=84.0,
    marks_width=66.0,
    seal="社印",
    check_title="この修了証を確かめるには",
    check=(
        "QRコードの示す確認ページに、発行時に記録した記載事項と現在の状態(有効・失効など)が表示されます。"
        "紙面とページの記載が異なるときは、紙面が書き換えられています。"
    ),
    record="記録の指紋",
    checkpoint="台帳 {entries}件の根",
    key="台帳の鍵の指紋",
    signing="電子署名の証明書",
    specimen="見本",
    specimen_note="これは見本です。証明の効力はありません。",
    day=japanese_day,
    era_day=era_day,
)

ENGLISH = Wording(
    title="Certificate of Completion",
    title_size=29.0,
    title_tracking=0.03,
    subtitle="修了証",
    subtitle_language="ja",
    document="{title} {serial} {holder}",
    serial="No. {serial}",
    staff_number="Staff No. {staff_number}",
    honorific="",
    sentence=(
        "This is to certify that the above-named has studied every module listed below as part of “{campaign}”, "
        "has passed the test of each, and on {signed_on} has signed the pledge on the handling of personal information."
    ),
    indent="",
    centred=True,
    paper_sentence=(
        "This is to certify that the above-named has studied every module listed below as part of “{campaign}”, "
        "and on {signed_on} has signed the pledge on the handling of personal information on paper."
    ),
    paper_detail="Held",
    on_paper={
        "paper": "on paper, as was the pledge; entered by the office",
        "group": "as a group session, the pledge on paper; entered by the office",
    },
    modules="Modules completed",
    details=(
        ("Training period", "{first_day} to {last_day}"),
        ("Policy", "{policy_title}, revision {policy_number} (enacted on {policy_enacted_on})"),
        ("Valid until", "{valid_until}"),
    ),
    details_width=84.0,
    marks_width=76.0,
    seal="Company seal",
    check_title="How to check this certificate",
    check=(
        "The page behind the QR code shows what was recorded when this certificate was issued, and whether it is still "
        "valid. Where the paper says something else than the page, the paper has been altered."
    ),
    record="Record",
    checkpoint="Ledger root at {entries}",
    key="Key of the ledger",
    signing="Signing certificate",
    specimen="SPECIMEN",
    specimen_note="This is a specimen. It certifies nothing.",
    day=english_day,
    era_day=english_day,
)

WORDINGS = {"ja": JAPANESE, "en": ENGLISH}
