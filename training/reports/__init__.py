"""Reads across the rooms, for HR and auditors."""
