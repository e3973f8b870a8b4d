"""Work done by several threads at the same moment, each with a database connection of its own."""

import threading

from django.db import connection


def at_once(*works):
    """Runs each piece of work in a thread of its own, starting together; answers what they returned."""
    ready, results, errors = threading.Barrier(len(works)), [], []

    def run(work):
        try:
            ready.wait(10)
            results.append(work())
        except Exception as error:  # handed to the test, which fails on any
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not errors, errors
    return results
