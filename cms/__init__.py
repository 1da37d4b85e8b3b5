"""Everything that needs Wagtail: where lessons are written, approved and published, and where HR works."""
