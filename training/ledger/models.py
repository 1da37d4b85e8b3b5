"""What the ledger stores, and the bases of every row that is evidence."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any, ClassVar, NoReturn, TypeVar

from django.apps import apps
from django.db import models
from django.utils.translation import gettext_lazy as _


class Immutable(TypeError):
    """Code tried to change or delete a row that is evidence. Always a bug: no input of a user leads here."""


_Row = TypeVar("_Row", bound=models.Model, covariant=True)


class AppendOnlyQuerySet(models.QuerySet[_Row]):
    """A queryset that reads and inserts only."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise Immutable(f"{self.model.__name__} is append-only: nothing updates it.")

    def delete(self) -> NoReturn:
        raise Immutable(f"{self.model.__name__} is append-only: nothing deletes from it.")

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> NoReturn:
        raise Immutable(f"{self.model.__name__} is append-only: nothing updates it.")


class AppendOnly(models.Model):
    """A row that is inserted once. Database triggers (``ledger/triggers.py``) refuse what SQL might try."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse a second save."""
        if not self._state.adding:
            raise Immutable(f"{type(self).__name__} is append-only: it is stored already.")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Immutable(f"{type(self).__name__} is append-only: nothing deletes it.")


class Entry(AppendOnly):
    """One fact, in the words that are hashed: ``body`` is RFC 8785 JSON and repeats ``id``, ``kind`` and ``at``.

    ``sequence`` and ``seal`` are null until ``seal_ledger`` numbers the entry;
    they are set once, and the triggers let that one update pass.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=60, db_index=True)
    at = models.DateTimeField(_("recorded at"))
    body = models.TextField(_("canonical body"))
    leaf = models.CharField(_("leaf hash"), max_length=64, help_text=_("RFC 6962 leaf hash of the body, hexadecimal."))
    sequence = models.BigIntegerField(_("number in the log"), null=True, unique=True)
    seal = models.CharField(
        _("seal"), max_length=64, null=True, help_text=_("SHA-256 that binds the leaf hash to its number, hexadecimal.")
    )

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sequence__isnull=True, seal__isnull=True)
                | models.Q(sequence__gte=0, seal__isnull=False),
                name="ledger_entry_sealed_whole",
            )
        ]
        indexes = [models.Index(fields=["at"], name="ledger_entry_unsealed", condition=models.Q(sequence__isnull=True))]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Disclosure(AppendOnly):
    """A personal value that an entry vouches for by digest only, so that it can be erased (RFC 9901, SD-JWT)."""

    digest = models.CharField(_("digest"), max_length=43, primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="disclosures", verbose_name=_("entry"))
    name = models.CharField(_("field"), max_length=100)
    salt = models.CharField(_("salt"), max_length=22)
    value = models.JSONField(_("value"), null=True)

    class Meta:
        verbose_name = _("disclosure")
        verbose_name_plural = _("disclosures")

    def __str__(self) -> str:
        return f"{self.name} of {self.entry_id}"


class Checkpoint(AppendOnly):
    """The tree's size and root at one moment, as a signed note (C2SP tlog-checkpoint).

    ``frontier`` holds the hashes from which the tree grows on, 32 bytes each
    (``merkle.CompactRange``): sealing and most proofs need not read the log's
    whole past. It is bound to ``root``, and believed only where it leads there.
    """

    size = models.BigIntegerField(_("tree size"), primary_key=True)
    root = models.CharField(_("root hash"), max_length=64)
    frontier = models.BinaryField(_("hashes to grow from"))
    note = models.TextField(_("signed note"))
    at = models.DateTimeField(_("sealed at"))

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering: ClassVar = ["size"]

    def __str__(self) -> str:
        return f"{self.size} entries"


class Evidence(AppendOnly):
    """A room's own row about a fact: the working copy of what its entry says.

    Only ``ledger.append.append`` writes one, together with the entry that
    holds the value of every column. ``hashed`` names large text or JSON
    columns of which the entry holds the SHA-256 instead.
    """

    hashed: ClassVar[frozenset[str]] = frozenset()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("entry")
    )
    entry_id: uuid.UUID

    class Meta:
        abstract = True


class BatchEvidence(Evidence):
    """An evidence row written in large numbers: the entry holds count and Merkle root, the row its place and leaf."""

    part = models.PositiveIntegerField(editable=False, verbose_name=_("place in the batch"))
    leaf = models.CharField(max_length=64, editable=False, verbose_name=_("leaf hash"))

    class Meta:
        abstract = True


def evidence_models() -> list[type[Evidence]]:
    """Every concrete evidence model of every room, by table name."""
    found = [model for model in append_only_models() if issubclass(model, Evidence)]
    return sorted(found, key=lambda model: model._meta.db_table)


def append_only_models() -> list[type[AppendOnly]]:
    """Every append-only model of the installed apps, by table name."""
    found = [model for model in apps.get_models() if issubclass(model, AppendOnly) and model._meta.managed]
    return sorted(found, key=lambda model: model._meta.db_table)
