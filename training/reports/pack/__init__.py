"""The evidence pack: one ZIP file that an auditor can check without the company (docs/evidence-pack.md)."""
