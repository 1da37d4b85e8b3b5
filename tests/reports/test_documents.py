"""The four documents of a campaign: what each says, and that it says it of the facts alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.utils.translation import override

from tests import asking, building
from tests.building import NOW, later
from tests.certificates.verapdf import failures
from tests.typesetting import reading
from training.access.grant import grant
from training.attestation.attest import decline
from training.campaigns.models import Campaign
from training.campaigns.plan import plan
from training.catalogue.blueprint import Blueprint, PoolDraw
from training.catalogue.images import image_path
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.errors import Invalid, NotReady
from training.ledger.keys import load_key
from training.ledger.queries import latest_checkpoint
from training.ledger.seal import seal
from training.policy.publish import publish_revision
from training.quiz.remark import mark_again, withdraw
from training.reports.documents.make import module_pdf, plan_pdf, questions_pdf, report_pdf
from training.reports.documents.results import ModuleResult, judged, share
from training.roles import Role

TODAY = date(2026, 11, 24)
DB = pytest.mark.django_db
ALL = Blueprint(draw=1, pass_mark=50)


def said(pdf: bytes) -> str:
    """All that is printed, without white space."""
    return reading.run_together(pdf)


def close(text: str) -> str:
    return re.sub(r"\s", "", text)


@DB
def test_a_plan_quotes_the_clause_it_carries_out_and_says_what_when_and_for_whom() -> None:
    building.person()
    campaign = building.campaign(["article-1", "article-2"])
    seal(now=NOW, key=load_key())
    text = said(plan_pdf(campaign, checkpoint=latest_checkpoint()))

    for words in (
        "教育計画書",
        "2026年度",
        "2026年度個人情報保護研修（年次研修）",
        "個人情報の取り扱いに関する留意事項等につき、従業員に対する定期的な教育・研修の実施",
        "プライバシーポリシー第1版（2022年7月29日制定）第3条第3号",
        "a個人情報保護方針b適合の重要性と利点c役割と責任d違反の結果",
        "正社員1人計1人",
        "2026年4月1日から2027年3月31日まで",
        "2026年12月25日",
        "2027年12月31日",
        "研修article-1第1版",
        "研修article-24問3問66%以上",
        "個人情報の取り扱いに関する誓約書文面第1版",
    ):
        assert words in text, words
    for version in ModuleVersion.objects.all():
        assert version.digest in text


@DB
def test_a_plan_names_who_approved_and_opened_it_with_the_ledgers_entries() -> None:
    building.person()
    campaign = building.campaign()
    seal(now=NOW, key=load_key())
    checkpoint = latest_checkpoint()
    assert checkpoint is not None
    text = said(plan_pdf(campaign, checkpoint=checkpoint))

    for event in campaign.events.select_related("entry"):
        assert f"台帳の記録番号{event.entry_id}台帳での番号{event.entry.sequence}番" in text
        assert event.entry.leaf in text
    assert "承認2026年11月24日10時00分00秒(JST、UTC+09:00)officer" in text
    assert f"ツリーのサイズ{checkpoint.size}件ルートハッシュ{checkpoint.root}" in text
    assert close(checkpoint.note) in text


@DB
def test_what_was_sealed_after_the_checkpoint_is_not_told_as_sealed() -> None:
    building.person()
    seal(now=NOW, key=load_key())
    before = latest_checkpoint()
    campaign = building.campaign()
    assert said(plan_pdf(campaign, checkpoint=before)).count("台帳での番号封印待ち") == 3

    earlier = plan_pdf(campaign, checkpoint=before)
    seal(now=later(hours=1), key=load_key())
    assert plan_pdf(campaign, checkpoint=before) == earlier
    assert "封印待ち" not in said(plan_pdf(campaign, checkpoint=latest_checkpoint()))
    assert "まだ一度も封印されていません" in said(plan_pdf(campaign, checkpoint=None))


@DB
def test_a_plan_names_the_responsible_and_the_auditors_let_in() -> None:
    building.person()
    campaign = building.campaign()
    officer = building.officer()
    hr = building.account("jinji", Role.HR)
    hr.last_name = "人事 花子"
    hr.save()
    auditor = building.account("kansa", Role.AUDITOR)
    grant(user=auditor, campaigns=[campaign], first_day=TODAY, last_day=TODAY, by=officer, now=NOW)
    text = said(plan_pdf(campaign, checkpoint=None))

    assert "人事・教育責任者人事花子" in text
    assert "監査責任者・審査員kansa" in text
    assert "個人情報保護管理責任者officer" in text


@DB
def test_a_draft_has_a_plan_with_the_versions_that_it_would_pin() -> None:
    building.person()
    campaign = building.campaign(opened=False)
    building.module_version("article-3", title="改めた題", now=later(hours=1))
    text = said(plan_pdf(campaign, checkpoint=None))

    assert "改めた題第2版" in text
    assert "人数は、開始の時に名簿から定まります。" in text


@DB
def test_a_plan_for_a_policy_without_that_clause_quotes_none() -> None:
    building.person()
    campaign = building.campaign()
    other = publish_revision(source="方針\n\n第1条 (目的)\n\n守ります。\n\n2026年1月1日 制定\n", now=NOW)
    campaign.revision = other

    assert "方針第2版（2026年1月1日制定）を従業者に周知するために行います。" in said(
        plan_pdf(campaign, checkpoint=None)
    )


@pytest.fixture
def halfway(db: None) -> Any:
    """Five people: one not begun, one failed, one who cannot sign, one unsigned, one signed."""
    people = [
        building.person(f"00010{n}", f"架空 {n}", department=f"本部{n % 2}/部", joined=date(2020, 4, 1))
        for n in range(5)
    ]
    campaign = building.campaign()
    (task,) = building.assignment_of(people[1]).tasks.all()
    building.sit(building.read(task), right=False)
    for person in people[2:]:
        building.train(building.assignment_of(person))
    decline(assignment=building.assignment_of(people[2]), reason="前職との関係を確かめたい", now=NOW)
    building.sign(building.assignment_of(people[4]), "架空 4")
    return campaign


def test_a_report_gives_the_figures_of_the_day(halfway: Any) -> None:
    text = said(report_pdf(halfway, day=TODAY))

    for words in (
        "教育実施報告書",
        "2026年11月24日の終わり（日本時間）",
        "対象者5人100.0%",
        "受講を始めた人4人80.0%",
        "受講を終えた人3人60.0%",
        "誓約書に署名した人1人20.0%",
        "受講を終えていない人2人40.0%",
        "対象者の内訳正社員5人",
        "研修article-344375.0%75.0%75.075.066%",
        "受験した4人のうち1人が合格基準に達していません。",
    ):
        assert words in text, words


def test_a_report_lists_who_is_not_done_by_number_and_department_with_reason_and_remedy(halfway: Any) -> None:
    text = said(report_pdf(halfway, day=TODAY))

    for words in (
        "まだ始めていない1人",
        "本部0/部1人000100",
        "理解度テストに合格していない1人設問ごとの解説を示し、新たに選んだ設問で受け直せるようにしています。",
        "本部1/部1人000101",
        "署名できないと申し出た1人",
        "まだ署名していない1人",
        "期限を過ぎた人はいません。",
    ):
        assert words in text, words
    assert "架空" not in text
    assert "前職" not in text


def test_a_report_after_the_due_day_counts_who_is_late(halfway: Any) -> None:
    text = said(report_pdf(halfway, day=date(2026, 12, 26)))

    assert "うち1人は期限を過ぎています。" in text
    assert "うち" not in said(report_pdf(halfway, day=date(2026, 12, 25))).split("5.受講を終えていない人と")[1]


def test_a_report_shows_the_questions_answered_wrong_most(halfway: Any) -> None:
    text = said(report_pdf(halfway, day=TODAY))

    assert "誤りの多かった設問正答率の低いものから" in text
    assert "誤った対応" in text


def test_a_report_of_a_day_is_the_same_whatever_comes_later(halfway: Any) -> None:
    before = report_pdf(halfway, day=TODAY)
    late = halfway.assignments.get(employment__number="000100")
    building.train(late, now=later(days=2))

    assert report_pdf(halfway, day=TODAY) == before
    assert report_pdf(halfway, day=TODAY + timedelta(days=2)) != before


@DB
def test_a_report_of_a_campaign_that_everyone_has_finished_says_so() -> None:
    person = building.person()
    campaign = building.campaign()
    building.train(building.assignment_of(person))
    building.sign(building.assignment_of(person), "髙橋 一郎")
    text = said(report_pdf(campaign, day=TODAY))

    assert "対象者の全員が受講を終えました。" in text
    assert "受講を終えた人の全員が署名しました。" in text
    assert "誤答はありません。" in text
    assert "受験した1人の全員が1回目で合格しました。" in text


@DB
def test_a_report_of_the_day_before_the_opening_counts_nobody() -> None:
    building.person()
    text = said(report_pdf(building.campaign(), day=TODAY - timedelta(days=1)))

    assert "対象者0人—" in text
    assert "対象者がいません。" in text
    assert "まだ受験した人がいないため、評価していません。" in text


@DB
def test_there_is_no_report_on_a_plan_that_nobody_approved() -> None:
    version = building.module_version()
    draft = plan(
        code="FY2027",
        title="来年",
        kind=Campaign.Kind.YEARLY,
        first_day=TODAY,
        last_day=TODAY,
        due_on=TODAY,
        valid_until=TODAY,
        revision=version.revision,
        statement=building.statement(),
        modules=[version.module],
        by=building.officer(),
        now=NOW,
    )

    with override("en"), pytest.raises(NotReady, match="FY2027 has not been approved"):
        report_pdf(draft, day=TODAY)
    assert "承認承認前" in said(plan_pdf(draft, checkpoint=None))


@DB
def test_a_lesson_says_on_every_page_which_version_it_is() -> None:
    html = "<p>" + "</p><p>".join(["長い段落です。" * 40] * 40) + "</p>"
    section = replace(asking.snapshot("article-3").sections[0], html=html)
    version = building.module_version("article-3", sections=(section,))
    pages = reading.raw(module_pdf(version)).rstrip("\f").split("\f")

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        assert f"article-3　第1版　SHA-256 {version.digest}".replace("　", " ") in page.replace("　", " ")
        assert "2026年11月24日 10時00分00秒" in page
        assert "プライバシーポリシー 第1版（2022年7月29日制定）" in page
        assert f"{number} / {len(pages)}" in page


@DB
def test_a_question_sheet_has_every_key_explanation_and_digest() -> None:
    version = building.module_version("article-3")
    text = said(questions_pdf(version))

    for row in version.pool.select_related("question_version"):
        question = row.question_version
        assert f"設問{question.question}第1版指紋(SHA-256){question.digest}" in text
    assert text.count("○正しい対応0解説0") == 4
    assert text.count("○正しい対応1解説1") == 1
    assert text.count("×誤った対応3解説3") == 4
    assert text.count("正しいものをすべて選ぶ") == 1
    assert text.count("考え方の説明。") == 4
    assert "条項第3条第3号／認識事項a個人情報保護方針、c役割と責任" in text


def every_type() -> ModuleVersion:
    """A version with a question of each type, the first with a picture and marks that carry meaning."""
    shown = asking.picture(size=(60, 30))
    first, *rest = asking.every_type("article-3")
    stem = (
        "<p>10<sup>3</sup>件、<del>旧</del><ins>新</ins>、<ruby>漏洩<rt>ろうえい</rt></ruby></p>"
        f'<p>この<img src="{shown.source}" alt="赤い画面">を見て。</p><pre>a  b</pre>'
    )
    return building.module_version(
        "article-3",
        questions=(replace(first, stem=stem), *rest),
        images=(shown,),
        blueprint=Blueprint(draw=3, pass_mark=66, pools=(PoolDraw("main", 3),), attempts=3, rotation=50),
    )


@DB
def test_a_question_sheet_has_the_key_of_every_type() -> None:
    version = every_type()
    text = said(questions_pdf(version))

    for words in (
        "一つを選ぶ／条項第3条第3号／認識事項a個人情報保護方針／難易度ふつう",
        "○選択肢0解説0×選択肢1解説1",
        "正しいものをすべて選ぶ（部分点あり）",
        "○選択肢1配点1/2解説1×選択肢2配点-1/2解説2",
        "×正しい正しくありません。○誤りそのとおり。",
        "問われるもの組になるもの語0相手0語1相手1どれとも組にならない選択肢×相手2",
        "順に並べる（部分点あり）",
        "1.手順02.手順13.手順24.手順3",
        "マイナンバー1—番号1/2半分です。",
        "次の違いは問わない全角と半角、ひらがなとカタカナ、大文字と小文字、空白の有無",
        "72（71.5から72.5まで）1—単位時間、h（書かなければ正解としない）",
        "事例について答える",
        "問8の1正しいか誤りかを答える小問0",
        "問8の3正しいものをすべて選ぶ（部分点あり）小問2",
        "受験できる回数3回制限時間なし前年と同じ設問50%まで",
        "漏洩（ろうえい）",
    ):
        assert words in text, words


@DB
def test_a_sheet_of_every_type_is_fit_for_the_archive_and_its_picture_is_read_aloud() -> None:
    pdf = questions_pdf(every_type())

    assert failures(pdf, "3B") == []
    assert failures(pdf, "UA1") == []
    assert "〔赤い画面〕" not in said(pdf)
    with pikepdf.open(BytesIO(pdf)) as opened:
        alts = [str(one["/Alt"]) for one in opened.objects if isinstance(one, pikepdf.Dictionary) and "/Alt" in one]
    assert alts == ["赤い画面"]


@DB
@pytest.mark.parametrize("spoil", [lambda path: path.unlink(), lambda path: path.write_bytes(b"x")])
def test_of_a_picture_that_is_lost_or_was_changed_the_description_is_printed(
    spoil: Any, tmp_path: Path, settings: Any
) -> None:
    # A folder of its own: the same picture belongs to other tests too.
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "EVIDENCE_ROOT": tmp_path}
    version = every_type()
    spoil(image_path(version.content["images"][0]))

    assert "この〔赤い画面〕を見て。" in said(questions_pdf(version))


@DB
def test_an_english_sheet_has_the_key_of_every_type_in_english() -> None:
    questions = tuple(replace(question, language="en") for question in asking.every_type("article-3"))
    version = building.module_version("article-3", language="en", questions=questions, blueprint=ALL)
    text = reading.raw(questions_pdf(version))

    for words in ("True or false", "Put in order (partial", "72 (71.5 to 72.5)", "Unit: 時間, h (required)", "part 3"):
        assert words in text.replace("（", " (").replace("）", ")"), words


@DB
def test_a_report_shows_the_results_before_and_after_a_withdrawal(tmp_path: Any) -> None:
    person = building.person()
    campaign = building.campaign(snapshots={"article-3": {"blueprint": Blueprint(draw=4, pass_mark=100)}})
    (task,) = building.assignment_of(person).tasks.all()
    submission = building.sit(building.read(task), right=False)
    before = report_pdf(campaign, day=TODAY)
    assert "取り下げた設問" not in said(before)
    drawn = submission.attempt.drawn
    withdraw(
        questions=[QuestionVersion.objects.get(pk=key) for key in drawn[:3]],
        reason="正解が二つある",
        by=building.officer(),
        now=later(days=1),
    )
    mark_again(now=later(days=1))

    assert report_pdf(campaign, day=TODAY) == before
    after = report_pdf(campaign, day=TODAY + timedelta(days=1))
    text = said(after)
    assert text.count("2026年11月25日1枚0枚正解が二つある") == 3
    assert "研修article-31枚0枚0枚0.00.0" in text
    assert "前の採点は消さず、新しい採点を加えています。" in text
    assert failures(after, "3B") == []
    assert failures(after, "UA1") == []


@DB
def test_documents_are_the_same_bytes_for_the_same_facts_whatever_the_readers_language() -> None:
    building.person()
    campaign = building.campaign()
    version = ModuleVersion.objects.get()

    def made() -> list[bytes]:
        return [
            plan_pdf(campaign, checkpoint=None),
            report_pdf(campaign, day=TODAY),
            module_pdf(version),
            questions_pdf(version),
        ]

    first = made()
    with override("en"):
        assert made() == first


@DB
@pytest.mark.parametrize("make", [module_pdf, questions_pdf])
def test_a_character_that_no_font_has_is_refused_by_name(make: Any) -> None:
    question = asking.question("article-3", 1)
    section = replace(asking.snapshot("article-3").sections[0], html="<p>絵文字😀です。</p>")
    version = building.module_version(
        "article-3",
        sections=(section,),
        questions=(replace(question, stem="<p>😀どうしますか。</p>"),),
        blueprint=Blueprint(draw=1, pass_mark=50),
    )

    with pytest.raises(Invalid, match=re.escape("「😀」(U+1F600)")):
        make(version)


@DB
def test_a_tag_that_no_document_can_show_is_refused_and_not_left_out() -> None:
    version = building.module_version("article-3")
    version.content["sections"][0]["html"] = "<p>前</p><video>語</video>"

    with override("en"), pytest.raises(Invalid, match="no document can show: <video> is not known"):
        module_pdf(version)


@DB
def test_an_english_lesson_is_framed_in_english() -> None:
    snapshot = asking.snapshot("article-3", language="en", title="Keeping it safe")
    questions = tuple(replace(question, language="en") for question in snapshot.questions)
    version = building.module_version("article-3", language="en", title="Keeping it safe", questions=questions)
    text = reading.raw(module_pdf(version))

    assert "Lesson as shown to learners" in text
    assert "published 2026-11-24 10:00:00+09:00" in text


@DB
def test_all_four_are_fit_for_the_archive_and_for_a_screen_reader(tmp_path: Any) -> None:
    building.person()
    campaign = building.campaign()
    version = ModuleVersion.objects.get()
    for pdf in (
        plan_pdf(campaign, checkpoint=None),
        report_pdf(campaign, day=TODAY),
        module_pdf(version),
        questions_pdf(version),
    ):
        assert failures(pdf, "3B") == []
        assert failures(pdf, "UA1") == []
        assert set(reading.fonts(pdf, tmp_path).values()) == {"yes"}


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [(0, 0, "—"), (0, 3, "0.0%"), (1, 3, "33.3%"), (9999, 10000, "99.9%"), (3, 3, "100.0%")],
)
def test_a_share_is_rounded_down_so_that_only_all_is_a_hundred(part: int, whole: int, words: str) -> None:
    assert share(part, whole) == words


@pytest.mark.parametrize(
    ("people", "passed", "first", "words"),
    [
        (0, 0, 0, "まだ受験した人がいないため"),
        (5, 4, 4, "5人のうち1人が合格基準に達していません"),
        (5, 5, 3, "うち2人は、解説を読んで受け直した結果です"),
        (5, 5, 5, "5人の全員が1回目で合格しました"),
    ],
)
def test_each_module_is_judged_by_who_passed_and_when(people: int, passed: int, first: int, words: str) -> None:
    module = ModuleResult(
        title="題", number=1, digest="0" * 64, pass_mark=80, people=people, papers=people, passed=passed, first=first,
        score=None, first_score=None,
    )  # fmt: skip

    assert words in judged(module)
