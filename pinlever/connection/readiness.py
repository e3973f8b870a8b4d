"""What works and what does not yet, as a list of sentences: judged from facts alone, none of it by asking Lever."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pinlever.lever.hosts import SCOPES

FIRST_STAGE = "lead-new"  # where everybody arrives
SWITCH_ON = (
    "A Super Admin of Lever must still switch on, in Lever under Settings → Integrations and API → Webhooks"
)
OUT_OF_STEP = 30.0  # seconds; less is corrected for without a word
OK, LOOK, BAD, UNDER_WAY = "ok", "look", "bad", "under way"
COLOURS = {OK: "green", LOOK: "yellow", BAD: "red", UNDER_WAY: "azure"}
WORDS = {OK: "Works", LOOK: "Look at this", BAD: "Does not work", UNDER_WAY: "Under way"}


@dataclass(frozen=True, slots=True)
class Webhooks:
    """How Lever tells us of changes. `groups`: each group of events, by Lever's name, and when it delivered last."""

    is_reachable: bool = True
    own_url: str = ""
    poll_every: float = 300.0
    trouble: str = ""
    wanted: int = 0
    made: int = 0
    groups: Sequence[tuple[str, datetime | None]] = ()
    missed: int = 0  # changes of the last day that our own looks found and no webhook had told

    @property
    def unheard(self) -> list[str]:
        """Groups that never delivered."""
        return [group for group, at in self.groups if at is None]

    @property
    def latest_at(self) -> datetime | None:
        """When any of them delivered last."""
        return max((at for _, at in self.groups if at is not None), default=None)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about the connection and its account. `granted` None: an API key names no permissions."""

    is_accepted: bool = True
    broken_why: str = ""
    last_ok_at: datetime | None = None
    granted: Sequence[str] | None = None
    catalogue_read_at: datetime | None = None
    postings: int = 0
    open_postings: int = 0
    stages: Sequence[str] = ()
    users: int = 0
    sees_confidential: bool | None = None
    default_user: str = ""
    default_user_state: str = "unset"
    without_account: int = 0
    clock_offset: float = 0.0
    is_index_complete: bool = False
    webhooks: Webhooks | None = None
    heard_by: int = 1  # people who are mailed when something is wrong
    mail_trouble: str = ""  # why such mail does not arrive


@dataclass(frozen=True, slots=True)
class Check:
    """One line: how it stands, the sentence, since when it is known, and where it is put right."""

    name: str
    state: str
    sentence: str
    at: datetime | None = None
    cure: str = ""

    @property
    def colour(self) -> str:
        return COLOURS[self.state]

    @property
    def word(self) -> str:
        return WORDS[self.state]


def checks(facts: Facts) -> list[Check]:
    """All lines, in the order in which somebody would put them right."""
    return [judge(facts) for judge in JUDGES]


def missing_scopes(granted: Sequence[str]) -> list[str]:
    """What we ask for and were not given; `write` includes `read`."""
    held = set(granted)
    return [scope for scope in SCOPES if scope not in held and scope.replace(":read:", ":write:") not in held]


def _access(facts: Facts) -> Check:
    if facts.is_accepted:
        return Check("access", OK, "Lever accepts our access", facts.last_ok_at)
    why = facts.broken_why or "Lever no longer accepts our access."
    return Check("access", BAD, why, facts.last_ok_at, "connect")


def _scopes(facts: Facts) -> Check:
    if facts.granted is None:
        return Check(
            "scopes", OK, "Permissions: an API key names none; users and people were readable with it"
        )
    missing = missing_scopes(facts.granted)
    if not missing:
        return Check("scopes", OK, f"Permissions: all {len(SCOPES)} granted")
    granted = len(SCOPES) - len(missing)
    sentence = f"Permissions: {granted} of {len(SCOPES)} granted. Missing: {', '.join(missing)}"
    return Check("scopes", BAD, sentence, None, "connect")


def _postings(facts: Facts) -> Check:
    if facts.catalogue_read_at is None:
        return Check("postings", BAD, "Lever's jobs have not been read yet. Check again", None, "again")
    if not facts.open_postings:
        sentence = "No Lever job is open, so people can only go to Lever without one"
        return Check("postings", LOOK, sentence, facts.catalogue_read_at)
    sentence = f"{_some(facts.postings, 'Lever job')} readable, {facts.open_postings:,} of them open"
    return Check("postings", OK, sentence, facts.catalogue_read_at)


def _stages(facts: Facts) -> Check:
    if facts.catalogue_read_at is None:
        return Check("stages", BAD, "Lever's stages have not been read yet. Check again", None, "again")
    if FIRST_STAGE not in facts.stages:
        sentence = (
            f'Lever lists no stage "{FIRST_STAGE}", in which everybody arrives. Ask Lever to restore it'
        )
        return Check("stages", BAD, sentence, facts.catalogue_read_at)
    sentence = f"{_some(len(facts.stages), 'stage')} found, the first for leads among them"
    return Check("stages", OK, sentence, facts.catalogue_read_at)


def _users(facts: Facts) -> Check:
    if not facts.users:
        return Check(
            "users", BAD, "No active Lever user was read. Check again", facts.catalogue_read_at, "again"
        )
    return Check("users", OK, f"{_some(facts.users, 'Lever user')} read", facts.catalogue_read_at)


def _confidential(facts: Facts) -> Check:
    if facts.sees_confidential:
        return Check("confidential", OK, "Confidential jobs and people are readable too")
    sentence = (
        "Confidential jobs and people are hidden from us: such jobs are not offered, and somebody who is in Lever "
        "only confidentially is not recognised by LinkedIn profile"
    )
    return Check("confidential", LOOK, sentence, None, "connect")


def _default_user(facts: Facts) -> Check:
    told = {
        "unset": "No default user is set: people whose sourcer Lever does not know cannot go",
        "gone": "The default user is no longer in Lever, so nobody stands in",
        "deactivated": f"The default user, {facts.default_user}, is deactivated in Lever",
    }
    if sentence := told.get(facts.default_user_state):
        return Check("default_user", LOOK, sentence, None, "users")
    sentence = f"Default user for people whose sourcer Lever does not know: {facts.default_user}"
    return Check("default_user", OK, sentence)


def _without_account(facts: Facts) -> Check:
    count = facts.without_account
    if not count:
        return Check("sourcers", OK, "Every recruiter has a Lever user")
    who = "1 recruiter has" if count == 1 else f"{count:,} recruiters have"
    return Check("sourcers", LOOK, f"{who} no Lever user with their email", None, "aliases")


def _clock(facts: Facts) -> Check:
    seconds = abs(facts.clock_offset)
    if seconds < OUT_OF_STEP:
        return Check("clock", OK, "The clock is in step with Lever's", facts.last_ok_at)
    side = "behind" if facts.clock_offset > 0 else "ahead of"
    sentence = (
        f"Our clock is {seconds:,.0f} s {side} Lever's. It is corrected for; set the database's clock right"
    )
    return Check("clock", LOOK, sentence, facts.last_ok_at)


def _index(facts: Facts) -> Check:
    if facts.is_index_complete:
        return Check("index", OK, "Everybody in Lever has been read, so nobody gets there twice")
    sentence = "Who is in Lever is still being read. Nobody is created before that is done"
    return Check("index", UNDER_WAY, sentence)


def _webhooks(facts: Facts) -> Check:
    return webhooks_line(facts.webhooks)


def webhooks_line(found: Webhooks | None) -> Check:
    """How Lever's telling stands, by itself."""
    if found is None:
        return Check("webhooks", UNDER_WAY, "Lever has not been asked for webhooks yet")
    if not found.is_reachable:
        sentence = (
            f"Lever cannot reach PinLever at {found.own_url}, so changes in Lever are found by asking "
            f"{_every(found.poll_every)}. With PINLEVER_URL set to a public https address Lever tells of them at once"
        )
        return Check("webhooks", LOOK, sentence, None, "webhooks")
    if found.trouble:
        return Check("webhooks", LOOK, found.trouble, found.latest_at, "webhooks")
    if found.made < found.wanted:
        sentence = f"Webhooks are being made at Lever: {found.made} of {found.wanted} are there"
        return Check("webhooks", UNDER_WAY, sentence, None, "webhooks")
    return _heard(found)


def _heard(found: Webhooks) -> Check:
    """Lever does not tell which groups are switched on there: it shows in what arrives, and in what does not."""
    unheard = ", ".join(found.unheard)
    were = "was found" if found.missed == 1 else "were found"
    by_asking = f"{_some(found.missed, 'change')} of the last day came without one and {were} by asking"
    if found.latest_at is None:
        what = f"none has arrived yet, though {by_asking}" if found.missed else "none has arrived yet"
        sentence = f"Webhooks are made, and {what}. {SWITCH_ON}: {unheard}"
        return Check("webhooks", LOOK, sentence, None, "webhooks")
    if found.missed and unheard:
        sentence = f"Webhooks arrive, but {by_asking}. {SWITCH_ON}: {unheard}"
        return Check("webhooks", LOOK, sentence, found.latest_at, "webhooks")
    if found.missed:
        return Check("webhooks", LOOK, f"Webhooks arrive, but {by_asking}", found.latest_at, "webhooks")
    rest = f". Not heard of yet, perhaps not switched on in Lever: {unheard}" if unheard else ""
    return Check("webhooks", OK, f"Lever tells of changes at once{rest}", found.latest_at)


def _alerts(facts: Facts) -> Check:
    if facts.mail_trouble:
        return Check("alerts", LOOK, f"Alerts reach nobody by email: {facts.mail_trouble}", None, "alerts")
    if not facts.heard_by:
        return Check(
            "alerts", LOOK, "Nobody is told when something stops: there is no super admin", None, "alerts"
        )
    who = "1 person hears" if facts.heard_by == 1 else f"{facts.heard_by:,} people hear"
    return Check("alerts", OK, f"{who} by email when something stops, and when it is over")


def _every(seconds: float) -> str:
    if seconds < 90:
        return f"every {seconds:.0f} seconds"
    return f"every {seconds / 60:.0f} minutes"


def _some(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


JUDGES: tuple[Callable[[Facts], Check], ...] = (
    *(_access, _scopes, _postings, _stages, _users, _confidential),
    *(_default_user, _without_account, _clock, _index, _webhooks, _alerts),
)
