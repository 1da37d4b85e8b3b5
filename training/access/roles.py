"""The product's roles, as the rooms from here upwards know them; ``training.roles`` holds the rule for every room."""

from __future__ import annotations

from training.roles import Role, ensure_groups, has_role, roles_of

__all__ = ["Role", "ensure_groups", "has_role", "roles_of"]
