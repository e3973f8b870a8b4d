"""The kinds of what becomes of a person who is to go to Lever, in words: planned, and as it came out."""

from enum import StrEnum

from pinlever.sync.plan import Add, Ask, BringBack, Create, Decision, Link


class Kind(StrEnum):
    CREATE = "create"
    LINK = "link"
    ADD = "add"
    BACK = "back"
    ASK = "ask"
    HELD = "held"
    BLOCKED = "blocked"
    IN_LEVER = "in_lever"


GOING = (Kind.CREATE, Kind.LINK, Kind.ADD, Kind.BACK, Kind.ASK, Kind.HELD)
WOULD: dict[Kind, str] = {
    Kind.CREATE: "would be created",
    Kind.LINK: "linked",
    Kind.ADD: "added to the Lever job",
    Kind.BACK: "brought back",
    Kind.ASK: "would need a decision",
    Kind.HELD: "would wait for the allow-list",
    Kind.BLOCKED: "cannot go",
    Kind.IN_LEVER: "in Lever already",
}
SHORT: dict[Kind, str] = {
    Kind.CREATE: "create",
    Kind.LINK: "link",
    Kind.ADD: "add",
    Kind.BACK: "bring back",
    Kind.ASK: "need you",
    Kind.HELD: "held",
    Kind.BLOCKED: "cannot",
    Kind.IN_LEVER: "in Lever already",
}
PLANNED: dict[Kind, str] = {
    Kind.CREATE: "create",
    Kind.LINK: "link",
    Kind.ADD: "add an opportunity",
    Kind.BACK: "bring back",
    Kind.ASK: "ask somebody",
    Kind.HELD: "wait for the allow-list",
    Kind.BLOCKED: "cannot go",
    Kind.IN_LEVER: "stays as it is",
}
_OF: dict[type, Kind] = {
    Create: Kind.CREATE,
    Link: Kind.LINK,
    Add: Kind.ADD,
    BringBack: Kind.BACK,
    Ask: Kind.ASK,
}


def kind_of(decision: Decision) -> Kind:
    """What a decision comes to, as far as the facts go."""
    return _OF[type(decision)]
