"""The form that Lever gets about everybody we create there: which template, and what of ours fills which field."""

from django.db import models

from pinlever.connection.models import LeverAccount


class FormRule(models.Model):
    """One for each account; without a row no form is written.

    `fields` are the template's as they were mapped (form_filling.Shape), so that a change at Lever shows. `mapping` is
    {key of the field: {"source": code, "value": what is always said}}.
    """

    account = models.OneToOneField(LeverAccount, on_delete=models.CASCADE, related_name="form_rule")
    is_on = models.BooleanField(default=False)
    template_id = models.CharField(max_length=64, blank=True)
    text = models.CharField(max_length=300, blank=True, help_text="The template's name when it was mapped.")
    fields = models.JSONField(default=list, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField(null=True, blank=True, help_text="When it was last switched on.")

    def __str__(self) -> str:
        return f"Fields form of {self.account}"
