"""Every task of the queue shows that its worker group is alive, whoever queued it."""

from django_q.signals import post_execute_in_worker, pre_execute

from pinlever.ops.group import Heartbeat

heartbeat = Heartbeat()  # kept: signals hold their receivers weakly

pre_execute.connect(heartbeat.begin, dispatch_uid="pinlever.ops.heartbeat")
post_execute_in_worker.connect(heartbeat.end, dispatch_uid="pinlever.ops.heartbeat")
