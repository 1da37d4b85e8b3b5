"""Every model of the app, so that Django finds them. Import from the modules that define them, not from here."""

from __future__ import annotations

from cms.pages import ModuleIndexPage, ModulePage, ModuleQuestion
from cms.policy_page import PolicyPage
from cms.questions import Question

__all__ = ["ModuleIndexPage", "ModulePage", "ModuleQuestion", "PolicyPage", "Question"]
