"""Who signed an earlier text of the policy, and has not signed this one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import F, Max, QuerySet, Window
from django.db.models.functions import RowNumber

from training.attestation.queries import counting
from training.campaigns.models import Campaign
from training.policy.models import Revision


def signers_of_earlier(campaign: Campaign) -> Mapping[UUID, dict[str, Any]]:
    """Whom a campaign on a change of the policy asks: by person, the signature because of which. One query.

    Somebody is asked whose signatures are all on earlier revisions than the
    campaign's; the one named is the latest on the newest of them. Annulled ones never were. Whether
    they still work here is not asked: who opens and assigns looks at that.
    """
    rows = signed_earlier(campaign.revision).values_list("employee", "pk").iterator(chunk_size=5000)
    return {employee: {"attestation": str(signature)} for employee, signature in rows}


def signed_earlier(revision: Revision) -> QuerySet[Any]:
    """A signature of each person who has signed an earlier text than this, and neither this nor a later one.

    It is the latest on the newest text that was signed. With ``employee`` and ``on_revision``, that text's number.
    """
    who, text = F("assignment__employment__employee"), F("assignment__campaign__revision__number")
    signatures: QuerySet[Any] = counting().annotate(
        employee=who,
        on_revision=text,
        newest=Window(Max(text), partition_by=[who]),
        place=Window(RowNumber(), partition_by=[who], order_by=[text.desc(), F("at").desc(), F("pk").desc()]),
    )
    return signatures.filter(newest__lt=revision.number, place=1).order_by()
