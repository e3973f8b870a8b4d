"""The machine room: workers, chores, and django-q2's tables in our theme. The queue only wakes work up."""

# Django's own classes take no type arguments at run time.
# mypy: disable-error-code="type-arg"

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django_q.admin import resubmit_task
from django_q.models import Failure, OrmQ, Schedule, Success

from pinlever.audit.admin_pages import History, asked_first, withdrawn
from pinlever.ops.models import Chore, WorkerGroup

withdrawn(Failure, OrmQ, Schedule, Success)


@admin.register(WorkerGroup)
class WorkerGroupAdmin(History):
    list_display = ("host", "pid", "started_at", "stamped_at")


@admin.register(Chore)
class ChoreAdmin(History):
    list_display = ("name", "taken_at")


class TaskAdmin(History):
    list_display = ("name", "func", "started", "stopped", "short_result")
    fields = ("id", "name", "func", "started", "stopped", "success", "attempt_count", "short_result")
    search_fields = ("^name", "^func")
    ordering = ("-stopped",)

    @admin.display(description="Result")
    def short_result(self, task: Success) -> str:
        return str(task.result)[:500]


@admin.register(Success)
class SuccessAdmin(TaskAdmin):
    """Tasks that ended well."""


@admin.register(Failure)
class FailureAdmin(TaskAdmin):
    actions = ("queue_again",)

    @admin.action(description="Queue again…", permissions=["view"])
    @asked_first(
        "A task only looks for work that is due in our own tables; running it again does no harm.", "Queue"
    )
    def queue_again(self, request: HttpRequest, rows: QuerySet[Failure]) -> None:
        count = rows.count()
        resubmit_task(self, request, rows)
        self.message_user(request, f"{count:,} queued again.")


@admin.register(Schedule)
class ScheduleAdmin(History):
    list_display = ("name", "func", "schedule_type", "minutes", "next_run")
    fields = ("name", "func", "schedule_type", "minutes", "repeats", "next_run")
    search_fields = ("name", "func")


@admin.register(OrmQ)
class QueueAdmin(History):
    """Empty where Redis holds the queue."""

    list_display = ("id", "name", "func", "lock")
    fields = ("key", "lock", "task_id", "name", "func")
    readonly_fields = ("task_id", "name", "func")
    ordering = ("-id",)
