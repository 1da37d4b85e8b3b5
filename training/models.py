"""Every model of the app, re-exported so that Django finds them. Import from the rooms, not from here."""

from __future__ import annotations

from training.access.models import AccessLog, AuditorGrant, Sample
from training.attestation.models import Annulment, Attestation, Credit, Decline, PaperRecord
from training.campaigns.models import (
    Assignment,
    AssignmentEvent,
    Campaign,
    CampaignEvent,
    CampaignModule,
    Completion,
    DueSet,
    Exemption,
    Pin,
    RepeatingPlan,
    RepeatingPlanModule,
    SectionReached,
    Tally,
    Task,
)
from training.catalogue.models import FrozenImage, Module, ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.certificates.models import Certificate, CertificateEvent, Design, Edition
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.people.account_models import Invitation, MailLanguage
from training.people.models import (
    Department,
    DepartmentPlace,
    EmailAddress,
    Employee,
    Employment,
    Leave,
    NameRequest,
    PersonName,
    Posting,
    Supervision,
)
from training.people.roster_models import RosterChange, RosterImport, RosterMapping, RosterUpload
from training.people.scim_models import ScimClient, ScimGroup, ScimUser
from training.policy.models import Clause, Revision, StatementVersion
from training.quiz.models import Answer, Attempt, MakeUp, Marking, SavedAnswer, Submission, Withdrawal
from training.reminders.models import CalendarFeed, Letter, ReminderSent, WebhookDelivery

__all__ = [
    "AccessLog",
    "Annulment",
    "Answer",
    "Assignment",
    "AssignmentEvent",
    "Attempt",
    "Attestation",
    "AuditorGrant",
    "CalendarFeed",
    "Campaign",
    "CampaignEvent",
    "CampaignModule",
    "Certificate",
    "CertificateEvent",
    "Checkpoint",
    "Clause",
    "ClauseConfirmation",
    "ClauseDecision",
    "Completion",
    "Credit",
    "Decline",
    "Department",
    "DepartmentPlace",
    "Design",
    "Disclosure",
    "DueSet",
    "Edition",
    "EmailAddress",
    "Employee",
    "Employment",
    "Entry",
    "Exemption",
    "FrozenImage",
    "Invitation",
    "Leave",
    "Letter",
    "MailLanguage",
    "MakeUp",
    "Marking",
    "Module",
    "ModuleVersion",
    "ModuleVersionQuestion",
    "NameRequest",
    "PaperRecord",
    "PersonName",
    "Pin",
    "Posting",
    "QuestionVersion",
    "ReminderSent",
    "RepeatingPlan",
    "RepeatingPlanModule",
    "Revision",
    "RosterChange",
    "RosterImport",
    "RosterMapping",
    "RosterUpload",
    "Sample",
    "SavedAnswer",
    "ScimClient",
    "ScimGroup",
    "ScimUser",
    "SectionReached",
    "StatementVersion",
    "Submission",
    "Supervision",
    "Tally",
    "Task",
    "WebhookDelivery",
    "Withdrawal",
]
