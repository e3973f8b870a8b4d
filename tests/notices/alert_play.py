"""Time and mail as the tests of alerts move them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pinlever.accounts.models import User
from pinlever.foundation.clock import db_now
from pinlever.notices.alert_mailing import send_to_one
from pinlever.notices.alerting import Wrong, compare
from pinlever.notices.models import AlertKind, AlertRules

LOST = Wrong(
    AlertKind.CONNECTION, "account 1", "Lever must be connected again", "It said no.", "3 people wait.", "/x/"
)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def owner(email: str = "aud@company.example", **more: object) -> User:
    return User.objects.create_superuser(email, "secret-word-9", **more)


@dataclass
class Clock:
    """Looks at what is wrong, at a moment of its own that only moves on."""

    hearers: Iterable[User] = ()
    now: datetime = field(default_factory=lambda: db_now() - HOUR)

    def look(
        self, *wrong: Wrong, after: timedelta = timedelta(0), kinds: Iterable[str] = AlertKind.values
    ) -> None:
        self.now += after
        compare(
            wrong,
            looked_at=tuple(kinds),
            hearers=[user.pk for user in self.hearers],
            rules=AlertRules.kept(),
            now=self.now,
        )


def send_all(most: int = 50) -> int:
    turns = 0
    while turns < most and send_to_one():
        turns += 1
    return turns
