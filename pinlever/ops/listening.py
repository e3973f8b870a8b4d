"""Every task of the queue, whoever queued it, shows that its worker group is alive and marks its log lines."""

from django_q.signals import post_execute_in_worker, pre_execute

from pinlever.ops import tracing
from pinlever.ops.group import Heartbeat

heartbeat = Heartbeat()  # kept: signals hold their receivers weakly

pre_execute.connect(heartbeat.begin, dispatch_uid="pinlever.ops.heartbeat")
post_execute_in_worker.connect(heartbeat.end, dispatch_uid="pinlever.ops.heartbeat")
pre_execute.connect(tracing.begin_task, dispatch_uid="pinlever.ops.tracing")
post_execute_in_worker.connect(tracing.end_task, dispatch_uid="pinlever.ops.tracing")
