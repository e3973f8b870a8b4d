"""Forms about people: adding one, logging what happened, adding contact details. What was typed is never lost."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from pinlever.outreach.models import OutreachEvent
from pinlever.recruiting.cleaning import without_invisible
from pinlever.recruiting.contact_points import point_of
from pinlever.recruiting.facts import EmailFact, PersonFacts, PhoneFact
from pinlever.recruiting.identity import clean_text, email_key, linkedin_key
from pinlever.recruiting.models import ContactPoint, Job, Prospect

Kind, Channel = OutreachEvent.Kind, OutreachEvent.Channel
LOGGED = (Kind.MESSAGE_SENT, Kind.OPENED, Kind.REPLIED, Kind.INTERESTED, Kind.BOUNCED, Kind.UNSUBSCRIBED)
CHANNELS = (Channel.EMAIL, Channel.LINKEDIN, Channel.SMS)
PHONE_TYPES = (("mobile", "Mobile"), ("work", "Work"), ("home", "Home"), ("other", "Other"))
EARLIEST = datetime(
    1970, 1, 1, tzinfo=UTC
)  # as the API has it; before the year 1 some zones have no time at all
A_SECOND, A_MOMENT = timedelta(seconds=1), timedelta(microseconds=1)  # the field knows nothing smaller


def new_token() -> str:
    """Tells one filling of a form from another, so that sending it twice does nothing twice."""
    return uuid.uuid4().hex


class Plain(forms.Form):
    """Text without what no database stores; `token` comes back as it went out, or is made anew."""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64, initial=new_token)

    def clean_token(self) -> str:
        token = self.cleaned_data["token"]
        return token if token.isalnum() else new_token()


class NewCandidate(Plain):
    """Somebody found by hand. A name, and whatever else is known."""

    full_name = forms.CharField(label="Full name", max_length=300)
    email = forms.CharField(label="Email", max_length=320, required=False)
    phone = forms.CharField(
        label="Phone",
        max_length=60,
        required=False,
        help_text="With the country code, such as +47 406 12 345.",
    )
    linkedin = forms.CharField(label="LinkedIn profile", max_length=500, required=False)
    job = forms.ModelChoiceField(
        queryset=Job.objects.none(),
        to_field_name="key",
        required=False,
        empty_label="No job yet",
        label="Sourced for",
    )
    title = forms.CharField(label="Current title", max_length=200, required=False)
    company = forms.CharField(label="Current company", max_length=200, required=False)
    city = forms.CharField(max_length=120, required=False)
    state = forms.CharField(label="State or region", max_length=120, required=False)
    country = forms.CharField(max_length=120, required=False)
    begun_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["job"].queryset = open_jobs()  # type: ignore[attr-defined]
        self.fields["begun_at"].initial = timezone.now().isoformat()
        for name, words in AUTOCOMPLETE.items():
            self.fields[name].widget.attrs["autocomplete"] = words

    def clean_full_name(self) -> str:
        name = clean_text(self.cleaned_data["full_name"], 300)
        if not without_invisible(name).strip():
            raise forms.ValidationError("Give the name as it should stand in Lever.")
        return name

    def clean_email(self) -> str:
        email = cast(str, self.cleaned_data["email"])
        if email and email_key(email) is None:
            raise forms.ValidationError("This is no email address that could be used. Check the spelling.")
        return email

    def clean_phone(self) -> str:
        phone = cast(str, self.cleaned_data["phone"])
        if phone and point_of(PhoneFact(phone)) is None:
            raise forms.ValidationError(
                "This is no phone number. Write it with digits, such as +47 406 12 345."
            )
        return phone

    def clean_linkedin(self) -> str:
        url = cast(str, self.cleaned_data["linkedin"])
        if url and linkedin_key(url) is None:
            raise forms.ValidationError(
                "This is no public LinkedIn profile. It looks like linkedin.com/in/their-name; links of Sales "
                "Navigator and Recruiter do not tell who it is."
            )
        return url

    def clean_begun_at(self) -> datetime:
        """When the form was opened: the same facts, sent twice, are the same arrival."""
        now = timezone.now()
        try:
            begun = datetime.fromisoformat(self.cleaned_data["begun_at"])
        except ValueError:
            return now
        return begun if begun.tzinfo and now - timedelta(days=7) < begun <= now else now

    def facts(self) -> PersonFacts:
        """What was typed, as a source says it."""
        said = self.cleaned_data
        return PersonFacts(
            full_name=said["full_name"],
            emails=(EmailFact(said["email"], "added by hand"),) if said["email"] else (),
            phones=(PhoneFact(said["phone"], "mobile", "added by hand"),) if said["phone"] else (),
            linkedin_urls=(said["linkedin"],) if said["linkedin"] else (),
            current_title=said["title"],
            current_company=said["company"],
            city=said["city"],
            state=said["state"],
            country=said["country"],
            sourced_via="pin",
            sourced_at=said["begun_at"],
        )


AUTOCOMPLETE = dict.fromkeys(("full_name", "email", "phone", "linkedin", "title", "company", "city"), "off")


class LogActivity(Plain):
    """What happened with a person, as somebody remembers it."""

    kind = forms.ChoiceField(label="What happened", choices=[(kind.value, kind.label) for kind in LOGGED])
    channel = forms.ChoiceField(
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        help_text="Only replies by email reach a rule that waits for a reply.",
    )
    prospect = forms.ModelChoiceField(
        queryset=Prospect.objects.none(),
        label="Job",
        empty_label=None,
        error_messages={"required": "Choose a job."},
    )
    occurred_at = forms.DateTimeField(
        label="When",
        widget=forms.DateTimeInput({"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        error_messages={"invalid": "Give day and time, such as 2026-11-12 14:30."},
    )
    note = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="Shown on the timeline, word for word.",
    )

    def __init__(self, prospects: QuerySet[Prospect], *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = cast("forms.ModelChoiceField[Prospect]", self.fields["prospect"])
        field.queryset = prospects
        field.label_from_instance = _job_of  # type: ignore[assignment,method-assign]
        self.fields["occurred_at"].initial = timezone.localtime
        zone = timezone.get_current_timezone_name()
        self.fields["occurred_at"].help_text = f"Your time zone: {zone.replace('_', ' ')}."

    def clean_occurred_at(self) -> datetime:
        """Not ahead, and not before there was email. The same field gives the same time, so that sending it twice
        records it once."""
        occurred_at, now = cast(datetime, self.cleaned_data["occurred_at"]), timezone.now()
        if occurred_at > now + A_SECOND:
            raise forms.ValidationError(
                "This lies in the future. Log what has happened, at the time it happened."
            )
        if occurred_at < EARLIEST:
            raise forms.ValidationError("This lies before 1970. Check the year.")
        # Cut off, what happened just now would lie before a rule set in this second: its end counts.
        return occurred_at.replace(microsecond=0) + A_SECOND - A_MOMENT


class NewContactPoint(Plain):
    """An address or number somebody found."""

    kind = forms.ChoiceField(label="What was found", choices=ContactPoint.Kind.choices)
    value = forms.CharField(label="Address or number", max_length=320)
    phone_type = forms.ChoiceField(label="Kind of phone", choices=PHONE_TYPES, required=False)
    source = forms.CharField(
        label="Where from", max_length=120, required=False, help_text="Such as “their own website”."
    )


def open_jobs() -> QuerySet[Job]:
    """Jobs people may be sourced for."""
    return Job.objects.filter(is_open=True).order_by("title", "pk")


def of_people(ids: Iterable[int]) -> QuerySet[Prospect]:
    """The prospects of these candidate rows, the newest job first."""
    return Prospect.objects.filter(candidate__in=list(ids)).select_related("job", "candidate").order_by("-pk")


def _job_of(prospect: Any) -> str:
    return str(prospect.job)
