"""The public check of one certificate."""
