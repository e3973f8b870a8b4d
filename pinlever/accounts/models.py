"""People who sign in: recruiters and super admins, known by their email address; and who is invited."""

import zoneinfo
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class PeopleManager(UserManager["User"]):
    """Creates users by email address."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> "User":  # type: ignore[override]
        user = self.model(email=email.strip(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> "User":  # type: ignore[override]
        return self.create_user(email, password, **{**extra, "is_staff": True, "is_superuser": True})

    def get_by_natural_key(self, username: str | None) -> "User":
        """Signing in asks this; an address is the same in any case."""
        return self.get(email__iexact=(username or "").strip())

    def named(self, email: str) -> "User | None":
        """The person with this address, case ignored."""
        return self.filter(email__iexact=email.strip()).first() if email.strip() else None


class User(AbstractUser):
    """A recruiter, or a super admin (`is_superuser`)."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("email address", unique=True)
    time_zone = models.CharField(max_length=50, default="UTC")
    sessions_ended = models.PositiveIntegerField(
        default=0, editable=False, help_text="Counts how often all their sessions were ended."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta(AbstractUser.Meta):
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        """Their time zone; UTC where what is stored names none."""
        try:
            return zoneinfo.ZoneInfo(self.time_zone)
        except (zoneinfo.ZoneInfoNotFoundError, ValueError):
            return zoneinfo.ZoneInfo("UTC")

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Part of every session, so that a session dies with the password or when all are ended."""
        digest: str = super()._get_session_auth_hash(secret)  # type: ignore[misc]
        return f"{digest}:{self.sessions_ended}"


class Invitation(models.Model):
    """Somebody asked to join. The link holds a token whose digest alone is kept; it works once and for a week."""

    email = models.EmailField()
    first_name = models.CharField(max_length=150, blank=True)
    last_name = models.CharField(max_length=150, blank=True)
    is_super_admin = models.BooleanField(default=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.CharField(max_length=200)
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                Lower("email"),
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_one_open",
            )
        ]

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip()
        return f"{name} ({self.email})" if name else self.email

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()


class SharedCache(models.Model):
    """The table of Django's database cache, where there is no Redis: sign-in limits count for all processes.

    Its columns are those `createcachetable` makes; only the cache reads and writes it.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_cache"

    def __str__(self) -> str:
        return self.cache_key
