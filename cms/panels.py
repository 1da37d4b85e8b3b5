"""What an editor reads about a module's frozen version, above the fields."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel

from cms.freshness import freshness_of
from training.catalogue.queries import newest_revision


class FrozenVersionPanel(Panel):
    """The last version, how the page has moved on since, and what stands in the way of publishing."""

    class BoundPanel(Panel.BoundPanel):
        """The panel for one page."""

        template_name = "cms/frozen_version_panel.html"

        def get_context_data(self, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
            """Ask the catalogue; a page that is not saved yet has nothing to ask for."""
            context = super().get_context_data(parent_context)
            page = self.instance
            if page.pk:
                context["freshness"] = freshness_of([page])[page.pk]
                context["faults"] = page.faults()
                context["newest"] = newest_revision()
            return context
