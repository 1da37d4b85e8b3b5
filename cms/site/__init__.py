"""The runnable reference site."""
