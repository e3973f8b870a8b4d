"""Processes that live and die together: a session of their own, tied to the process that started them.

On Linux the kernel ends each process when its parent dies, however that dies. Elsewhere the first process watches
its parent and takes its group with it.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from typing import IO

PARENT_VARIABLE = "PINLEVER_PARENT"
_PR_SET_PDEATHSIG = 1
_forking_pid = 0


def start_group(command: Sequence[str], *, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Starts `command` as the first process of a new session; it should call `tie_to_parent` first of all."""
    return subprocess.Popen(
        command, env={**environment, PARENT_VARIABLE: str(os.getpid())}, start_new_session=True
    )


def start_child(command: Sequence[str], *, output: IO[bytes]) -> "subprocess.Popen[bytes]":
    """Starts any program, tied to this process where the kernel can do that."""
    return subprocess.Popen(command, stdout=output, stderr=output, preexec_fn=_ask_kernel_to_tie)


def end_group(process: "subprocess.Popen[bytes]", *, patience: float) -> bool:
    """Asks the first process to end, then ends the whole group by force. True if it went by itself."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(patience)
        by_itself = True
    except subprocess.TimeoutExpired:
        by_itself = False
    kill_group(process)
    return by_itself


def kill_group(process: "subprocess.Popen[bytes]") -> None:
    """Ends every process of the group at once, also after the first one is gone."""
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody left, or only zombies (macOS)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def tie_to_parent() -> None:
    """Ends this process and every process it forks when its parent dies. Call before threads and forks."""
    parent = int(os.environ.get(PARENT_VARIABLE) or os.getppid())
    if not _ask_kernel_to_tie():
        threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()
        return
    _leave_if_orphaned(parent)  # the parent may have died before the kernel was asked
    os.register_at_fork(before=_note_forking_pid, after_in_child=_tie_forked_child)


def _ask_kernel_to_tie() -> bool:
    if not sys.platform.startswith("linux"):
        return False
    return bool(ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)


def _note_forking_pid() -> None:
    global _forking_pid
    _forking_pid = os.getpid()


def _tie_forked_child() -> None:
    _ask_kernel_to_tie()
    _leave_if_orphaned(_forking_pid)


def _leave_if_orphaned(parent: int) -> None:
    if os.getppid() != parent:
        os._exit(1)


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.killpg(os.getpgrp(), signal.SIGKILL)
