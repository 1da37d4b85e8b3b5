"""Questions from and to other systems: a pure reader, and where it is promised a writer, for each format."""
