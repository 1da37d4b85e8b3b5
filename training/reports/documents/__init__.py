"""Documents about a campaign and what it taught, on paper: plan, report, lessons and question sheets."""
