"""The documents about a campaign and what it taught, from the facts as stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import override

from training.access.models import AuditorGrant
from training.campaigns.approve import fingerprint_of
from training.campaigns.calendar import end_of, fiscal_year
from training.campaigns.models import Assignment, Campaign, CampaignEvent, Pin, Tally
from training.campaigns.open import LANGUAGE
from training.campaigns.queries import last_approval
from training.catalogue.images import image_path
from training.catalogue.models import ModuleVersion, ModuleVersionQuestion
from training.catalogue.queries import latest_versions
from training.conf import conf
from training.errors import Invalid, NotReady
from training.ledger.models import Checkpoint
from training.people.models import EmploymentType
from training.people.queries import department_paths
from training.policy.models import Clause
from training.reports.audience_preview import Audience
from training.reports.documents.lesson import Lesson, draw_lesson
from training.reports.documents.markup import Unreadable, words_of
from training.reports.documents.plan import (
    APPROVED,
    CHANGED,
    CLAUSE,
    DRAFTED,
    Anchor,
    Plan,
    PlannedModule,
    Recorded,
    draw_plan,
)
from training.reports.documents.questions import FrozenQuestion, draw_questions
from training.reports.documents.report import Person, Report, draw_report
from training.reports.documents.results import ModuleResult, QuestionResult, Remarked, Withdrawn
from training.reports.figures import outcome_of
from training.reports.planned import digest_of
from training.reports.results import WORST
from training.reports.rules import in_words
from training.roles import Role
from training.typesetting.fonts import load
from training.typesetting.glyphs import NoGlyph, named
from training.typesetting.picture import NoPicture, Picture, photograph

WHAT = {  # in the order of one instant
    CampaignEvent.Kind.DRAFTED: DRAFTED,
    CampaignEvent.Kind.CHANGED: CHANGED,
    CampaignEvent.Kind.APPROVED: APPROVED,
    CampaignEvent.Kind.OPENED: "開始",
}


@contextmanager
def _drawable() -> Iterator[None]:
    """Say of what cannot be drawn that it is the facts' fault, and which."""
    try:
        yield
    except NoGlyph as reason:
        raise Invalid(
            _("The document's font lacks: %(characters)s.") % {"characters": named(reason.characters)}
        ) from reason
    except Unreadable as reason:
        raise Invalid(
            _("The frozen text holds what no document can show: %(reason)s.") % {"reason": reason}
        ) from reason


@_drawable()
def module_pdf(version: ModuleVersion) -> bytes:
    """Return what a module version teaches, complete.

    Raises ``Invalid`` for a character that no font has, and for a tag of HTML
    that would have to be left out.
    """
    return draw_lesson(_lesson(version), fonts=load(conf.fonts))


@_drawable()
def questions_pdf(version: ModuleVersion) -> bytes:
    """Return a module version's whole pool with keys. Raises ``Invalid`` for a character that no font has."""
    pool = ModuleVersionQuestion.objects.filter(module_version=version).select_related("question_version")
    questions = [
        FrozenQuestion(
            content=row.question_version.content,
            number=row.question_version.number,
            digest=row.question_version.digest,
            pool=row.pool,
        )
        for row in pool.order_by("position")
    ]
    return draw_questions(_lesson(version), questions, fonts=load(conf.fonts))


@_drawable()
def plan_pdf(campaign: Campaign, *, checkpoint: Checkpoint | None, today: date | None = None) -> bytes:
    """Return the campaign's plan (教育計画書) with its approval as of a checkpoint; None: nothing is sealed.

    Before the opening it says how many the roster of ``today`` would name, if a
    day is given. The responsible accounts are the plan's own, and those that hold the roles now.
    Raises ``Invalid`` for a character that no font has.
    """
    zone = conf.time_zone
    revision, statement = campaign.revision, campaign.statement
    versions, recorded = _versions(campaign), tuple(_recorded(campaign, checkpoint))
    anchor = None
    if checkpoint is not None:
        at = checkpoint.at.astimezone(zone)
        anchor = Anchor(size=checkpoint.size, root=checkpoint.root, at=at, note=checkpoint.note)
    rules = in_words(campaign, paths=department_paths(campaign.first_day), language="ja")
    with override("ja"):
        kind = str(campaign.get_kind_display())
    opened = Tally.objects.filter(campaign=campaign).exists()
    foreseen = None
    if today is not None and not opened:
        foreseen = today, _by_type(Audience(campaign, day=today, paths=department_paths(today)).by_type())
    clause = Clause.objects.filter(revision=revision, ref=CLAUSE).first()
    planned = end_of(campaign.first_day - timedelta(days=1), zone)
    plan = Plan(
        code=campaign.code,
        title=campaign.title,
        kind=kind,
        year=fiscal_year(campaign.first_day),
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        due_on=campaign.due_on,
        valid_until=campaign.valid_until,
        policy_title=revision.title,
        policy_number=revision.number,
        policy_enacted_on=revision.enacted_on,
        policy_digest=revision.digest,
        clause=clause.text if clause else "",
        who=rules["who"],
        when=rules["when"],
        credit=rules["credit"],
        audience=_by_type(
            dict(
                Assignment.objects.filter(campaign=campaign)
                .order_by()
                .values_list("employment__type")
                .annotate(n=Count("pk"))
            )
        ),
        foreseen=foreseen,
        modules=tuple(_planned(version) for version in versions),
        digest=digest_of(campaign, versions),
        statement_title=statement.title,
        statement_number=statement.number,
        statement_digest=statement.digest,
        responsible=tuple(_responsible(campaign)),
        recorded=recorded,
        anchor=anchor,
        company=conf.company_name,
        dated=max([planned, *(event.at for event in recorded)]) if anchor is None else anchor.at,
        specimen=conf.specimen,
    )
    return draw_plan(plan, fonts=load(conf.fonts))


@_drawable()
def report_pdf(campaign: Campaign, *, day: date) -> bytes:
    """Return the report on a campaign (教育実施報告書) as it stood when the day had ended.

    Raises ``NotReady`` before the plan's approval, and ``Invalid`` for a
    character that no font has.
    """
    zone = conf.time_zone
    approval = last_approval(campaign)
    if approval is None:
        raise NotReady(_("The plan of the campaign %(code)s has not been approved.") % {"code": campaign.code})
    outcome = outcome_of(campaign, day=day)
    report = Report(
        code=campaign.code,
        title=campaign.title,
        day=day,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        due_on=campaign.due_on,
        first_opened=outcome.first_opened and outcome.first_opened.astimezone(zone),
        last_completed=outcome.last_completed and outcome.last_completed.astimezone(zone),
        policy_title=campaign.revision.title,
        policy_number=campaign.revision.number,
        policy_enacted_on=campaign.revision.enacted_on,
        approved_at=approval.at.astimezone(zone),
        approved_by=_called(approval.by),
        approval_entry=str(approval.entry_id),
        assigned=outcome.assigned,
        started=outcome.started,
        trained=outcome.trained,
        signed=outcome.signed,
        paper=outcome.paper,
        ways=outcome.ways,
        certified=outcome.certified,
        annulled=outcome.annulled,
        audience=_by_type(outcome.types),
        modules=tuple(
            ModuleResult(
                title=row.version.title,
                number=row.version.number,
                digest=row.version.digest,
                pass_mark=row.version.content["blueprint"]["pass_mark"],
                people=row.people,
                papers=row.papers,
                passed=row.passed,
                first=row.first,
                score=row.score,
                first_score=row.first_score,
                again=None if row.again is None else Remarked(**asdict(row.again)),
            )
            for row in outcome.modules
        ),
        earlier=tuple((version.title, version.number, version.digest) for version in outcome.earlier),
        withdrawn=tuple(
            Withdrawn(
                stem=words_of(row.question.content["stem"]),
                at=row.at.astimezone(zone),
                reason=row.reason,
                papers=row.papers,
                passed=row.passed,
            )
            for row in outcome.faulty
        ),
        hardest=tuple(
            QuestionResult(
                stem=words_of(row.question.content["stem"]),
                asked=row.asked,
                right=row.right,
                mistake=row.mistake,
                mistaken=row.mistaken,
            )
            for row in outcome.questions[:WORST]
        ),
        open={
            reason.value: tuple(Person(p.department, p.number, overdue=p.due_on < day) for p in people)
            for reason, people in outcome.open.items()
        },
        company=conf.company_name,
        dated=end_of(day, zone) - timedelta(seconds=1),
        specimen=conf.specimen,
    )
    return draw_report(report, fonts=load(conf.fonts))


def _lesson(version: ModuleVersion) -> Lesson:
    return Lesson(
        content=version.content,
        number=version.number,
        digest=version.digest,
        published_at=version.published_at.astimezone(conf.time_zone),
        entry=str(version.entry_id),
        policy_title=version.revision.title,
        policy_enacted_on=version.revision.enacted_on,
        company=conf.company_name,
        specimen=conf.specimen,
        pictures=_pictures(version.content.get("images", ())),
    )


def _pictures(digests: Iterable[str]) -> dict[str, Picture]:
    """Pictures at hand; of one whose file is lost or was changed, its description is printed."""
    found = {}
    for digest in digests:
        try:
            data = image_path(digest).read_bytes()
            if sha256(data).hexdigest() == digest:
                found[digest] = photograph(data)
        except (FileNotFoundError, NoPicture):
            continue
    return found


def _versions(campaign: Campaign) -> list[ModuleVersion]:
    """The pinned versions in order; before the opening those that it would pin."""
    pins = Pin.objects.filter(campaign_module__campaign=campaign).select_related("module_version")
    if pinned := [pin.module_version for pin in pins.order_by("campaign_module__order", "language")]:
        return pinned
    newest = {version.module_id: version for version in latest_versions(language=LANGUAGE)}
    modules = campaign.campaign_modules.order_by("order").values_list("module_id", flat=True)
    return [newest[module] for module in modules if module in newest]


def _planned(version: ModuleVersion) -> PlannedModule:
    content = version.content
    return PlannedModule(
        title=version.title,
        number=version.number,
        digest=version.digest,
        minutes=content["minutes"],
        covers=tuple(content["covers"]),
        sections=tuple((section["title"], tuple(section["topics"])) for section in content["sections"]),
        pool=len(content["questions"]),
        draw=content["blueprint"]["draw"],
        pass_mark=content["blueprint"]["pass_mark"],
    )


def _recorded(campaign: Campaign, checkpoint: Checkpoint | None) -> Iterator[Recorded]:
    """Who drafted, approved and opened the plan, and of those who changed it the last."""
    size = checkpoint.size if checkpoint is not None else 0
    order = list(WHAT)
    events = sorted(
        campaign.events.filter(kind__in=WHAT).select_related("by", "entry"),
        key=lambda event: (event.at, order.index(CampaignEvent.Kind(event.kind)), str(event.entry_id)),
    )
    changes = [event for event in events if event.kind == CampaignEvent.Kind.CHANGED]
    for event in events:
        if event in changes[:-1]:
            continue
        sequence = event.entry.sequence
        yield Recorded(
            what=WHAT[CampaignEvent.Kind(event.kind)],
            by=_by(event),
            at=event.at.astimezone(conf.time_zone),
            entry=str(event.entry_id),
            leaf=event.entry.leaf,
            sequence=sequence if sequence is not None and sequence < size else None,
            fingerprint=fingerprint_of(event.facts) if event.kind == CampaignEvent.Kind.APPROVED else "",
        )


def _by(event: CampaignEvent) -> str:
    """Whose doing an event was. A repeating plan is called as it called the campaign."""
    if event.kind == CampaignEvent.Kind.DRAFTED and event.by is None:
        return f"システム（毎年の計画「{event.facts['title']}」による自動作成）"
    return _called(event.by)


def _responsible(campaign: Campaign) -> Iterator[tuple[str, str, str]]:
    holders = {
        role: "\n".join(
            _called(user)
            for user in get_user_model()
            .objects.filter(groups__name=role.group_name, is_active=True)
            .order_by("username")
        )
        for role in (Role.PRIVACY_OFFICER, Role.HR)
    }
    grants = AuditorGrant.objects.filter(campaigns=campaign, revoked_at__isnull=True).select_related("user")
    auditors = dict.fromkeys(_called(grant.user) for grant in grants.order_by("user__username"))
    if campaign.responsible is not None:
        yield "この研修の担当", _called(campaign.responsible), "この研修を計画し、実施する"
    yield conf.officer_title, conf.officer_name, "会社を代表し、研修に責任を負う"
    yield Role.PRIVACY_OFFICER.value, holders[Role.PRIVACY_OFFICER] or "—", "計画と教材を承認し、開始する"
    yield Role.HR.value, holders[Role.HR] or "—", "計画を立て、受講を管理し、実施を報告する"
    yield Role.AUDITOR.value, "\n".join(auditors) or "—", "証拠を閲覧し、検証する"


def _by_type(counts: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Numbers by type of employment, in the document's language, whoever asks for it."""
    with override("ja"):
        return tuple((str(kind.label), counts[kind]) for kind in EmploymentType if counts.get(kind))


def _called(user: Any) -> str:
    """What an account is called: its holder's name where it has one, in Japanese order."""
    if user is None:
        return "システム"
    names = (getattr(user, name, "") for name in ("last_name", "first_name"))
    return " ".join(name for name in names if name) or str(user.get_username())
