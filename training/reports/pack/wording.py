"""The words of a pack's tables. Not gettext: a pack reads the same whoever exports it, in whatever language."""

from __future__ import annotations

from training.access.models import AccessLog
from training.attestation.models import Annulment, Attestation, PaperRecord
from training.campaigns.ladder import Reader
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, CampaignEvent, Completion, Exemption
from training.certificates.status import Status
from training.changes.models import ClauseDecision
from training.reports.as_of_wording import CLOSINGS

YES = "○"
NUMBER, NAME, KANA, DEPARTMENT = "社員番号", "氏名", "フリガナ", "所属"
ENTRY, FILE, SHA256, ASSIGNMENT = "台帳の番号", "ファイル", "SHA-256", "割当ID"

CAUSES = {
    Assignment.Cause.AUDIENCE.value: "開始日に在籍（対象者の条件に該当）",
    Assignment.Cause.FOLLOWED.value: "開始の後に対象者となった",
    Assignment.Cause.MANUAL.value: "人事による追加",
    Assignment.Cause.CHANGE.value: "以前の規程に署名した方",
    Assignment.Cause.LEAVING.value: "退職の予定",
}
DUE_REASONS = {
    "campaign": "研修の期限",
    "rule": "期限の規則",
    "leave": "休業により変更",
    "extension": "個別の延長",
    "exemption": "免除により変更",
    "campaign_extended": "研修の延長",
}
EXEMPTED = {Exemption.Kind.GRANTED.value: "免除", Exemption.Kind.LIFTED.value: "免除の解除"}
PROLONGED = "期限の延長"
TURNS = {AssignmentEvent.Kind.CLOSED.value: "終了", AssignmentEvent.Kind.REOPENED.value: "再開"}
TURN_CAUSES = {
    **CLOSINGS,
    AssignmentEvent.Cause.ADDED.value: "人事による再追加",
    AssignmentEvent.Cause.HERE_AFTER_ALL.value: "名簿の訂正（在籍している）",
    AssignmentEvent.Cause.LEAVES.value: "退職の予定（再び）",
}
KINDS = {
    Campaign.Kind.YEARLY.value: "年度研修",
    Campaign.Kind.JOINING.value: "入社時研修",
    Campaign.Kind.CHANGE.value: "規程改定時の研修",
    Campaign.Kind.MAKE_UP.value: "追加研修",
    Campaign.Kind.LEAVING.value: "退職時誓約書",
}
SIGNED_FROM, SAME_REVISION = "{day}以降の署名", "同じ版の規程"
CREDIT_COUNTS, CREDIT_ENDED = "有効", "署名が無効とされた"
PAPERS = {PaperRecord.Kind.PAPER.value: "紙の教材とテスト", PaperRecord.Kind.GROUP.value: "集合研修"}
HOW = {Completion.How.PASSED.value: "理解度テスト", Completion.How.PAPER.value: "紙・集合研修（人事が登録）"}
READERS = {Reader.LEARNER.value: "本人", Reader.MANAGER.value: "上長", Reader.HR.value: "人事"}
ON_ASSIGNMENT = "受講のご案内"
BY_HAND, BEFORE_DUE, ON_DUE, AFTER_DUE = "個別の依頼", "期限の{days}日前", "期限の日", "期限の{days}日後"
EVENTS = {
    CampaignEvent.Kind.DRAFTED.value: "計画の作成",
    CampaignEvent.Kind.CHANGED.value: "計画の変更",
    CampaignEvent.Kind.APPROVED.value: "計画の承認",
    CampaignEvent.Kind.OPENED.value: "開始",
    CampaignEvent.Kind.EXTENDED.value: "延長",
    CampaignEvent.Kind.ADOPTED.value: "教材の新しい版の採用",
    CampaignEvent.Kind.CLOSED.value: "終了",
    CampaignEvent.Kind.CANCELLED.value: "中止",
}
FIGURES = {
    "assigned": "割り当て",
    "signed": "署名",
    "closed": "署名なしで終了",
    "credited": "受講済み扱い",
    "exempt": "免除",
    "outstanding": "未了",
}
DAYS = {"due_on": "期限", "last_day": "最終日", "valid_until": "修了証の有効期限"}
DECISION, CONFIRMATION = "改定の判断", "教材の確認"
CHANGES = {
    ClauseDecision.Change.RENUMBERED.value: "条番号のみ",
    ClauseDecision.Change.CHANGED.value: "変更",
    ClauseDecision.Change.ADDED.value: "追加",
    ClauseDecision.Change.REMOVED.value: "削除",
}
NOT_STARTED, IN_PROGRESS, UNSIGNED = "未着手", "受講中", "全課程修了・未署名"
DECLINED, UNASSIGNED = "署名できないとの申し出", "割り当てなし（割り当ての後の入社など）"
NO_MEASURE = "記録なし"
TAUGHT_AGAIN = "再教育"
REMINDED, MORE_TIME = "督促{count}回（最後は{day}）", "期限の延長（{day}まで）"
CLOSED, EXEMPT = "終了（{cause}）", "免除（{cause}）"
ANNULLED_BEFORE = "署名は無効とされた"
NO_FILE = "なし"
NO_COPY = "写しを作成できません"

METHODS = {
    Attestation.Method.PASSWORD.value: "パスワード",
    Attestation.Method.TOTP.value: "認証アプリのワンタイムコード",
    Attestation.Method.WEBAUTHN.value: "パスキー・セキュリティキー",
    Attestation.Method.RECOVERY_CODE.value: "リカバリーコード",
    Attestation.Method.OIDC.value: "IDプロバイダー（OpenID Connect）",
    Attestation.Method.PAPER.value: "紙への署名（人事が登録）",
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
    "exemptions": "免除と期限の延長",
    "credits": "受講済み扱い",
    "closings": "終了と再開",
    "paper": "紙・集合研修",
    "results": "理解度テストの結果",
    "untrained": "未受講・未署名",
    "attestations": "誓約書",
    "certificates": "修了証",
    "reminders": "督促",
    "course": "研修の経過",
    "changes": "規程の改定",
    "access-log": "閲覧記録",
    "sample": "抜取り",
    "as-of": "ある日の状況",
}
