"""The plain pages of learners, auditors and the public. Thin."""
