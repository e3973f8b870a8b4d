"""What people enter about themselves and those they invite."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html

from pinlever.accounts.models import User

ROLES = (
    ("recruiter", "Recruiter: jobs, candidates, outreach, exports; all jobs of the team"),
    ("super_admin", "Super admin: all that, and people, the connection to Lever, and its rules"),
)


class NameForm(forms.Form):
    first_name = forms.CharField(
        label="First name", max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Last name",
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )


class InviteForm(forms.Form):
    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="Best the one Lever knows them by: then what they source is in their name there.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    first_name = forms.CharField(label="First name", max_length=150, required=False)
    last_name = forms.CharField(label="Last name", max_length=150, required=False)
    role = forms.ChoiceField(
        label="Role",
        choices=ROLES,
        initial="recruiter",
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )

    def asked(self) -> dict[str, Any]:
        """What the service takes."""
        given = dict(self.cleaned_data)
        is_super_admin = given.pop("role") == "super_admin"
        return {**given, "is_super_admin": is_super_admin}


class JoinForm(NameForm):
    """An invited person's name and password. How good the password is says the service."""

    password = forms.CharField(
        label="Password",
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("password") and given.get("again") and given["password"] != given["again"]:
            self.add_error("again", "The two passwords differ. Type the same one twice.")
        return given


def _zones() -> list[tuple[str, str]]:
    names = zoneinfo.available_timezones()
    shown = sorted(name for name in names if name == "UTC" or name.split("/")[0] in CONTINENTS)
    return [(name, name.replace("_", " ")) for name in shown]


CONTINENTS = frozenset(
    ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
)


class AccountForm(NameForm):
    """What everybody may change about themselves."""

    time_zone = forms.ChoiceField(label="Time zone", choices=_zones, help_text="Times are shown in it.")

    @classmethod
    def of(cls, user: User, given: Any = None) -> "AccountForm":
        known = {"first_name": user.first_name, "last_name": user.last_name, "time_zone": user.time_zone}
        return cls(given, initial=known)
