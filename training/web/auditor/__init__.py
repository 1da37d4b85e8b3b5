"""What an auditor sees: certificates of the campaigns granted. Read only."""
