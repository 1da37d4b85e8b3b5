"""An editor says that a module is still right for a clause that changed."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.catalogue.models import Module
from training.changes.models import ClauseConfirmation
from training.changes.touched import touched_by
from training.conf import conf
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append
from training.policy.models import Revision
from training.roles import Role, has_role


@transaction.atomic
def confirm(*, revision: Revision, module: Module, ref: str, by: AbstractBaseUser, now: datetime) -> ClauseConfirmation:
    """Record that somebody read the module's sections and questions on the clause against its new text: they stay.

    Confirmed already, that confirmation is returned. Editors and the privacy
    officer confirm (``NotAllowed``). Raises ``Invalid`` where
    the module does not touch the clause, or where the clause is gone or has
    only another number: then its references must be moved, which is a
    rewriting, and ``Conflict`` where there is nothing old left to confirm.
    """
    if not has_role(by, Role.EDITOR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only editors and the privacy officer confirm modules."))
    known = ClauseConfirmation.objects.filter(revision=revision, module=module, ref=ref)
    if found := known.first():
        return found
    touched = touched_by(revision, day=day_of(now, conf.time_zone))
    for clause in touched.clauses if touched else ():
        if not ref or clause.judged.difference.ref_after != ref:
            continue
        for one in clause.modules:
            if one.held.module.pk == module.pk and one.confirmable:
                return _append(revision, module, ref, by, now)
            if one.held.module.pk == module.pk and not one.open:
                raise Conflict(_("The module has been rewritten for this text already: there is nothing to confirm."))
    raise Invalid(_("This clause gives the module nothing to confirm. Move or rewrite what refers to it instead."))


def _append(revision: Revision, module: Module, ref: str, by: AbstractBaseUser, now: datetime) -> ClauseConfirmation:
    row = ClauseConfirmation(revision=revision, module=module, ref=ref, by_id=by.pk, at=now)
    try:
        append(kind="changes.confirmed", at=now, rows=[row])
    except IntegrityError:
        return ClauseConfirmation.objects.get(revision=revision, module=module, ref=ref)
    return row
