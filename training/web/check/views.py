"""The page behind a certificate's QR code: what was printed, and what it is worth today."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import View

from training.campaigns.calendar import day_of
from training.certificates.issue import grouped
from training.certificates.queries import check
from training.conf import conf
from training.ledger.keys import load_key, verifier


class CheckView(View):
    """One certificate, by its token. No list, no search, no hint of what exists."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the certificate; an unknown token gets the same page with 404, whatever it looks like."""
        now = timezone.now()
        checked = check(token=token, day=day_of(now, conf.time_zone))
        context: dict[str, Any] = {"checked": checked, "now": now, "company": conf.company_name}
        if checked is not None and checked.face:
            face = checked.face
            context["fields"] = {
                **face,
                **{
                    key: date.fromisoformat(face[key])
                    for key in ("first_day", "last_day", "signed_on", "issued_on", "valid_until", "policy_enacted_on")
                },
            }
            context["fingerprint"] = grouped(verifier(load_key()).fingerprint)
        response = render(request, "training/check/check.html", context, status=200 if checked else 404)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response
