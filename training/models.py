"""Every model of the app, re-exported so that Django finds them. Import from the rooms, not from here."""

from __future__ import annotations

from training.access.models import AccessLog, AuditorGrant
from training.attestation.models import Attestation, Decline
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
from training.catalogue.models import Module, ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.certificates.models import Certificate
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.people.models import (
    Department,
    DepartmentPlace,
    Employee,
    Employment,
    Leave,
    NameRequest,
    PersonName,
    Posting,
)
from training.policy.models import Clause, Revision, StatementVersion
from training.quiz.models import Answer, Attempt, Marking, SavedAnswer, Submission

__all__ = [
    "AccessLog",
    "Answer",
    "Assignment",
    "Attempt",
    "Attestation",
    "AuditorGrant",
    "Campaign",
    "CampaignEvent",
    "CampaignModule",
    "Certificate",
    "Checkpoint",
    "Clause",
    "Completion",
    "Decline",
    "Department",
    "DepartmentPlace",
    "Disclosure",
    "DueSet",
    "Employee",
    "Employment",
    "Entry",
    "Leave",
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
    "SavedAnswer",
    "SectionReached",
    "StatementVersion",
    "Submission",
    "Tally",
    "Task",
]
