"""How many calls to Lever a new person costs, from Practice Lever's log: `python -m tests.bench.calls`.

Promised: one for each email address, and one that creates the person with everything, the résumé included. The
refresh of the index of people in Lever is shared by everybody and counted apart.
"""

import sys
from collections import defaultdict

from tests.bench.seen import CREATE, REFRESH, Entry, by_kind, kind_of
from tests.bench.stage import Figures, Stage, play

MIXED = (1, 0, 3)  # email addresses


def bench(stage: Stage) -> Figures:
    from pinlever.sync.work import work_one
    from tests.bench.scene import not_synced, scene

    figures = Figures()
    calls: dict[int, list[int]] = defaultdict(list)
    refreshes = 0
    with scene(stage) as stood:
        for number in range(stage.options.people):
            emails = MIXED[number % len(MIXED)]
            seen = stood.last()
            stood.trigger(stood.add(number, emails=emails))
            while work_one():
                pass
            made = stood.log(since=seen)
            own = [entry for entry in made if kind_of(entry) != REFRESH]
            refreshes += len(made) - len(own)
            calls[emails].append(len(own))
            _judge(figures, number, emails, own)
        figures.missed += [str(record) for record in not_synced()]
    figures.found = {
        "people": stage.options.people,
        "calls_with_1_email_linkedin_and_resume": max(calls[1]),
        "calls_by_emails": {str(emails): [min(made), max(made)] for emails, made in sorted(calls.items())},
        "index_refreshes_shared": refreshes,
    }
    return figures


def _judge(figures: Figures, number: int, emails: int, own: list[Entry]) -> None:
    creates = [entry for entry in own if kind_of(entry) == CREATE]
    figures.promise(
        len(own) == emails + 1, f"Person {number} with {emails} emails took {len(own)} calls: {by_kind(own)}"
    )
    figures.promise(
        len(creates) == 1 and creates[0]["resume"] is not None and len(creates[0]["body"]["links"]) >= 1,
        f"Person {number} was not created once, with résumé and links.",
    )


def main() -> int:
    return play("calls", bench, __doc__, people=9)


if __name__ == "__main__":
    sys.exit(main())
