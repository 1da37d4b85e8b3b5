"""Identity providers that keep the roster by SCIM 2.0 (RFC 7643, 7644), and what they call people and groups."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from training.people.models import Department, Employee


class ScimClient(models.Model):
    """An identity provider with a bearer token of its own, of which only the SHA-256 is kept.

    After a rotation the token before it is still taken until ``previous_until``.
    """

    name = models.CharField(_("name"), max_length=100, unique=True)
    token_sha256 = models.CharField(_("SHA-256 of the token"), max_length=64, unique=True)
    previous_sha256 = models.CharField(_("SHA-256 of the token before"), max_length=64, blank=True)
    previous_until = models.DateTimeField(_("token before taken until"), null=True)
    scopes = models.JSONField(_("scopes"))
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("made by")
    )
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("SCIM client")
        verbose_name_plural = _("SCIM clients")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ScimUser(models.Model):
    """A user as an identity provider keeps it: its resource as last told, without what other columns say.

    ``employee`` is empty until the resource says enough (staff number, name, department) to enrol somebody.
    ``user_name`` is the name as names are compared; the resource has it as it was written.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(ScimClient, on_delete=models.PROTECT, related_name="users", verbose_name=_("client"))
    employee = models.OneToOneField(
        Employee, on_delete=models.PROTECT, null=True, related_name="scim_user", verbose_name=_("person")
    )
    manager = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="reports", verbose_name=_("manager")
    )
    user_name = models.CharField(_("user name"), max_length=254)
    external_id = models.CharField(_("external id"), max_length=254, blank=True)
    active = models.BooleanField(_("active"), default=True)
    resource = models.JSONField(_("resource"))
    made_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("SCIM user")
        verbose_name_plural = _("SCIM users")
        ordering: ClassVar = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["user_name"], name="people_scimuser_user_name")]

    def __str__(self) -> str:
        return str(self.id)


class ScimGroup(models.Model):
    """A group as an identity provider keeps it; ``department`` where its name is a department's path."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey(ScimClient, on_delete=models.PROTECT, related_name="groups", verbose_name=_("client"))
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, related_name="scim_groups", verbose_name=_("department")
    )
    display_name = models.CharField(_("name"), max_length=254)
    external_id = models.CharField(_("external id"), max_length=254, blank=True)
    members = models.ManyToManyField(ScimUser, related_name="groups", verbose_name=_("members"))
    made_at = models.DateTimeField(_("made at"))
    changed_at = models.DateTimeField(_("changed at"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("SCIM group")
        verbose_name_plural = _("SCIM groups")
        ordering: ClassVar = ["made_at", "id"]
        constraints = [models.UniqueConstraint(fields=["display_name"], name="people_scimgroup_name")]

    def __str__(self) -> str:
        return str(self.id)
