"""What may be decided about a question, each choice with its consequence, and carrying out the one chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pinlever.audit.services import Actor
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.recruiting.models import IdentityQuestion
from pinlever.sync import answering
from pinlever.sync.evidence import Evidence, InLever, Opening
from pinlever.sync.key_words import their_keys_told
from pinlever.sync.models import Question, State, SyncRecord
from pinlever.sync.services import PROFILE_ID, NotPossible

Kind = Question.Kind
LINK, ADD, CREATE, SEND, GIVE_UP = "link", "add", "create", "send_again", "give_up"
NO_PROFILE = (
    "That is no link to a profile in Lever, and no id of one. Copy the address of the profile's page."
)
UNKNOWN_PROFILE = (
    "No profile of that link is known here yet. If it is new in Lever, try again in a few minutes; Lever's changes are "
    "read every few minutes."
)
REMEMBERED = "That is remembered for all their jobs."
NOT_THE_OTHERS = " The others count as somebody else from then on, for all their jobs."
JOINS = " Lever itself joins people by email, so the address cannot be sent; it stays in Pin."
NONE_CHOSEN = "Choose one of the answers. Nothing was changed."


@dataclass(frozen=True)
class Choice:
    """A button. `means` stands beside it; `opportunity` where one of several is chosen."""

    do: str
    label: str
    means: str
    contact: str = ""
    opportunity: str = ""
    is_main: bool = False


def for_person(question: Question, side: InLever) -> list[Choice]:
    """What may be decided in favour of somebody in Lever."""
    if side.is_anonymised:
        return []
    if question.kind in (Kind.SEVERAL_FIT, Kind.UNSETTLED):
        return [_this_one(side, opening) for opening in side.openings]
    found = [
        Choice(
            LINK,
            f"Same person as {side.name}",
            "They are linked; nothing is created and nothing changes in Lever."
            + (NOT_THE_OTHERS if question.kind == Kind.DOUBT else ""),
            side.contact_id,
            is_main=True,
        )
    ]
    if question.kind == Kind.MATCH:
        found.append(
            Choice(
                ADD,
                "Same person, and add this job",
                "They are linked and get one more opportunity in Lever, for this job. "
                "Contact details are not sent again.",
            )
        )
    return found


def _this_one(side: InLever, opening: Opening) -> Choice:
    where = "a confidential Lever job" if opening.is_confidential else opening.posting or "no Lever job"
    label = f"It is this one, on {where}{' (archived)' if opening.is_archived else ''}"
    return Choice(
        LINK, label, "It is linked; nothing is sent again.", side.contact_id, opening.id, is_main=True
    )


def further(question: Question, sides: Evidence) -> list[Choice]:
    """What may be decided apart from anybody in Lever."""
    makers: dict[str, tuple[Callable[[Evidence], Choice], ...]] = {
        Kind.DOUBT: (_create,),
        Kind.MATCH: (_create,),
        Kind.ANONYMISED: (_create_again,),
        Kind.ORPHAN: (_not_them,),
        Kind.NEAR: (_not_near,),
        Kind.UNSETTLED: (_send_again,),
        Kind.WORKER_DIES: (_try_again,),
    }
    return [*(make(sides) for make in makers.get(question.kind, ())), _give_up(question)]


def _create(sides: Evidence) -> Choice:
    kept_back = their_keys_told(sorted(sides.shared))
    without = f" without {kept_back}, which somebody else there has already." if kept_back else "."
    joins = JOINS if any(kind == "email" for kind, _ in sides.shared) else ""
    label = "None of them: create" if len(sides.lever) > 1 else "Not the same: create"
    return Choice(CREATE, label, f"A new person is created in Lever{without}{joins} {REMEMBERED}")


def _create_again(sides: Evidence) -> Choice:
    means = "A new person is created in Lever, although they were anonymised there. Be sure that they agree."
    return Choice(CREATE, "Create them again", means)


def _not_them(sides: Evidence) -> Choice:
    means = f"A new person of this name is created in Lever. {REMEMBERED}"
    return Choice(CREATE, "Not the same: create", means)


def _not_near(sides: Evidence) -> Choice:
    label = "None of them: create" if len(sides.lever) > 1 else "Not the same: create"
    means = "A new person is created in Lever, with all their addresses. These two are not asked about again."
    return Choice(CREATE, label, means)


def _send_again(sides: Evidence) -> Choice:
    means = "Lever is searched once more; if they are still not there, they are sent again. Look there yourself first."
    return Choice(SEND, "Not in Lever: send again", means, is_main=not sides.lever)


def _try_again(sides: Evidence) -> Choice:
    return Choice(SEND, "Try once more", "A worker takes the person up again.", is_main=True)


def _give_up(question: Question) -> Choice:
    means = "Nothing is sent. The person stays in Pin and can be exported again later."
    if question.kind in (Kind.SEVERAL_FIT, Kind.UNSETTLED):
        means = "Nothing more is sent. Should Lever have saved the person, our own link brings them back."
    return Choice(GIVE_UP, "Leave them out", means)


def decide(*, by: Actor, question: Question, given: Mapping[str, str]) -> str:
    """Carries out what a form says; answers what happens now, as the end of a sentence. Raises NotPossible."""
    do = given.get("do", "")
    if do == LINK:
        contact, opportunity = _linked_to(question, given)
        answering.answer_link(by=by, question=question, contact_id=contact, opportunity_id=opportunity)
    elif do in CARRY_OUT:
        CARRY_OUT[do](by=by, question=question)
    else:
        raise NotPossible(NONE_CHOSEN)
    return DONE[do]


def takes_a_link(question: Question) -> bool:
    """Whether somebody may name the profile in Lever themselves."""
    return question.kind == Kind.UNSETTLED


def _linked_to(question: Question, given: Mapping[str, str]) -> tuple[str, str]:
    """(contact, opportunity) chosen, or named by the link of a profile."""
    if "profile" not in given:
        return _among_the_known(question, given.get("contact", ""), given.get("opportunity", ""))
    named = PROFILE_ID.search(given["profile"])
    if named is None:
        raise NotPossible(NO_PROFILE)
    known = KnownOpportunity.objects.filter(account_id=question.record.account_id, deleted_at=None)
    row = known.filter(lever_id=named.group().lower()).defer("payload").first()
    if row is None:
        raise NotPossible(UNKNOWN_PROFILE)
    return row.contact_id, row.lever_id


def _among_the_known(question: Question, contact: str, opportunity: str) -> tuple[str, str]:
    """As given, if it was offered or is theirs by now: what a form says may be old, or not be ours at all."""
    offered = {(contact, each["id"]) for each in _offered(question, contact)}
    known = KnownOpportunity.objects.filter(
        account_id=question.record.account_id, contact_id=contact, deleted_at=None
    )
    theirs = known.filter(lever_id=opportunity) if opportunity else known
    if not contact:
        raise NotPossible(NONE_CHOSEN)
    if (contact, opportunity) not in offered and not theirs.exists():
        raise NotPossible(UNKNOWN_PROFILE)
    return contact, opportunity


def _offered(question: Question, contact: str) -> list[dict[str, str]]:
    """The opportunities of somebody the question names, and none of them in particular."""
    options = [option for option in question.options if option["contact"] == contact]
    return [each for option in options for each in ({"id": ""}, *option["opportunities"])]


CARRY_OUT: dict[str, Callable[..., None]] = {
    ADD: answering.answer_add,
    CREATE: answering.answer_create,
    SEND: answering.answer_send_again,
    GIVE_UP: answering.answer_give_up,
}
DONE = {
    LINK: "is being linked to the person you chose.",
    ADD: "is being linked, with one more opportunity for this job.",
    CREATE: "is being created in Lever.",
    SEND: "is looked for once more, and then sent again.",
    GIVE_UP: "is left out. Export them again if that was a mistake.",
}


def open_count(account: LeverAccount | None) -> int:
    """How many decisions wait: about records, and about people in Pin that stop somebody."""
    about_people = IdentityQuestion.objects.filter(answered_at=None, is_blocking=True).count()
    if account is None:
        return about_people
    rows = SyncRecord.objects.filter(account=account, state=State.NEEDS_YOU)
    return about_people + rows.exclude(cause=f"ask_{Kind.IDENTITY}").count()


def told(question: Question) -> str:
    """What was decided, in words."""
    answer = question.answer or {}
    names = {option["contact"]: option["name"] for option in question.options}
    if "link" in answer:
        return f"Linked to {names.get(answer['link']) or 'the person chosen'}"
    known = {
        "add": "Linked, with one more opportunity",
        "create": "Created apart",
        "send_again": "Sent again",
        "give_up": "Left out",
        "cancel": "Cancelled",
        "decided": "Decided elsewhere",
    }
    return next((words for key, words in known.items() if key in answer), "Decided")
