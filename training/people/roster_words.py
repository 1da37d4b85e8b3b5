"""The words by which lists of staff call their columns and kinds of employment. Data: ``roster_columns`` reads it."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "number": """
        社員番号 社員no 社員num 社員id 社員コード 従業員番号 従業員no 従業員id 従業員コード 職員番号 職員コード
        社番 人員番号 スタッフコード スタッフ番号 番号 コード no number staffnumber staffno staffid
        employeenumber employeeno employeeid employeecode empno empid personnelnumber personnelno personalnummer
        mitarbeiternummer matricule 员工编号 工号 사번
        社員cd 社員code 従業員cd 従業員code 職員cd 職員no 職員id スタッフcd スタッフno スタッフid
    """,
    "former": """
        旧社員番号 前社員番号 旧社員no 前社員no 旧社員id 旧社員コード 前社員コード 旧従業員番号 前従業員番号
        旧従業員コード 旧職員番号 旧社番 前社番 旧番号 前番号 以前の社員番号 変更前社員番号 変更前の社員番号
        変更前番号 formernumber formerstaffnumber formerstaffno formeremployeenumber formeremployeeid
        previousnumber previousstaffnumber previousemployeenumber previousemployeeid oldnumber oldstaffnumber
        oldemployeenumber oldemployeeid
        社員番号旧 社員番号旧番号 社員番号前 社員番号変更前 社員番号以前 従業員番号旧 従業員番号前 従業員番号変更前
        社員no旧 社員コード旧
        従業員コード旧 職員番号旧 社番旧
    """,
    "name": """
        氏名 名前 社員名 従業員名 社員氏名 従業員氏名 職員名 職員氏名 氏名漢字 漢字氏名 姓名 お名前 name fullname
        employeename staffname displayname 员工姓名 이름 성명
    """,
    "family": """
        姓 氏 苗字 名字 姓漢字 漢字姓 familyname lastname surname nachname nom
    """,
    "given": """
        名 名漢字 漢字名 givenname firstname forename vorname prénom prenom
    """,
    "kana": """
        フリガナ ふりがな カナ かな 氏名カナ カナ氏名 氏名フリガナ 氏名ふりがな 氏名かな 読み 読み仮名 ヨミガナ
        よみがな 読みがな 半角カナ 社員名カナ 従業員名カナ kana furigana reading namekana phonetic phoneticname
        氏名ヨミガナ 氏名よみがな 氏名ヨミ 氏名よみ 氏名読み 氏名読み仮名 氏名半角カナ 氏名全角カナ 名前カナ
        名前フリガナ 名前ふりがな
        名前ヨミガナ 名前よみがな 社員名フリガナ 社員名ふりがな 従業員名フリガナ 従業員名ふりがな 従業員名ヨミガナ
        社員氏名カナ 従業員氏名カナ
    """,
    "family_kana": """
        セイ せい 姓カナ 姓フリガナ 姓ふりがな 姓かな カナ姓 フリガナ姓 ふりがな姓 familynamekana lastnamekana
        姓ヨミガナ 姓よみがな 姓ヨミ 姓よみ 姓読み 姓読み仮名 姓半角カナ 姓全角カナ 氏カナ 氏フリガナ 氏ふりがな
        苗字カナ
        苗字フリガナ
    """,
    "given_kana": """
        メイ めい 名カナ 名フリガナ 名ふりがな 名かな カナ名 フリガナ名 ふりがな名 givennamekana firstnamekana
        名ヨミガナ 名よみがな 名ヨミ 名よみ 名読み 名読み仮名 名半角カナ 名全角カナ
    """,
    "department": """
        所属部署名 所属部門名 所属組織名 現所属部署
        所属 部署 部門 所属部署 所属部門 部署名 部門名 所属名 配属先 配属部署 組織 組織名 所属組織 主務 主務部署
        本務 本務所属 主所属 現所属 本部 事業部 部 課 係 室 グループ チーム 事業本部 支店 department
        departmentpath departmentname dept division section organization organisation orgunit team abteilung
        service département departement 部门 부서
    """,
    "second": """
        兼務 兼務先 兼務部署 兼務所属 兼任 兼任先 兼任部署 副所属 兼務部門 兼務所属部署 secondposting
        secondpostings secondaryposting concurrentpost concurrentposts concurrentposting secondarydepartment
        seconddepartment additionaldepartment
        所属兼務 所属兼任 部署兼務 部署兼任 所属部署兼務 部門兼務 組織兼務
    """,
    "post": """
        主兼区分 主務兼務区分 本務兼務区分 本務兼務 主務兼務 主兼 兼務区分 発令区分 postingtype posttype
    """,
    "type": """
        雇用区分 雇用形態 社員区分 従業員区分 区分 社員種別 雇用種別 就業形態 契約形態 身分 職員区分 勤務形態
        employmenttype type employeetype contracttype category beschäftigungsart
        雇用区分名 雇用形態名 社員区分名 従業員区分名 職員区分名 就業形態名 契約形態名 雇用区分名称 雇用形態名称
        社員区分名称
    """,
    "manager": """
        上長 上司 所属長 管理者 上長番号 上司番号 所属長番号 上長社員番号 上司社員番号 所属長社員番号 上長コード
        上司コード 直属上司 直属上長 上長氏名 上司氏名 所属長氏名 上司名 上長名 所属長名 評価者 一次評価者
        上長従業員番号 上司従業員番号 上司の社員番号 上長の社員番号 manager managernumber managerid supervisor
        reportsto linemanager managernr vorgesetzter responsable
    """,
    "joined": """
        入社日 入社年月日 入社 入社年月 採用日 採用年月日 雇用開始日 雇入日 雇入年月日 雇い入れ日 入職日
        就業開始日 着任日 契約開始日 joined joinedon joindate joiningdate dateofjoining hiredate hiredon datehired
        startdate starteddate eintrittsdatum eintritt datedentrée 入职日期 입사일
    """,
    "left": """
        退職日 退職年月日 退社日 退社年月日 退職 退社 離職日 離職年月日 雇用終了日 契約終了日 契約満了日
        退職予定日 最終出社日 就業終了日 left lefton leavingdate leavedate dateofleaving enddate terminationdate
        terminatedon lastday austrittsdatum austritt datedesortie 离职日期 퇴사일
    """,
    "email": """
        メール メールアドレス eメール eメールアドレス 電子メール 電子メールアドレス 会社メール 会社メールアドレス
        社用メール 社内メール emailaddress email mail mailaddress workemail e-mail emailアドレス 邮箱 이메일
    """,
}

TYPES: Mapping[str, str] = {
    "officer": """
        役員 取締役 代表取締役 社外取締役 監査役 執行役員 会長 社長 理事 副社長 専務 常務 専務取締役 常務取締役
        代表取締役社長 取締役会長 常勤役員 非常勤役員 社外役員 常勤取締役 非常勤取締役 常勤監査役 非常勤監査役
        社外監査役 執行役 officer director executive board
        boardmember
    """,
    "regular": """
        正社員 社員 正規 正規社員 正職員 職員 一般社員 正規雇用 無期 無期雇用 総合職 一般職 限定正社員
        地域限定正社員
        勤務地限定正社員 職務限定正社員 短時間正社員 regular permanent
        fulltime fulltimeemployee employee regularemployee unbefristet festangestellt
    """,
    "contract": """
        契約 契約社員 契約職員 嘱託 嘱託社員 嘱託職員 準社員 有期 有期雇用 有期契約 有期契約社員 再雇用 定年再雇用
        定年後再雇用
        再雇用社員 再雇用嘱託 無期契約社員 期間社員 期間従業員 期間工
        contract contractor fixedterm contractemployee temporarycontract befristet
    """,
    "part_time": """
        パート パートタイマー パートタイム パート社員 アルバイト バイト パートアルバイト 臨時 臨時職員 非常勤
        非常勤職員 短時間 短時間勤務 part parttime parttimer parttimeemployee teilzeit
    """,
    "temporary": """
        派遣 派遣社員 派遣スタッフ 派遣労働者 受入派遣 temp temporary agency agencyworker temporaryworker
        dispatched temporaryagencyworker leiharbeiter
    """,
    "seconded_in": """
        出向受入 出向受け入れ 出向受入れ 受入出向 受入出向者 出向受入者 受入 出向者受入 出向入 secondedin
        secondedfromelsewhere inboundsecondee secondeein
    """,
    "seconded_out": """
        出向 在籍出向 社外出向 出向中 出向者 出向出 外部出向 secondedout seconded secondee secondedelsewhere
        outboundsecondee secondeeout
    """,
}
