"""What evidence depends on an import of a staff list: what was recorded since about the people whom it changed."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from training.attestation.models import Attestation
from training.campaigns.models import Assignment, Completion
from training.certificates.models import Certificate
from training.people.roster_models import RosterChange, RosterImport


def dependents_of(roster_import: RosterImport) -> dict[str, int]:
    """Count assignments, completed modules, signatures and certificates. Four queries."""
    since = roster_import.at
    changed = RosterChange.objects.filter(roster_import=roster_import).values("employee")
    found: dict[str, QuerySet[Any]] = {
        "assignments": Assignment.objects.filter(employment__employee__in=changed, at__gte=since),
        "completions": Completion.objects.filter(task__assignment__employment__employee__in=changed, at__gte=since),
        "signatures": Attestation.objects.filter(assignment__employment__employee__in=changed, at__gte=since),
        "certificates": Certificate.objects.filter(assignment__employment__employee__in=changed, issued_at__gte=since),
    }
    return {name: rows.count() for name, rows in found.items()}
