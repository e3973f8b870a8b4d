"""What a super admin says about alerts; whether it will do says the service."""

from typing import Any

from django import forms

from pinlever.accounts.models import User
from pinlever.connection.models import LeverAccount
from pinlever.notices.alert_rules import FAILURES, PAUSED, QUIET, SHARE, Asked
from pinlever.notices.models import AlertKind, AlertRules

BOXES: dict[str, Any] = {"class": "form-check-input"}


class AlertRulesForm(forms.Form):
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="The account’s owner",
        required=False,
        empty_label="Nobody: every super admin hears",
        help_text="Hears of every alert. At first whoever connected Lever.",
    )
    also_to = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label="Also told",
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=BOXES),
    )
    mailed = forms.MultipleChoiceField(
        label="What is mailed",
        choices=AlertKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs=BOXES),
        help_text="What is not ticked still shows on Home.",
    )
    failures = forms.IntegerField(
        label="People who fail within an hour, at least",
        min_value=FAILURES[0],
        max_value=FAILURES[1],
        help_text="It is over at half of it, so that a number that goes up and down is told once.",
    )
    share = forms.IntegerField(label="and per cent of all, at least", min_value=SHARE[0], max_value=SHARE[1])
    quiet_minutes = forms.IntegerField(
        label="Minutes something has to last",
        min_value=QUIET[0],
        max_value=QUIET[1],
        help_text="What is over sooner is no alert; and it has to stay away as long before it counts as over.",
    )
    paused_hours = forms.IntegerField(
        label="Hours sending may be off while people wait", min_value=PAUSED[0], max_value=PAUSED[1]
    )

    def __init__(self, *given: Any, account: LeverAccount | None, **more: Any) -> None:
        super().__init__(*given, **more)
        people = User.objects.filter(is_active=True, is_superuser=True).order_by("first_name", "email")
        for name in ("owner", "also_to"):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = people
            field.label_from_instance = _label  # type: ignore[method-assign, assignment]
        if account is None:
            del self.fields["owner"]

    @classmethod
    def of(cls, rules: AlertRules, account: LeverAccount | None, given: Any = None) -> "AlertRulesForm":
        known = {
            "owner": account.owner_id if account else None,
            "also_to": list(rules.also_to.values_list("pk", flat=True)),
            "mailed": [kind for kind in AlertKind.values if kind not in rules.silenced],
            "failures": rules.failures,
            "share": rules.share,
            "quiet_minutes": rules.quiet_minutes,
            "paused_hours": rules.paused_hours,
        }
        return cls(given, initial=known, account=account)

    def asked(self) -> Asked:
        """What the service takes."""
        found = self.cleaned_data
        return Asked(
            mailed=found["mailed"],
            also_to=[user.pk for user in found["also_to"]],
            failures=found["failures"],
            share=found["share"],
            quiet_minutes=found["quiet_minutes"],
            paused_hours=found["paused_hours"],
        )


def _label(user: User) -> str:
    return f"{user} ({user.email})" if str(user) != user.email else user.email
