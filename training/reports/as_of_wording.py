"""The words of the file that tells of a day.

Not gettext: the same day and checkpoint give the same bytes for ever, whoever
asks and however the product's translations change. Change a word here only
together with the form's name. The second form has three columns more; it is
used where the checkpoint knows of an exemption, a credit or a closing, which
the first cannot tell. The third has two more than the second; it is used where
the checkpoint knows of anything done on paper or in a group session, which
neither can tell. What was answered in an earlier form stays as it was.
"""

from __future__ import annotations

SCHEMA, SECOND_SCHEMA = "privacy-training/as-of/1", "privacy-training/as-of/2"
THIRD_SCHEMA = "privacy-training/as-of/3"
TITLE = "ある日の状況"

FORM = "様式"
DAY = "基準日（この日の終わりの状況）"
ZONE = "時間帯"
CAMPAIGN = "研修"
ORIGIN = "台帳"
SIZE = "チェックポイント（封印済みの記録の件数）"
SEALED = "チェックポイントの封印日時"
ROOT = "ルートハッシュ（SHA-256）"
SIGNED_BY = "チェックポイントに署名した鍵"
# Cells that Excel must not take for a number.
KEPT = frozenset({ROOT})

HEADINGS = (
    "社員番号",
    "氏名",
    "フリガナ",
    "所属",
    "雇用区分",
    "在籍",
    "研修コード",
    "研修",
    "期限",
    "免除",
    "修了課程数",
    "課程数",
    "全課程修了日",
    "署名日",
    "署名を無効とした日",
)
SECOND_HEADINGS = (*HEADINGS, "受講済み扱いの署名の日", "終了した日", "終了の事由")
THIRD_HEADINGS = (*SECOND_HEADINGS, "修了の方法", "署名の方法")
IDENTIFIERS = frozenset({"社員番号", "研修コード"})

TYPES = {
    "officer": "役員",
    "regular": "正社員",
    "contract": "契約社員",
    "part_time": "パート・アルバイト",
    "temporary": "派遣社員",
    "seconded_in": "出向受け入れ",
    "seconded_out": "社外出向",
}
EXEMPTIONS = {"long_leave": "長期の休業", "elsewhere": "他社で受講", "other": "その他"}
EXEMPT, EXEMPT_UNTIL = "{cause}（{first}から）", "{cause}（{first}から{until}まで）"
CLOSINGS = {
    "left": "退職",
    "removed": "人事による除外",
    "never_here": "名簿の訂正（在籍していなかった）",
    "cancelled": "研修の中止",
    "stays": "退職の取りやめ",
}
# How what counts was done, by the codes of a line.
COMPLETED = {"online": "オンライン", "paper": "紙・集合研修（人事が登録）"}
SIGNED = {"online": "オンライン", "paper": "紙への署名（人事が登録）"}
EMPLOYED = "在籍"
NOT_EMPLOYED = "在籍していない"

NOTES = (
    "この表は、基準日の終わり（上の時間帯で翌日の0時になる直前）の状況を、上のチェックポイントまでに台帳へ封印された記録だけから再現したものです。",
    "同じ基準日とチェックポイントからは、いつ作成しても同じ内容になります。ただし、後に消去された方の行では、社員番号、氏名、フリガナが空欄になります。",
    "在籍者は、研修を割り当てられていない方も含めて全員を載せています。割り当てられた後に在籍しなくなった方の所属は、最後の所属です。",
    "署名日は、チェックポイントまでに無効とされた署名を除いて記載しています。",
)
EARLY = "このチェックポイントは、基準日が終わる前に封印されました。封印より後の記録は含まれていません。"
SECOND_NOTES = (
    "免除は、基準日に期間中であるものを記載しています。期間が過ぎたものと解除されたものは含みません。",
    "受講済み扱いの署名の日は、研修の規則により、この研修の分として認められた以前の署名の日です。その署名が後に無効とされたものは含みません。",
    "終了した日は、署名のないまま割り当てが終わった日（退職した方は、最後の在籍日の翌日）です。再開されたものは含みません。",
)
THIRD_NOTES = (
    "修了の方法と署名の方法では、紙または集合研修の記録から人事が登録したもの（本人確認の確からしさが低いもの）を区別しています。修了した課程に一つでも該当すれば、紙・集合研修と記載し、後に署名が無効とされても変わりません。",
    "受講済み扱いの方の署名の方法は、この研修の分として認められた以前の署名の方法です。修了の方法には、この研修で修了した課程のみを記載しています。",
)
