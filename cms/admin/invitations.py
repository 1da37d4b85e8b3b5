"""Inviting one person or many: by mail, or by slips for who has no address; ending an invitation."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from cms.admin.accounts import NAMESPACE, AccountFilters, AccountPage, employed, mail_state, with_unsent_mail
from cms.admin.gate import today
from cms.admin.person import address_of_person
from training.conf import conf
from training.errors import Conflict, NotReady
from training.people.account_models import Invitation
from training.people.invite import address_of, can_be_invited, grouped, invite, revoke_invitation
from training.people.models import Employee, Employment
from training.people.queries import Person, people_on, person_on
from training.people.reach import reaches
from training.people.slips import Slip, draw_slips
from training.people.tasks import invite_by_mail
from training.typesetting.fonts import load
from training.typesetting.glyphs import NoGlyph, named

MOST_SLIPS = 400
MOST_MAILS = 500


class LanguageForm(forms.Form):
    """In which language people are written to."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class SlipsForm(LanguageForm):
    """In which language the slips are, and how many were shown."""


class ToMany(AccountPage):
    """To everybody whom the list's filter keeps and who has no account."""

    form_class = LanguageForm
    means: ClassVar[str]

    def get_initial(self) -> dict[str, Any]:
        """The company's language."""
        return {"language": conf.language}

    @cached_property
    def chosen(self) -> list[Any]:
        """The rows, in the list's order."""
        rows = AccountFilters(self.request.GET, queryset=employed(), request=self.request).qs
        allowed = can_be_invited(Employee.objects.all(), day=today()).values("pk")
        wanted = Q(address__isnull=self.means == Invitation.Means.SLIP)
        return list(rows.filter(wanted, employee__in=allowed).order_by("number", "pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many, and the first of them."""
        shown = self.chosen[:20]
        people = people_on(shown, today())
        names = "、".join(f"{people[row.pk].number} {people[row.pk].name}" for row in shown)
        facts = [
            (_("Number of people"), str(len(self.chosen))),
            (_("Who"), f"{names}…" if len(self.chosen) > len(shown) else names),
        ]
        return super().get_context_data(facts=facts, over=not self.chosen, **kwargs)


class InviteManyView(ToMany):
    """A mail to everybody without an account who has an address."""

    means = Invitation.Means.MAIL
    page_title = _("Invite by mail")
    submit_label = _("Send the mails")
    consequences = (
        _("Everybody whom the list's filter keeps, who has an address and no account, gets a mail with a link."),
        _("Who was invited before gets a new link; the old one ends."),
    )

    def form_valid(self, form: LanguageForm) -> HttpResponse:
        """One task for each, and the count of those that failed at once: they wait, and the list has them."""
        if len(self.chosen) > MOST_MAILS:
            words = _("At most %(most)d mails are sent at once. Choose a department in the list's filter first.")
            form.add_error(None, words % {"most": MOST_MAILS})
            return self.form_invalid(form)
        failed = mailed([row.employee for row in self.chosen], self.request, form.cleaned_data["language"])
        if count := len(self.chosen) - failed:
            words = ngettext("%(count)d mail is on its way.", "%(count)d mails are on their way.", count)
            messages.success(self.request, words % {"count": count})
        if failed:
            words = ngettext(
                "%(count)d mail could not be handed over. It is tried again; the list’s filter “Mail not sent” has it.",
                "%(count)d mails could not be handed over. They are tried again; the list’s filter “Mail not sent” has "
                "them.",
                failed,
            )
            messages.error(self.request, words % {"count": failed})
        return redirect(f"{NAMESPACE}:index")


class MailAgainView(InviteManyView):
    """A new mail to everybody whose invitation could not be mailed."""

    page_title = _("Mails that were not sent")
    submit_label = _("Send the mails again")
    consequences = (
        _("Everybody whose mail could not be handed over gets a new one, to the address that is known today."),
        _("Without this, each is tried again for a day or two, and then given up."),
    )

    @cached_property
    def chosen(self) -> list[Any]:
        """The rows whose mail was not sent, but for accounts that may do more than the own one."""
        rows = with_unsent_mail(AccountFilters(self.request.GET, queryset=employed(), request=self.request).qs)
        by = self.request.user
        return [
            row
            for row in rows.filter(address__isnull=False).order_by("number", "pk")
            if row.employee.user is None or reaches(row.employee.user, by=by)
        ]


def mailed(people: list[Employee], request: HttpRequest, language: str) -> int:
    """Invite people by mail; return how many mails are known to have failed."""
    return invite_by_mail(employees=people, by=request.user, language=language, now=timezone.now())


class SlipsView(ToMany):
    """Slips for everybody without an account who has no address, as a PDF to be printed."""

    means = Invitation.Means.SLIP
    form_class = SlipsForm
    page_title = _("Print slips")
    submit_label = _("Make the slips (PDF)")
    consequences = (
        _("Everybody whom the list's filter keeps, and who has neither an address nor an account, gets a slip."),
        _("The codes are in the file alone, which is made once: print it now. A slip printed before ends."),
        _("Hand each slip to the person, and to nobody else: whoever has it can set the password."),
    )

    def form_valid(self, form: SlipsForm) -> HttpResponse:
        """Make the codes, and the file with them."""
        if len(self.chosen) > MOST_SLIPS:
            words = _("At most %(most)d slips are made at once. Choose a department in the list's filter first.")
            form.add_error(None, words % {"most": MOST_SLIPS})
            return self.form_invalid(form)
        people = people_on(self.chosen, today())
        return slips_file(self.request, [people[row.pk] for row in self.chosen], form.cleaned_data["language"])


def slips_file(request: HttpRequest, people: list[Person], language: str) -> HttpResponse:
    """Make codes for these people, and return the slips with them; where a name cannot be printed, no code is made."""
    now = timezone.now()
    _require_printable(people)
    found = Employee.objects.in_bulk([person.employee for person in people])
    made = invite(
        employees=[found[person.employee] for person in people],
        means=Invitation.Means.SLIP,
        by=request.user,
        now=now,
    )
    slips = [
        Slip(
            name=person.name,
            number=person.number,
            department=person.department,
            code=grouped(one.secret),
            until=timezone.localtime(one.invitation.expires_at, conf.time_zone).date(),
        )
        for person, one in zip(people, made, strict=True)
    ]
    pdf = _drawn(slips, language)
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="slips.pdf"'
    response["Cache-Control"] = "no-store"
    return response


def _require_printable(people: list[Person]) -> None:
    blank = [Slip(person.name, person.number, person.department, "", today()) for person in people]
    try:
        _drawn(blank, conf.language)
    except NoGlyph as reason:
        words = _("These characters cannot be printed: %(characters)s")
        raise NotReady(words % {"characters": named(reason.characters)}) from reason


def _drawn(slips: list[Slip], language: str) -> bytes:
    return draw_slips(
        slips,
        address=f"{conf.public_url}{reverse('training:slip')}",
        company=conf.company_name,
        dated=timezone.localtime(timezone.now(), conf.time_zone),
        fonts=load(conf.fonts),
        language=language,
    )


class OnePerson(AccountPage):
    """A page of somebody who works here, or has."""

    @cached_property
    def employee(self) -> Employee:
        """The person, or 404."""
        return get_object_or_404(Employee.objects.select_related("user"), pk=self.kwargs["employee"])

    @cached_property
    def person(self) -> Person:
        """As the roster knows the person today."""
        held = Employment.objects.filter(employee=self.employee, superseded_at__isnull=True).order_by("-valid_from")
        employment = held.first()
        if employment is None:
            raise Conflict(_("This person is in the records no more."))
        return person_on(employment, today())

    @cached_property
    def address(self) -> str:
        """Where the company writes to."""
        return address_of(self.employee.pk, day=today())

    @cached_property
    def invitation(self) -> Invitation | None:
        """The invitation that is good, if any."""
        mine = Invitation.objects.filter(
            employee=self.employee, used_at__isnull=True, expires_at__gt=timezone.now()
        ).select_related("made_by")
        return mine.order_by("-made_at").first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who it is, and how the account stands."""
        person, user, invitation = self.person, self.employee.user, self.invitation
        facts: list[tuple[Any, Any]] = [
            (_("Name"), f"{person.name}（{person.kana}）" if person.kana else person.name),
            (_("Staff number"), person.number),
            (_("Department"), person.department),
            (_("E-mail address"), self.address or _("No address")),
            (_("Account"), user.get_username() if user else _("No account")),
        ]
        if invitation is not None:
            by = invitation.made_by.get_username() if invitation.made_by else ""
            until = date_format(timezone.localtime(invitation.expires_at, conf.time_zone), "DATETIME_FORMAT")
            facts += [
                (_("Invited"), f"{invitation.get_means_display()}（{by}）" if by else invitation.get_means_display()),
                (_("Good until"), until),
            ]
            if invitation.means == Invitation.Means.MAIL:
                facts.append((_("Mail"), mail_state(invitation) or gettext("Sent")))
            else:
                facts.append((_("Wrong tries"), str(invitation.tries)))
        return super().get_context_data(facts=facts, **kwargs)


class PersonForm(LanguageForm):
    """By which means."""

    means = forms.ChoiceField(label=_("Means"), choices=Invitation.Means.choices, widget=forms.RadioSelect)
    field_order = ("means", "language")


class PersonView(OnePerson):
    """Somebody's account, and inviting the person, for the first time or again."""

    form_class = PersonForm
    page_title = _("Account")

    def get_initial(self) -> dict[str, Any]:
        """By mail, where there is an address."""
        means = Invitation.Means.MAIL if self.address else Invitation.Means.SLIP
        return {"means": means, "language": conf.language}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the button does, and ending an invitation."""
        url = reverse(f"{NAMESPACE}:revoke", args=[self.employee.pk])
        acts = [(_("The person’s page"), address_of_person(self.employee.pk))]
        acts += [(_("End the invitation…"), url)] if self.invitation is not None else []
        has = self.employee.user_id is not None
        label = _("Give a way to a new password") if has else _("Invite again") if self.invitation else _("Invite")
        return super().get_context_data(acts=acts, submit_label=label, **kwargs)

    def form_valid(self, form: PersonForm) -> HttpResponse:
        """Send the mail, or answer with the slip."""
        asked = form.cleaned_data
        if asked["means"] == Invitation.Means.SLIP:
            return slips_file(self.request, [self.person], asked["language"])
        if not self.address:
            form.add_error("means", _("The person has no address. Print a slip."))
            return self.form_invalid(form)
        if mailed([self.employee], self.request, asked["language"]):
            messages.error(self.request, gettext("The mail could not be handed over. It is tried again by itself."))
        else:
            messages.success(self.request, gettext("The mail is on its way."))
        return redirect(f"{NAMESPACE}:person", self.employee.pk)


class RevokeView(OnePerson):
    """End somebody's invitation."""

    page_title = _("End an invitation")
    question = _("End this invitation?")
    consequences = (_("Its link or code is good for nothing from now on."),)
    submit_label = _("End the invitation")
    serious = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Only where there is one."""
        self._required()
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """End it."""
        revoke_invitation(invitation=self._required(), by=self.request.user, now=timezone.now())
        messages.success(self.request, gettext("The invitation has been ended."))
        return redirect(f"{NAMESPACE}:person", self.employee.pk)

    def _required(self) -> Invitation:
        if self.invitation is None:
            raise Conflict(_("This invitation has been used, or replaced by another."))
        return self.invitation
