"""The words printed on the copy of a pledge around what was signed, by language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from training.typesetting.dates import japanese_day, japanese_moment


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Everything on the copy that is not a fact. Braces name facts; ``day`` and ``moment`` write dates and times."""

    document: str
    copy: str
    void: str
    annulled: tuple[str, str]
    specimen: str
    statement_number: str
    covered: str
    policy: str
    policy_version: str
    modules: str
    module_version: str
    signature: str
    signer: tuple[tuple[str, str], ...]
    paper_signer: tuple[tuple[str, str], ...]
    record: str
    digest: str
    entry: str
    note: str
    paper_note: str
    page: str
    day: Callable[[date], str]
    moment: Callable[[datetime], str]


JAPANESE = Wording(
    document="{title}(写し) {name}",
    copy="写し",
    void="無効",
    annulled=("署名の状態", "無効（{annulled_at}に取り消されました）"),
    specimen="デモ環境で作成した見本",
    statement_number="文面 第{statement_number}版",
    covered="署名の対象",
    policy="方針",
    policy_version="{policy_title} 第{policy_number}版({policy_enacted_on}制定)",
    modules="学んだ課程",
    module_version="第{number}版",
    signature="署名",
    signer=(
        ("氏名(名簿)", "{name}"),
        ("入力した氏名", "{typed_name}"),
        ("社員番号", "{staff_number}"),
        ("所属", "{department}"),
        ("研修", "{campaign}"),
        ("署名日時", "{signed_at}"),
        ("本人確認の方法", "{method}"),
    ),
    paper_signer=(
        ("氏名(名簿)", "{name}"),
        ("社員番号", "{staff_number}"),
        ("所属", "{department}"),
        ("研修", "{campaign}"),
        ("紙に署名した日", "{paper_on}"),
        ("登録日時", "{signed_at}"),
        ("署名の方法", "{method}"),
    ),
    record="記録",
    digest="署名した内容の指紋(SHA-256)",
    entry="台帳の記録番号",
    note=(
        "この写しは、署名の時に台帳へ記録した内容を、署名者の控えとして書き出したものです。"
        "画面で本人確認のうえ氏名を入力して署名されたため、手書きの署名と押印はありません。"
        "指紋は、上の文面、方針の版、課程の版をまとめて一つの値にしたもので、一字でも異なれば別の値になります。"
    ),
    paper_note=(
        "この写しは、紙に署名された誓約書をもとに担当者が台帳へ登録した内容を、署名者の控えとして書き出したものです。"
        "画面での本人確認は行っていません。署名された用紙の画像は、会社が別に保管しています。"
        "指紋は、上の文面、方針の版、課程の版をまとめて一つの値にしたもので、一字でも異なれば別の値になります。"
    ),
    page="{page} / {pages}",
    day=japanese_day,
    moment=japanese_moment,
)

WORDINGS = {"ja": JAPANESE}
