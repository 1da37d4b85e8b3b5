"""What each role may do in the Wagtail admin, and the workflow through which lessons become public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from wagtail.admin.models import Admin
from wagtail.images import get_image_model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from cms.questions import Question
from training.roles import Role, ensure_groups

WORKFLOW = "個人情報保護管理責任者の承認"

IN_ADMIN = (Role.HR, Role.EDITOR, Role.PRIVACY_OFFICER)
ON_PAGES: Mapping[Role, tuple[str, ...]] = {
    Role.EDITOR: ("add", "change"),
    Role.PRIVACY_OFFICER: ("change", "publish", "lock", "unlock"),
}
ON_QUESTIONS: Mapping[Role, tuple[str, ...]] = {
    Role.EDITOR: ("view", "add", "change"),
    Role.PRIVACY_OFFICER: ("view", "change", "publish", "lock", "unlock"),
}
# Pictures in questions. Nobody deletes one: what shows it could not be published any more.
ON_PICTURES: Mapping[Role, tuple[str, ...]] = {
    Role.EDITOR: ("add", "change", "choose"),
    Role.PRIVACY_OFFICER: ("choose",),
}


@transaction.atomic
def ensure_roles(*, modules: Page) -> dict[Role, Group]:
    """Give every role its permissions, on pages from ``modules`` down, and assign the workflow; return the groups.

    Only adds what is missing: a company may allow its groups more. Run it as
    often as you like.
    """
    groups = ensure_groups()
    admin = Permission.objects.get(content_type=ContentType.objects.get_for_model(Admin), codename="access_admin")
    for role in IN_ADMIN:
        groups[role].permissions.add(admin)
    for role, actions in ON_PAGES.items():
        for permission in _permissions(Page, actions):
            GroupPagePermission.objects.get_or_create(group=groups[role], page=modules, permission=permission)
    for role, actions in ON_QUESTIONS.items():
        groups[role].permissions.add(*_permissions(Question, actions))
    collection = Collection.get_first_root_node()
    for role, actions in ON_PICTURES.items():
        for permission in _permissions(get_image_model(), actions):
            GroupCollectionPermission.objects.get_or_create(
                group=groups[role], collection=collection, permission=permission
            )
    _ensure_workflow(modules, groups[Role.PRIVACY_OFFICER])
    return groups


def _permissions(model: type, actions: Iterable[str]) -> list[Permission]:
    names = [f"{action}_{model._meta.model_name}" for action in actions]
    found = Permission.objects.filter(content_type=ContentType.objects.get_for_model(model), codename__in=names)
    if found.count() != len(names):
        raise RuntimeError(f"Permissions of {model.__name__} are missing: run migrate first.")
    return list(found)


def _ensure_workflow(modules: Page, approvers: Group) -> None:
    task = GroupApprovalTask.objects.filter(name=WORKFLOW, active=True).first()
    if task is None:
        task = GroupApprovalTask.objects.create(name=WORKFLOW)
    task.groups.add(approvers)
    workflow = Workflow.objects.filter(name=WORKFLOW, active=True).first()
    if workflow is None:
        workflow = Workflow.objects.create(name=WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr)
    WorkflowPage.objects.get_or_create(page=modules, defaults={"workflow": workflow})
    questions = ContentType.objects.get_for_model(Question)
    WorkflowContentType.objects.get_or_create(content_type=questions, defaults={"workflow": workflow})
