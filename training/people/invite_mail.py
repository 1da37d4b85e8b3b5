"""The mail with the link by which somebody sets the own password; nothing in it is fetched from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from training.backoff import refusal
from training.conf import conf


class NotSent(Exception):
    """The mail could not be handed over; the message says why, and to nobody's address."""


@dataclass(frozen=True, slots=True)
class InvitationMail:
    """A mail in words."""

    subject: str
    text: str
    html: str


def compose(*, name: str, number: str, link: str, expires_at: datetime, language: str) -> InvitationMail:
    """The mail in a language of the site."""
    zone: ZoneInfo = conf.time_zone
    with translation.override(language), timezone.override(zone):
        subject = _("Set up your account for the privacy training")
        context = {
            "subject": subject,
            "language": language,
            "company": conf.company_name,
            "contact": conf.contact_email,
            "name": name,
            "number": number,
            "link": link,
            "expires_at": expires_at,
        }
        return InvitationMail(
            subject=subject,
            text=render_to_string("training/mail/invitation.txt", context),
            html=render_to_string("training/mail/invitation.html", context),
        )


def send(mail: InvitationMail, *, to: str) -> None:
    """Hand the mail over. Raises ``NotSent``, which tasks may log: a server's own words name the address."""
    message = EmailMultiAlternatives(mail.subject, mail.text, settings.DEFAULT_FROM_EMAIL, [to])
    message.attach_alternative(mail.html, "text/html")
    try:
        message.send()
    except (OSError, ValueError, MessageError) as reason:  # what SMTP refuses is an OSError
        raise NotSent(refusal(reason)) from None
