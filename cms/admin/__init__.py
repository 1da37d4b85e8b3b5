"""HR's and the privacy officer's views in the Wagtail admin."""
