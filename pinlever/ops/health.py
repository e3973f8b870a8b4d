"""For whoever watches the installation: /healthz says the web process is up, /readyz what it needs.

Both answer anybody, so they tell nothing but which part is missing: no address, no name, no version.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_q.brokers import get_broker
from redis.exceptions import RedisError

from pinlever.notices.alert_mailing import trouble
from pinlever.ops.liveness import is_worker_alive

UNREACHABLE = (DatabaseError, InterfaceError, RedisError, OSError)

log = logging.getLogger(__name__)


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of anybody else: a database that is away is no reason to restart this."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Each part with `ok` and what to do; 503 unless all are well. `advice` changes nothing about that."""
    found = {name: _tried(name, check) for name, (check, _) in CHECKS.items()}
    told = {name: {"ok": ok} if ok else {"ok": ok, "cure": CHECKS[name][1]} for name, ok in found.items()}
    is_ready = all(found.values())
    answer = {"ready": is_ready, "checks": told, "advice": _advice() if found["database"] else []}
    return JsonResponse(answer, status=200 if is_ready else 503)


def _advice() -> list[str]:
    """What is worth mending and keeps nothing from working."""
    try:
        return [MAIL] if trouble() else []
    except UNREACHABLE:  # a database without the tables yet
        return []


def _tried(name: str, check: Callable[[], bool]) -> bool:
    try:
        return check()
    except UNREACHABLE as error:
        log.warning("Not ready, %s: %s", name, type(error).__name__)
        return False


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _migrations() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _queue() -> bool:
    return bool(get_broker().ping())


MAIL = "Alerts reach nobody by email. Look at Settings → Alerts, and at EMAIL_URL."
CHECKS: dict[str, tuple[Callable[[], bool], str]] = {
    "database": (_database, "The database does not answer. Look at it, and at DATABASE_URL."),
    "migrations": (_migrations, "The database is not this version's. Run: python manage.py migrate"),
    "queue": (_queue, "The queue does not answer. Look at Redis, and at REDIS_URL."),
    "worker": (is_worker_alive, "No worker was seen within a minute. Run: python manage.py worker"),
}

urlpatterns = [path("healthz", healthz, name="healthz"), path("readyz", readyz, name="readyz")]
