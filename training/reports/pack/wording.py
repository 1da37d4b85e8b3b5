"""The words of a pack's tables. Not gettext: a pack reads the same whoever exports it, in whatever language."""

from __future__ import annotations

from training.access.models import AccessLog
from training.attestation.models import Annulment, Attestation
from training.campaigns.models import Assignment
from training.certificates.status import Status

YES = "○"
NUMBER, NAME, KANA, DEPARTMENT = "社員番号", "氏名", "フリガナ", "所属"
ENTRY, FILE, SHA256, ASSIGNMENT = "台帳の番号", "ファイル", "SHA-256", "割当ID"

CAUSES = {Assignment.Cause.AUDIENCE.value: "開始日に在籍（全員が対象）"}
DUE_REASONS = {"campaign": "研修の期限"}
NOT_STARTED, IN_PROGRESS, UNSIGNED = "未着手", "受講中", "全課程修了・未署名"
DECLINED, UNASSIGNED = "署名できないとの申し出", "割り当てなし（割り当ての後の入社など）"
NO_MEASURE = "記録なし"
TAUGHT_AGAIN = "再教育"
ANNULLED_BEFORE = "署名は無効とされた"
NO_FILE = "なし"
NO_COPY = "写しを作成できません"

METHODS = {
    Attestation.Method.PASSWORD.value: "パスワード",
    Attestation.Method.TOTP.value: "認証アプリのワンタイムコード",
    Attestation.Method.WEBAUTHN.value: "パスキー・セキュリティキー",
    Attestation.Method.RECOVERY_CODE.value: "リカバリーコード",
    Attestation.Method.OIDC.value: "IDプロバイダー（OpenID Connect）",
}
MATCHES = {
    Attestation.NameMatch.EXACT.value: "名簿どおり",
    Attestation.NameMatch.NORMALISED.value: "全角・半角または空白のみ名簿と異なる",
    Attestation.NameMatch.VARIANT.value: "異体字で入力",
}
ANNULMENTS = {
    Annulment.Cause.WRONG_PERSON.value: "別人による署名",
    Annulment.Cause.WRONG_NAME.value: "誤った氏名での署名",
    Annulment.Cause.OTHER.value: "その他",
}
STATES = {
    Status.ANNULLED: "無効（署名の取消し）",
    Status.REVOKED: "取消し",
    Status.ERASED: "記載事項を消去済み",
    Status.SUPERSEDED: "再発行により失効",
    Status.UNSEALED: "台帳に未封印",
    Status.EXPIRED: "有効期限切れ",
    Status.VALID: "有効",
}
ACTIONS = {
    AccessLog.Action.LIST.value: "一覧の閲覧",
    AccessLog.Action.OPEN.value: "個別の閲覧",
    AccessLog.Action.DOWNLOAD.value: "ダウンロード",
    AccessLog.Action.DOWNLOAD_ALL.value: "一括ダウンロード",
    AccessLog.Action.EXPORT.value: "書き出し",
}
RIGHTS = {
    "grant": "監査の閲覧権限",
    "hr": "人事・教育責任者として",
    "privacy_officer": "個人情報保護管理責任者として",
    "sample": "抜取りの確認",
    "claim": "申立ての確認",
    "other": "その他",
    "command": "サーバーでのコマンド",
}
FIRST_ISSUE, REISSUE, EDITION = "初回", "再発行", "他言語版"
PASSED, FAILED = "合格", "不合格"
SHEETS = {
    "roster": "名簿",
    "assignments": "割り当て",
    "exemptions": "免除",
    "results": "理解度テストの結果",
    "untrained": "未受講・未署名",
    "attestations": "誓約書",
    "certificates": "修了証",
    "reminders": "督促",
    "access-log": "閲覧記録",
    "sample": "抜取り",
    "as-of": "ある日の状況",
}
