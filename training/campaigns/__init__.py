"""Who must do what by when, and how far they are."""
