"""Whether any worker is alive, for pages and for whoever watches the installation."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pinlever.foundation.clock import db_now
from pinlever.ops.models import WorkerGroup

SEEN_WITHIN = timedelta(seconds=60)


def is_worker_alive(since: datetime | None = None) -> bool:
    """Whether some worker group has shown a sign of life since then, else within the last minute."""
    return WorkerGroup.objects.filter(stamped_at__gte=since or db_now() - SEEN_WITHIN).exists()


def worker(request: HttpRequest) -> dict[str, Any]:
    """The context of the templates; read only if a template shows it."""
    return {"no_worker": SimpleLazyObject(lambda: request.user.is_authenticated and not is_worker_alive())}
