"""Two writers who met on the same people: the database ends one of them, and that one starts over."""

import logging
import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import IntegrityError, OperationalError, transaction

log = logging.getLogger(__name__)
Result = TypeVar("Result")

TRIES = 3
PAUSE = (
    0.02,
    0.1,
)  # seconds: who starts over at once may take the same row before the other one wakes, and meet it again


def settled(work: Callable[[], Result]) -> Result:
    """What `work` answers, in a transaction of its own; done again where it met somebody else's.

    PostgreSQL ends one of two who wait for each other (40P01) or could not be put in order (40001); SQLite may find
    the database locked; and of two who make the same row at once one meets its constraint.
    """
    for left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return work()
        except (OperationalError, IntegrityError) as met:
            # Within another transaction, that one was ended too: it is not ours to start over.
            if not left or (
                isinstance(met, OperationalError) and transaction.get_connection().in_atomic_block
            ):
                raise
            log.info("Done again after %s", type(met).__name__)
            time.sleep(random.uniform(*PAUSE))  # noqa: S311
    raise AssertionError("unreachable")
