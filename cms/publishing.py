"""How a refusal to publish reaches a person: by message where one is waiting, by history and log where none is."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from wagtail.log_actions import log
from wagtail.models import Revision

from training.catalogue.publish import wait_for_my_turn
from training.errors import Invalid

REFUSED = "privacy_training.publish_refused"
SCHEDULED = "wagtail.publish.scheduled"

logger = logging.getLogger("privacy_training.cms")


class PublishedWholeOrNot(models.Model):
    """Publishing a revision succeeds altogether or changes nothing.

    What ``faults()`` finds in it is raised as ``Invalid`` for the view to
    phrase. The scheduler has nobody to tell and others to publish: there it
    goes into the object's history and the log, and the schedule is taken back.
    """

    class Meta:
        abstract = True

    def faults(self) -> list[str]:
        """Why this object, with the content that it has in memory, cannot be published; empty when it can."""
        raise NotImplementedError

    def publish(self, revision: Revision, *args: Any, log_action: bool | str = True, **kwargs: Any) -> Any:
        """Publish, or refuse with the reasons."""
        try:
            with transaction.atomic():
                wait_for_my_turn()
                if faults := revision.as_object().faults():
                    raise Invalid("\n".join(faults))
                return super().publish(revision, *args, log_action=log_action, **kwargs)
        except (Invalid, ValidationError) as refusal:
            if log_action != SCHEDULED:
                raise
            _take_back(revision, reasons_of(refusal))
            return None


class FrozenWhenPublished(PublishedWholeOrNot):
    """A page that freezes what it says as it is published: what is saved as published is saved with what was frozen.

    Wagtail publishes by hand, by workflow, by schedule and in bulk on
    different ways, not all of them through ``publish()``, and it sends
    ``page_published`` when the page is saved already. All of them save the page
    with a new ``last_published_at``; so that is where it is frozen.
    """

    class Meta:
        abstract = True

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> Any:
        """Save; when that publishes the page, freeze it in the same transaction.

        Raises ``Invalid`` with every reason when it cannot be frozen, and then
        nothing is saved. Aliases freeze nothing, nor does a copy until it is
        published itself.
        """
        publishes = kwargs.get("update_fields") is None and self._is_being_published()
        if publishes:
            wait_for_my_turn()  # before the page's row is locked
        result = super().save(*args, **kwargs)
        if publishes:
            self.freeze()
        return result

    def freeze(self) -> Any:
        """Hand what the page says over to the training, as of ``last_published_at``; raise ``Invalid`` if it cannot."""
        raise NotImplementedError

    def _is_being_published(self) -> bool:
        if self._state.adding or not self.live or self.live_revision_id is None or self.alias_of_id:
            return False
        before = type(self).objects.filter(pk=self.pk).values_list("last_published_at", flat=True).first()
        return self.last_published_at is not None and self.last_published_at != before


def reasons_of(refusal: Invalid | ValidationError) -> list[str]:
    """The sentences of a refusal, for whoever must mend it."""
    return list(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal.message).splitlines()


@transaction.atomic
def _take_back(revision: Revision, reasons: list[str]) -> None:
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    log(instance=revision.as_object(), action=REFUSED, data={"reasons": reasons}, revision=revision)
    logger.error(
        "Not published as scheduled: %s (revision %s): %s", revision.object_str, revision.pk, " ".join(reasons)
    )
