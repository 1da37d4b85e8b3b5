"""The words printed on a certificate, by language.

They are part of the document and follow its language, not the reader's: hence
here and not in the catalogues of the screen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from training.typesetting.dates import japanese_day


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Everything on a certificate that is not a fact. Braces name the facts of a face; ``day`` writes a date."""

    title: str
    subtitle: str
    document: str
    serial: str
    staff_number: str
    honorific: str
    sentence: str
    modules: str
    details: tuple[tuple[str, str], ...]
    check_title: str
    check: str
    record: str
    key: str
    specimen: str
    specimen_note: str
    day: Callable[[date], str]


JAPANESE = Wording(
    title="修了証",
    subtitle="CERTIFICATE OF COMPLETION",
    document="修了証 {serial} {holder}",
    serial="第 {serial} 号",
    staff_number="社員番号 {staff_number}",
    honorific="殿",
    sentence=(
        "あなたは、{campaign}において下記の全課程を学び、各課程の理解度テストに合格したうえで、"
        "{signed_on}、個人情報の取扱いに関する誓約書に署名されました。よって、ここに修了を証します。"
    ),
    modules="修了した課程",
    details=(
        ("実施期間", "{first_day}から{last_day}まで"),
        ("準拠する方針", "{policy_title} 第{policy_number}版({policy_enacted_on}制定)"),
        ("有効期限", "{valid_until}"),
    ),
    check_title="この修了証を確かめるには",
    check=(
        "QRコードの示す確認ページに、発行時に記録した記載事項と現在の状態(有効・失効など)が表示されます。"
        "紙面とページの記載が異なるときは、紙面が書き換えられています。"
    ),
    record="記録の指紋",
    key="台帳の鍵の指紋",
    specimen="見本",
    specimen_note="デモ環境で発行した見本です。証明の効力はありません。",
    day=japanese_day,
)

WORDINGS = {"ja": JAPANESE}
