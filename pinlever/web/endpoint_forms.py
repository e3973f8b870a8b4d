"""What a super admin enters about an endpoint; whether it will do says the service."""

from typing import Any

from django import forms

from pinlever.notices.addresses import LONGEST
from pinlever.notices.endpoints import CHOICES, LONGEST_NAME
from pinlever.notices.models import Endpoint

KINDS = tuple((kind, f"{kind}: {label}") for kind, label in CHOICES)
ALL = [kind for kind, _ in CHOICES]


class EndpointForm(forms.Form):
    name = forms.CharField(
        label="Name",
        max_length=LONGEST_NAME,
        help_text="What you know it by, such as “Pin outreach”.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    url = forms.CharField(
        label="Address",
        max_length=LONGEST,
        help_text="Where it takes webhooks, such as https://outreach.example.com/lever.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    kinds = forms.MultipleChoiceField(
        label="What it is told",
        choices=KINDS,
        initial=ALL,
        error_messages={"required": "Tick at least one."},
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    @classmethod
    def of(cls, endpoint: Endpoint, given: Any = None) -> "EndpointForm":
        known = {"name": endpoint.name, "url": endpoint.url, "kinds": endpoint.kinds or ALL}
        return cls(given, initial=known)
