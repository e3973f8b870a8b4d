"""What comes from Lever: our subscriptions there, what they delivered, and what a status means for outreach."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import connection, models
from django.db.models import Q
from django.utils import timezone

from pinlever.connection.models import LeverAccount
from pinlever.foundation.clock import db_now
from pinlever.foundation.fields import EncryptedTextField
from pinlever.foundation.leases import Leased
from pinlever.outreach.models import Effect

# By the database's clock; in SQL, for each delivery of a storm asks.
ASK = {
    "postgresql": "UPDATE inbound_address SET asked_until = clock_timestamp() + make_interval(secs => %(seconds)s) "
    "WHERE account_id = %(account)s AND (asked_until IS NULL OR asked_until < clock_timestamp())",
    "sqlite": "UPDATE inbound_address SET asked_until = strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now', "
    "%(seconds)s || ' seconds') WHERE account_id = %(account)s AND "
    "(asked_until IS NULL OR asked_until < strftime('%%Y-%%m-%%d %%H:%%M:%%f', 'now'))",
}
STILL_UNDER_WAY = timedelta(hours=24)  # Lever tries a delivery five more times, with growing delays


class Address(Leased):
    """Where Lever sends an account's webhooks: a key nobody can guess. The lease guards their making at Lever."""

    account = models.OneToOneField(LeverAccount, on_delete=models.CASCADE, related_name="webhook_address")
    key = models.UUIDField(unique=True, editable=False)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(
        default=timezone.now, help_text="When Lever is asked next whether our webhooks are there."
    )
    kept_for = models.CharField(
        max_length=600, blank=True, help_text="The connection and url they were last looked at for."
    )
    kept_at = models.DateTimeField(null=True, blank=True, help_text="When all of them were last seen there.")
    trouble = models.TextField(blank=True, help_text="Why not all of them are there, in a sentence.")
    asked_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when a wake-up counts that no worker has taken."
    )

    class Meta:
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return f"Address of {self.account}"

    @classmethod
    def ask(cls, account_id: int, *, for_seconds: float) -> bool:
        """Whether the caller is the one to queue a wake-up for this account's deliveries. One statement."""
        with connection.cursor() as cursor:
            cursor.execute(ASK[connection.vendor], {"account": account_id, "seconds": for_seconds})
            return bool(cursor.rowcount > 0)

    @classmethod
    def taken(cls, account_id: int) -> None:
        """A worker has begun: the next wake-up is queued again."""
        cls.objects.filter(account=account_id).exclude(asked_until=None).update(asked_until=None)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def live(self) -> "SubscriptionQuerySet":
        """Those that are at Lever as far as we know."""
        return self.filter(ended_at=None)


class Subscription(models.Model):
    """A webhook of ours at Lever. Its token stays good for a while after it has ended: deliveries are under way."""

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="subscriptions")
    event = models.CharField(max_length=40)
    webhook_id = models.CharField(max_length=64, help_text="Lever's id of it.")
    url = models.CharField(max_length=500)
    signature_token = EncryptedTextField(editable=False)
    made_at = models.DateTimeField()
    leaving_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was decided that another one replaces it."
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True, help_text="When Lever last used it.")

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "webhook_id"], name="subscription_once")
        ]

    def __str__(self) -> str:
        return f"{self.event} of {self.account}"


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def due(self, account: LeverAccount, now: datetime) -> "WebhookDeliveryQuerySet":
        """What the account's worker should take, the oldest first."""
        rows = self.filter(account=account, state=WebhookDelivery.State.WAITING, due_at__lte=now)
        return rows.order_by("due_at", "id")


class WebhookDelivery(Leased):
    """What Lever told us, verified. `body` is a hint and never the truth: the opportunity is fetched."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        DONE = "done", "Worked off"
        IGNORED = "ignored", "Ignored"
        FAILED = "failed", "Failed"

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="webhook_deliveries")
    subscription = models.ForeignKey(Subscription, null=True, on_delete=models.SET_NULL, related_name="+")
    event = models.CharField(max_length=60)
    token = models.CharField(max_length=64, help_text="Lever's, once for each delivery.")
    opportunity_id = models.CharField(max_length=64, blank=True)
    contact_id = models.CharField(max_length=64, blank=True)
    triggered_at = models.DateTimeField()
    received_at = models.DateTimeField()
    body = models.JSONField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    due_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    told = models.TextField(blank=True, help_text="What came of it, in a sentence.")
    done_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "token"], name="webhook_delivery_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at", "id"], condition=Q(state="waiting"), name="webhook_delivery_due"),
            models.Index(fields=["account"], condition=Q(state="failed"), name="webhook_delivery_failed"),
            models.Index(fields=["received_at"], name="webhook_delivery_by_time"),
            # Looked up when somebody searches for what Lever told of a person.
            models.Index(fields=["opportunity_id"], name="webhook_delivery_of"),
            models.Index(fields=["contact_id"], name="webhook_delivery_about"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.token[:8]}"


class StatusRule(models.Model):
    """What a stage or an archive reason of the account does to outreach, where it is not the default."""

    class Of(models.TextChoices):
        STAGE = "stage", "Stage"
        REASON = "reason", "Archive reason"
        NO_CONTACT = "no_contact", "Lever says not to contact them"

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="status_rules")
    of = models.CharField(max_length=12, choices=Of.choices)
    lever_id = models.CharField(max_length=64, blank=True, help_text="The stage or reason.")
    effect = models.CharField(max_length=8, choices=Effect.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "of", "lever_id"], name="status_rule_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_of_display()} {self.lever_id}: {self.get_effect_display()}"


class StatusPass(Leased):
    """Looking at everybody whom a status rule may hold, in batches by id: after a rule has changed, and every hour."""

    account = models.OneToOneField(LeverAccount, on_delete=models.CASCADE, related_name="status_pass")
    asked_at = models.DateTimeField(help_text="Asked for again it begins anew.")
    reached = models.BigIntegerField(default=0, help_text="The last candidate looked at.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "status passes"

    def __str__(self) -> str:
        return f"Status rules of {self.account}"

    @classmethod
    def ask(cls, account: LeverAccount, *, anew: bool = True) -> None:
        """Asks for everybody to be looked at; `anew` also while that is under way. Call it with what it is for."""
        now = db_now()
        values = {"asked_at": now, "reached": 0, "finished_at": None}
        made, created = cls.objects.get_or_create(account=account, defaults=values)
        if not created:
            rows = cls.objects.filter(pk=made.pk)
            (rows if anew else rows.exclude(finished_at=None)).update(**values)


class Drift(models.Model):
    """Something of Lever's that rules or jobs of ours name and that is no longer what it was.

    Put aside it is no more shown, and not noticed again until it was over in between.
    """

    class Kind(models.TextChoices):
        STAGE_RENAMED = "stage_renamed", "Stage renamed"
        STAGE_GONE = "stage_gone", "Stage gone"
        REASON_RENAMED = "reason_renamed", "Archive reason renamed"
        REASON_GONE = "reason_gone", "Archive reason gone"
        POSTING_CLOSED = "posting_closed", "Lever job closed"
        POSTING_GONE = "posting_gone", "Lever job gone"
        USER_DEACTIVATED = "user_deactivated", "Lever user deactivated"
        TEMPLATE_CHANGED = "template_changed", "Form template changed"

    account = models.ForeignKey(LeverAccount, on_delete=models.CASCADE, related_name="drift")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    lever_id = models.CharField(max_length=64)
    before = models.CharField(max_length=300, blank=True)
    after = models.CharField(max_length=300, blank=True)
    noticed_at = models.DateTimeField()
    over_at = models.DateTimeField(null=True, blank=True, help_text="When it was no longer so.")
    put_aside_at = models.DateTimeField(null=True, blank=True)
    put_aside_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "drift"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["account", "kind", "lever_id"], condition=Q(over_at=None), name="drift_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.before}"
