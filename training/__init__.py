"""Staff privacy training: taught, attested and proved. Plain Django; knows nothing of Wagtail."""
