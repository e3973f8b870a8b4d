"""Who may call the API. A token is shown once, when it is made; only its digest is stored."""

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

SOURCE = r"[a-z0-9][a-z0-9_.-]{0,39}"


class ApiToken(models.Model):
    """A bearer token of one of Pin's systems. Ids that come with it are ids of its `source`.

    Tokens of one source speak of the same people: a new one replaces an old one without anything being sent again.
    """

    name = models.CharField(max_length=100, help_text="What uses it, such as Pin production.")
    source = models.CharField(
        max_length=40,
        validators=[
            RegexValidator(rf"\A{SOURCE}\Z", "Lower-case letters, digits, dots, hyphens; at most 40.")
        ],
        help_text="The system whose ids it sends. A token that replaces another has the same source.",
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    prefix = models.CharField(
        max_length=12, editable=False, help_text="How the token begins, to know it again."
    )
    made_by = models.CharField(max_length=200, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_by = models.CharField(max_length=200, blank=True, editable=False)

    class Meta:
        ordering: ClassVar = ["-id"]
        verbose_name = "API token"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(revoked_at=None),
                name="api_token_one_of_a_name",
                violation_error_message="A token of this name is in use. Revoke it first, or choose another name.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
