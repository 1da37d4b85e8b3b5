"""Every model of the app, re-exported so that Django finds them. Import from the rooms, not from here."""

from __future__ import annotations

from training.access.models import AccessLog, AuditorGrant, Sample
from training.attestation.models import Annulment, Attestation, Decline
from training.campaigns.models import (
    Assignment,
    Campaign,
    CampaignEvent,
    CampaignModule,
    Completion,
    DueSet,
    Pin,
    SectionReached,
    Tally,
    Task,
)
from training.catalogue.models import FrozenImage, Module, ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.certificates.models import Certificate, CertificateEvent, Design, Edition
from training.ledger.models import Checkpoint, Disclosure, Entry
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
from training.policy.models import Clause, Revision, StatementVersion
from training.quiz.models import Answer, Attempt, MakeUp, Marking, SavedAnswer, Submission, Withdrawal

__all__ = [
    "AccessLog",
    "Annulment",
    "Answer",
    "Assignment",
    "Attempt",
    "Attestation",
    "AuditorGrant",
    "Campaign",
    "CampaignEvent",
    "CampaignModule",
    "Certificate",
    "CertificateEvent",
    "Checkpoint",
    "Clause",
    "Completion",
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
    "FrozenImage",
    "Leave",
    "MakeUp",
    "Marking",
    "Module",
    "ModuleVersion",
    "ModuleVersionQuestion",
    "NameRequest",
    "PersonName",
    "Pin",
    "Posting",
    "QuestionVersion",
    "Revision",
    "RosterChange",
    "RosterImport",
    "RosterMapping",
    "RosterUpload",
    "Sample",
    "SavedAnswer",
    "SectionReached",
    "StatementVersion",
    "Submission",
    "Supervision",
    "Tally",
    "Task",
    "Withdrawal",
]
