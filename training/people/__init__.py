"""Who is employed, under what name and where, as known on any day."""
