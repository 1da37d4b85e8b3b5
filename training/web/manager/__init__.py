"""A manager's pages: own people, how far they are, and one reminder at a time. Never an answer or a score."""
