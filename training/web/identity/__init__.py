"""Signing in, and authenticating anew, at the company's identity provider (OpenID Connect)."""
