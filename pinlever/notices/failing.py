"""What receivers did not take within three days: by endpoint and cause, as each delivery's status and error tell it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, CharField, Count, Max, Q, QuerySet, Value, When

from pinlever.foundation.remedies import Cause
from pinlever.notices import addresses
from pinlever.notices.cures import BY_CODE
from pinlever.notices.models import TOO_LATE, Delivery, Endpoint
from pinlever.notices.outcomes import GONE
from pinlever.notices.sending import LOCKED

NO_CONNECTION = "endpoint_connection"
FORBIDDEN = (addresses.NOT_AN_ADDRESS, addresses.NO_PLAIN_HTTP, addresses.NOT_THIS_MACHINE)
# Named after the outcomes of `door`; the first that fits counts, and what fits none is a connection that failed.
FITS: tuple[tuple[str, Q], ...] = (
    ("endpoint_gone", Q(status=GONE)),
    ("endpoint_redirect", Q(status__gte=300, status__lt=400)),
    ("endpoint_refused", Q(status__isnull=False) | Q(error__startswith="It answered")),
    ("endpoint_late", Q(error__startswith="No answer within") | Q(error__startswith="It did not answer")),
    ("endpoint_name", Q(error__startswith="Its name could not be found")),
    ("endpoint_certificate", Q(error__startswith="Its certificate is not trusted")),
    ("endpoint_locked", Q(error=LOCKED)),
    ("endpoint_waited", Q(error=TOO_LATE)),
    (
        "endpoint_forbidden_address",
        Q(error__in=FORBIDDEN) | Q(error__startswith="The address") | Q(error__startswith="Leave user name"),
    ),
)
CODE = Case(
    *(When(fits, then=Value(code)) for code, fits in FITS),
    default=Value(NO_CONNECTION),
    output_field=CharField(),
)


@dataclass(frozen=True)
class GivenUp:
    """All that an endpoint did not take for one cause. `said`: what it answered, or what stood in the way, last."""

    endpoint: Endpoint
    cause: Cause
    count: int
    newest_at: datetime | None
    said: str


def given_up(endpoint: Endpoint, code: str = "") -> QuerySet[Delivery]:
    """What could be sent again; of one cause, if it is given."""
    rows = Delivery.objects.filter(endpoint=endpoint, state=Delivery.State.GIVEN_UP, is_test=False)
    return rows.annotate(code=CODE).filter(code=code) if code else rows


def groups() -> Sequence[GivenUp]:
    """The largest first. Two queries, however many were given up; secrets are not even read."""
    rows = Delivery.objects.filter(state=Delivery.State.GIVEN_UP, is_test=False).annotate(code=CODE)
    told = rows.order_by().values("endpoint", "code")
    counted = list(told.annotate(count=Count("pk"), newest=Max("pk")).order_by("-count", "endpoint", "code"))
    if not counted:
        return ()
    latest = Delivery.objects.filter(pk__in=[each["newest"] for each in counted]).select_related("endpoint")
    newest = {row.pk: row for row in latest.defer("endpoint__secret", "endpoint__former_secret")}
    return [
        GivenUp(row.endpoint, BY_CODE[each["code"]], each["count"], row.tried_at, row.error)
        for each in counted
        if (row := newest.get(each["newest"])) is not None
    ]
