"""The demo from nothing to a served site, with what it took and made written to ``summary.json``."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.utils import timezone

from cms.demo import company, walk
from cms.demo.server import serving
from cms.load_content import content_files, load_content
from cms.setup import ensure_site
from training.attestation.models import Attestation
from training.campaigns.models import Assignment, Campaign
from training.campaigns.queries import all_completed
from training.catalogue.models import ModuleVersionQuestion
from training.certificates.issue import issue_waiting
from training.certificates.keys import make_credentials
from training.certificates.models import Certificate
from training.certificates.queries import certificate_of
from training.conf import conf
from training.ledger.keys import load_key, make_key, verifier
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.people.models import Employment
from training.people.queries import person_on
from training.roles import Role

Say = Callable[[str], object]

# How far colleagues are when one looks: place in the roster, modules passed, and what then.
COLLEAGUES = (
    (1, 9, "signed"), (2, 9, "signed"), (3, 9, "signed"), (7, 9, "signed"), (10, 9, ""), (11, 9, "declined"),
    (12, 6, "paper"), (13, 5, "failed"), (14, 4, "reading"), (15, 3, ""), (16, 2, "reading"), (17, 1, ""),
    (18, 1, "failed"), (20, 0, "reading"), (21, 0, "paper"),
)  # fmt: skip


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - began, 2)


def _prepare(say: Say) -> None:
    call_command("migrate", verbosity=0, interactive=False)
    key = conf.ledger_key_file
    if key is not None and not key.exists():
        make_key(path=key)
    signing, certificate = conf.signing_key_file, conf.signing_certificate_file
    if signing is not None and certificate is not None and not signing.exists():
        make_credentials(key_path=signing, certificate_path=certificate, company=conf.company_name, now=timezone.now())
    ensure_site()
    say("教材を読み込み、公開しています（プライバシーポリシー、9課程、設問、誓約書）…")
    load_content(files=content_files(), now=timezone.now(), progress=lambda name: say(f"  {name}"))


def _next_learner(campaign: Campaign, staff: list[Employment]) -> tuple[Employment, Assignment]:
    """The first in the roster who has not begun."""
    idle = {
        assignment.employment_id: assignment
        for assignment in Assignment.objects.filter(campaign=campaign).select_related("campaign")
        if not assignment.tasks.filter(opened_at__isnull=False).exists()
    }
    for employment in staff:
        if employment.pk in idle:
            return employment, idle[employment.pk]
    raise company.NobodyLeft


def _accounts(learner: Employment, other: Employment) -> dict[str, company.Account]:
    account = company.account
    number, spare = learner.number, other.number
    return {
        "learner": account(role="受講者（この実演の主人公）", username=f"s{number}", first_url="/my/"),
        "other": account(role="受講者（まだ始めていない人）", username=f"s{spare}", first_url="/my/"),
        "hr": account(role="人事・教育責任者", username="hr", first_url="/admin/", groups=(Role.HR,)),
        "editor": account(role="教材担当", username="editor", first_url="/admin/", groups=(Role.EDITOR,)),
        "officer": account(
            role="個人情報保護管理責任者", username="officer", first_url="/admin/", groups=(Role.PRIVACY_OFFICER,)
        ),
        "auditor": account(role="監査責任者・審査員", username="auditor", first_url="/audit/", groups=(Role.AUDITOR,)),
    }


def _colleagues(campaign: Campaign, staff: list[Employment], learner: Employment) -> None:
    """Bring the others on their way, once."""
    now = timezone.now()
    for place, modules, then in COLLEAGUES:
        employment = staff[place]
        assignment = Assignment.objects.get(campaign=campaign, employment=employment)
        if employment.pk == learner.pk or assignment.tasks.filter(opened_at__isnull=False).exists():
            continue
        company.bring_to(employment, modules=modules, then=then, campaign=campaign, now=now)
    issue_waiting(now=timezone.now())


def _ledger_intact() -> bool:
    return verify(keys=[verifier(load_key())]).intact and verify_records().intact


def run(*, folder: Path, fixtures: Path, port: int, serve: bool, say: Say) -> None:
    """Do it all; with ``serve`` go on serving until interrupted."""
    clock = _Clock()
    began = time.monotonic()
    with clock.stage("set_up"):
        _prepare(say)
    with clock.stage("company"):
        now = timezone.now()
        staff = company.make_staff(fixtures / "demo" / "staff.csv", now=now)
        users = get_user_model().objects
        accounts: dict[str, company.Account] = {}
        officer = company.account(role="", username="officer", first_url="", groups=(Role.PRIVACY_OFFICER,))
        auditor = company.account(role="", username="auditor", first_url="", groups=(Role.AUDITOR,))
        campaign = company.open_year(
            officer=users.get(username=officer.username), auditor=users.get(username=auditor.username), now=now
        )
        say(f"{len(staff)}人の会社で {campaign.code}「{campaign.title}」を開始しました。")
    with ExitStack() as stack:
        origin = stack.enter_context(serving(port if serve else 0))
        learner, assignment = _next_learner(campaign, staff)
        spare = next(e for e in reversed(staff) if e.pk != learner.pk)
        accounts = _accounts(learner, spare)
        person = person_on(learner, now.date())
        with clock.stage("learning"):
            say(f"{person.number} {person.name} さんとしてログインします。")
            browser = walk.sign_in(origin, company.by_number(accounts["learner"], learner))
            walk.read_notice(browser)
            passed = walk.learn(browser, say=say)
        with clock.stage("pledge"):
            walk.pledge(browser, name=person.name, password=accounts["learner"].password, say=say)
            check = walk.certificate(browser, file=folder / "certificate.pdf")
            say(f"  修了証を保存しました: {folder / 'certificate.pdf'}")
        with clock.stage("check"):
            status = walk.public_check(origin, check)
            say(f"  修了証の確認ページ: {check} → {status}")
        with clock.stage("colleagues"):
            _colleagues(campaign, staff, learner)
        with clock.stage("hr"):
            hr = walk.sign_in(origin, accounts["hr"])
            seen = walk.hr_sees(hr, campaign=campaign, number=person.number)
            say(f"人事の一覧に {person.number} が{'表示されています' if seen else '見あたりません'}。")
        with clock.stage("audit"):
            count = walk.auditor_checks(walk.sign_in(origin, accounts["auditor"]))
            say(f"監査人が修了証 {count} 通をまとめてダウンロードしました。")
        with clock.stage("verify"):
            seal(now=timezone.now(), key=load_key())
            intact = _ledger_intact()
            say(f"台帳の検証: {'改ざんなし' if intact else '異常あり'}")
        clock.seconds["total"] = round(time.monotonic() - began, 2)
        summary = _summary(campaign, assignment, passed=passed, intact=intact, check=check, status=status)
        summary |= {"seconds": clock.seconds, "accounts": [asdict(a) for a in accounts.values()]}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        if not (intact and seen and status == "有効" and passed == summary["modules"]):
            raise walk.Unexpected("the main job did not end as it must; see summary.json")
        say(f"\n完了しました（{clock.seconds['total']:.0f}秒）。記録: {folder / 'summary.json'}\n")
        for account in accounts.values():
            say(f"  {account.role:　<16} {account.username:<10} {account.password:<18} {account.first_url}")
        if serve:
            say(f"\n{origin}/ で待ち受けています。終了は Ctrl+C。")
            _until_interrupted()


def _summary(
    campaign: Campaign, assignment: Assignment, *, passed: int, intact: bool, check: str, status: str
) -> dict[str, Any]:
    attestation = Attestation.objects.get(assignment=assignment)
    certificate = certificate_of(assignment)
    assert certificate is not None  # noqa: S101  (it was downloaded)
    pins = campaign.campaign_modules.values_list("pins__module_version", flat=True)
    done = [a for a in Assignment.objects.filter(campaign=campaign) if all_completed(a.pk)]
    return {
        "campaign": campaign.code,
        "modules": campaign.campaign_modules.count(),
        "questions": ModuleVersionQuestion.objects.filter(module_version__in=pins).count(),
        "passed": passed,
        "completed": len(done),
        "attestation": {"id": str(attestation.pk), "digest": attestation.digest, "at": attestation.at.isoformat()},
        "certificate": {
            "serial": certificate.serial,
            "pdf_sha256": certificate.pdf_sha256,
            "check_url": check,
            "status": status,
            "issued": Certificate.objects.filter(assignment__campaign=campaign).count(),
        },
        "ledger_intact": intact,
    }


def _until_interrupted() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
