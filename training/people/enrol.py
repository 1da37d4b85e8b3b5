"""Bring a person, a department or a change of either into the records."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid
from training.ledger.append import append, hide
from training.people.models import (
    PATH_SEPARATOR,
    Department,
    DepartmentPlace,
    Employee,
    Employment,
    EmploymentType,
    NameRequest,
    PersonName,
    Posting,
)
from training.people.numbers import plain_number
from training.turns import wait_for_turn


@transaction.atomic
def ensure_department(*, path: str, since: date, now: datetime) -> Department:
    """Return the department at the end of a path such as 営業本部/第一営業部/二課, making what is missing of it."""
    wait_for_my_turn()
    names = [part.strip() for part in path.split(PATH_SEPARATOR)]
    if not all(names):
        raise Invalid(_("The department path “%(path)s” has an empty part.") % {"path": path})
    parent: Department | None = None
    for name in names:
        place = (
            DepartmentPlace.objects.filter(name=name, parent=parent, valid_to__isnull=True, superseded_at__isnull=True)
            .select_related("department")
            .first()
        )
        if place is None:
            department = Department.objects.create()
            entry = append(
                kind="people.department_placed",
                at=now,
                facts={"department": department.pk, "parent": parent.pk if parent else None, "from": since},
                disclosures=[hide("department", name)],
            )
            DepartmentPlace.objects.create(
                department=department, name=name, parent=parent, valid_from=since, recorded_at=now, entry=entry
            )
        else:
            department = place.department
        parent = department
    assert parent is not None  # noqa: S101  (split gives at least one part)
    return parent


@transaction.atomic
def enrol(
    *,
    number: str,
    name: str,
    kana: str,
    department_path: str,
    type: EmploymentType,
    joined: date,
    now: datetime,
) -> Employment:
    """Record that a person works here from a day on, and return the employment.

    The name is kept character for character, the number as ``plain_number``. Raises ``Invalid`` where a value
    is empty and ``Conflict`` where the number is in use on or after that day.
    """
    for label, value in ((_("staff number"), number), (_("name"), name), (_("department"), department_path)):
        if not value.strip():
            raise Invalid(_("The %(field)s is empty.") % {"field": label})
    number = plain_number(number)
    wait_for_my_turn()
    in_use = Employment.objects.filter(number=number, superseded_at__isnull=True).exclude(valid_to__lt=joined)
    if in_use.exists():
        raise Conflict(_("The staff number %(number)s is in use already.") % {"number": number})
    department = ensure_department(path=department_path, since=joined, now=now)
    employee = Employee.objects.create()
    employment = Employment(employee=employee, number=number, type=type, valid_from=joined, recorded_at=now)
    entry = append(
        kind="people.enrolled",
        at=now,
        facts={
            "employee": employee.pk,
            "employment": employment.pk,
            "type": type.value,
            "from": joined,
            "department": department.pk,
        },
        disclosures=[
            hide("number", number),
            hide("name", name),
            hide("kana", kana),
            hide("department", department_path),
        ],
    )
    employment.entry = entry
    employment.save(force_insert=True)
    PersonName.objects.create(employee=employee, name=name, kana=kana, valid_from=joined, recorded_at=now, entry=entry)
    Posting.objects.create(
        employment=employment, department=department, valid_from=joined, recorded_at=now, entry=entry
    )
    return employment


@transaction.atomic
def link_account(*, employee: Employee, user: AbstractBaseUser, now: datetime) -> None:
    """Let an account act for this person. Raises ``Conflict`` where either is linked already."""
    locked = Employee.objects.select_for_update().get(pk=employee.pk)
    if locked.user_id == user.pk:
        return
    if locked.user_id is not None or Employee.objects.filter(user_id=user.pk).exists():
        raise _linked()
    locked.user_id = user.pk
    try:
        with transaction.atomic():
            locked.save(update_fields=["user"])
    except IntegrityError as reason:  # Somebody else's, in the same moment.
        raise _linked() from reason
    append(kind="people.account_linked", at=now, facts={"employee": employee.pk, "user": user.pk})
    employee.user_id = user.pk


def _linked() -> Conflict:
    return Conflict(_("The person or the account is linked already."))


@transaction.atomic
def rename(*, employee: Employee, name: str, kana: str, since: date, now: datetime) -> PersonName:
    """Record a new name from a day on; the old one stays true until the day before.

    A name that begins on the same day as the old one corrects it: the old row
    is superseded, not ended.
    """
    if not name.strip():
        raise Invalid(_("The %(field)s is empty.") % {"field": _("name")})
    wait_for_my_turn()
    current = PersonName.objects.get(employee=employee, valid_to__isnull=True, superseded_at__isnull=True)
    if since < current.valid_from:
        raise Invalid(
            _("The new name cannot begin before %(day)s, when the present one did.") % {"day": current.valid_from}
        )
    entry = append(
        kind="people.renamed",
        at=now,
        facts={"employee": employee.pk, "from": since},
        disclosures=[hide("name", name), hide("kana", kana)],
    )
    current.superseded_at = now
    current.superseded_by = entry
    current.save(update_fields=["superseded_at", "superseded_by"])
    if since > current.valid_from:
        PersonName.objects.create(
            employee=employee,
            name=current.name,
            kana=current.kana,
            valid_from=current.valid_from,
            valid_to=since - timedelta(days=1),
            recorded_at=now,
            entry=entry,
        )
    return PersonName.objects.create(
        employee=employee, name=name, kana=kana, valid_from=since, recorded_at=now, entry=entry
    )


@transaction.atomic
def read_notice(*, employee: Employee, now: datetime) -> None:
    """Remember that the person was shown what is recorded and why; the first time counts."""
    Employee.objects.filter(pk=employee.pk, notice_read_at__isnull=True).update(notice_read_at=now)
    if employee.notice_read_at is None:
        employee.notice_read_at = now


@transaction.atomic
def ask_for_name(*, employee: Employee, name: str, kana: str, note: str, now: datetime) -> NameRequest:
    """Ask HR to correct one's own name. A second wish replaces an open first one's words."""
    if not name.strip():
        raise Invalid(_("The %(field)s is empty.") % {"field": _("name")})
    request, made = NameRequest.objects.select_for_update().get_or_create(
        employee=employee,
        state=NameRequest.State.OPEN,
        defaults={"name": name, "kana": kana, "note": note, "asked_at": now},
    )
    if not made:
        request.name, request.kana, request.note, request.asked_at = name, kana, note, now
        request.save(update_fields=["name", "kana", "note", "asked_at"])
    return request


@transaction.atomic
def answer_name_request(
    *, request: NameRequest, correct: bool, answer: str, by: AbstractBaseUser, now: datetime, today: date
) -> NameRequest:
    """Correct the name as asked, or say why not. Raises ``Conflict`` where it has been answered."""
    wait_for_my_turn()
    locked = NameRequest.objects.select_for_update().get(pk=request.pk)
    if locked.state != NameRequest.State.OPEN:
        raise Conflict(_("This request has been answered already."))
    if correct:
        current = PersonName.objects.get(employee=locked.employee, valid_to__isnull=True, superseded_at__isnull=True)
        rename(
            employee=locked.employee,
            name=locked.name,
            kana=locked.kana or current.kana,
            since=max(today, current.valid_from),
            now=now,
        )
    locked.state = NameRequest.State.DONE if correct else NameRequest.State.REFUSED
    locked.answer = answer
    locked.answered_at = now
    locked.answered_by_id = by.pk
    locked.save(update_fields=["state", "answer", "answered_at", "answered_by"])
    return locked


def wait_for_my_turn() -> None:
    """Let nobody else enrol, rename or import until the transaction ends: what is looked up stays so until written."""
    wait_for_turn("roster")
