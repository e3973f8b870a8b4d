"""Writing new facts to a profile in Lever: read just before, one write a turn, read just after.

Nothing is overwritten. Lever takes lists of a contact whole, and whether it replaces or adds is not known: what our
writing lost, or what came meanwhile and is gone, is put back and told. A lost answer is settled by reading.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from pinlever.connection import index
from pinlever.connection.models import KnownOpportunity, ToldBy
from pinlever.foundation.backoff import delay
from pinlever.foundation.clock import db_now
from pinlever.foundation.failpoints import failpoint
from pinlever.lever.errors import NotFound
from pinlever.lever.types import Opportunity
from pinlever.recruiting.identity import email_key, linkedin_key, phone_key
from pinlever.sync import causes
from pinlever.sync.details import (
    OF_CONTACT,
    Additions,
    Details,
    additions,
    common,
    less,
    lost,
    phones_of,
    together,
)
from pinlever.sync.following import ANONYMISED, Done, Following, profile_gone
from pinlever.sync.models import FollowUp, SyncRecord
from pinlever.sync.performing import performer_of
from pinlever.sync.promises import ON_THE_WAY
from pinlever.sync.subject import subject_of
from pinlever.sync.update_rules import policies_of

State = FollowUp.State
MOST_RESTORED = 3  # times in a row; then somebody has to look
NOTHING_NEW = "Lever has all of it already."
LEFT_OUT = "Not added: {told}."
RESTORED = "Writing lost what Lever had; it was put back: {told}."
KEEPS_LOSING = (
    "Lever lost {told} three times when we wrote. Look at the profile in Lever before this is tried again."
)
TOO_MANY = (
    "Another job of the same person is written to their profile at this moment; it is this one's turn soon."
)
WAIT = "The answer was lost. We look in Lever what became of it before anything is written again."


def write(following: Following) -> Done:
    """The handler of new facts."""
    if _others_write(following):
        return Done(State.WAITING, TOO_MANY, ON_THE_WAY, delay(1, first=4))
    try:
        if following.is_unsettled and (wait := _still_under_way(following)):
            return wait
        heard = _heard_meanwhile(following) if following.is_unsettled else []
        there = _read(following, ToldBy.SYNC)
        if there.is_anonymized:
            return Done(State.SKIPPED, ANONYMISED, "anonymised")
        return _go_on(following, there, heard)
    except NotFound:
        return profile_gone()


def _others_write(following: Following) -> bool:
    """Whether a list may be written over ours, or ours over it: another row of the same contact is being worked on, or
    what it sent may still arrive. Of two that see each other both wait, not equally long."""
    record, now = following.record, db_now()
    theirs = FollowUp.objects.filter(
        Q(locked_until__gt=now) | Q(over_at__gt=now),
        record__account=record.account_id,
        record__contact_id=record.contact_id,
        kind=FollowUp.Kind.DETAILS,
        state=State.WAITING,
    )
    return bool(record.contact_id) and theirs.exclude(pk=following.row.pk).exists()


def _still_under_way(following: Following) -> Done | None:
    """A PUT whose answer was lost may come to Lever late and undo what is written next: it is waited for."""
    over_at = following.row.over_at
    left = (over_at - db_now()).total_seconds() if over_at else 0.0
    return Done(State.WAITING, WAIT, causes.OUTCOME_UNKNOWN, left) if left > 0 else None


def _go_on(following: Following, there: Opportunity, heard: Sequence[Details]) -> Done:
    """Settles what was sent before, if its answer is missing, then writes what is still missing."""
    before = Details.of(there)
    result = _settled(following, before, heard) if following.is_unsettled else dict(following.row.result)
    gone = Details.from_json(result.get("lost", {}))
    if gone and result.get("restores", 0) >= MOST_RESTORED:
        return Done(State.FAILED, KEEPS_LOSING.format(told=_spoken(gone)), "keeps_losing", result=result)
    plan = _plan(following, before)
    missing = together(less(gone, before), plan.details)
    if not missing:
        return _end(result, plan)
    sent = _first_part(missing)
    following.row.result = {**result, "restores": result.get("restores", 0) + bool(gone)}
    told = {"before": before.to_json(), "sent": sent.to_json(), "read_at": db_now().isoformat()}
    payload = {**following.row.payload, **told}
    following.send(payload, lambda send_before: _send(following, there, before, sent, send_before))
    failpoint("details.after_send")
    following.row.payload = payload
    heard = _heard_meanwhile(following)
    after = Details.of(_read(following, ToldBy.OURS))
    result = _settled(following, after, heard)
    rest = _plan(following, after)
    if not result.get("lost") and not rest.details:
        return _end(result, rest)
    return Done(State.WAITING, _restored(result), result=result, is_settled=True)


def _settled(following: Following, now: Details, heard: Sequence[Details]) -> dict[str, Any]:
    """The result so far, with what the latest sending added, and what is lost since it."""
    result, payload = dict(following.row.result), following.row.payload
    result.pop("lost", None)
    if "sent" not in payload:
        return result
    before, sent = Details.from_json(payload["before"]), Details.from_json(payload["sent"])
    gone = lost(before, now, heard)
    if gone:
        result["lost"] = gone.to_json()
        result["restored"] = together(Details.from_json(result.get("restored", {})), gone).to_json()
    ours = common(common(Details.from_json(payload["facts"]), sent), now)
    result["added"] = together(Details.from_json(result.get("added", {})), ours).to_json()
    return result


def _heard_meanwhile(following: Following) -> list[Details]:
    """How the person stood by what the index heard after our look: a whole list written then undoes it.

    Ask before reading again: that is heard too.
    """
    read_at = following.row.payload.get("read_at")
    if read_at is None:
        return []
    rows = KnownOpportunity.objects.filter(
        account=following.record.account_id,
        contact_id=following.record.contact_id,
        seen_at__gt=datetime.fromisoformat(read_at),
        deleted_at=None,
    )
    heard = rows.exclude(told_by__in=[ToldBy.OURS, ToldBy.SYNC]).values_list("payload", flat=True)
    there = [Details.of(Opportunity.parse(payload)) for payload in heard]
    return [Details(emails=one.emails, phones=one.phones, links=one.links) for one in there]


def _plan(following: Following, there: Details) -> Additions:
    record = following.record
    new = _theirs(record, Details.from_json(following.row.payload.get("facts", {})))

    def taken(email: str) -> bool:
        key = email_key(email)
        people = index.people(record.account, [("email", key)]) if key else ()
        return any(one.contact_id != record.contact_id for one in people)

    return additions(new, there, policies_of(record.account_id), taken=taken)


def _theirs(record: SyncRecord, new: Details) -> Details:
    """Without the keys of somebody else in Lever, of whom it was decided that they are not this person."""
    left_out = subject_of(record).left_out
    if not left_out:
        return new
    return replace(
        new,
        emails=tuple(one for one in new.emails if ("email", email_key(one) or "") not in left_out),
        phones=tuple(one for one in new.phones if ("phone", phone_key(one[1]) or "") not in left_out),
        links=tuple(one for one in new.links if ("linkedin", linkedin_key(one) or "") not in left_out),
    )


def _first_part(missing: Details) -> Details:
    """What one write can take: the contact's own fields together, then links, then tags."""
    told = missing.to_json()
    part = {name: told[name] for name in OF_CONTACT if name in told}
    if not part:
        name = "links" if "links" in told else "tags"
        part = {name: told[name]}
    return Details.from_json(part)


def _send(
    following: Following, there: Opportunity, before: Details, sent: Details, send_before: float
) -> None:
    lever, who = following.lever, there.contact_id or following.record.contact_id
    if sent.links or sent.tags:
        add, values = (lever.add_links, sent.links) if sent.links else (lever.add_tags, sent.tags)
        add(there.id, values, perform_as=performer_of(following.record) or None, send_before=send_before)
        return
    whole = together(before, sent)
    lever.update_contact(
        who,
        headline=sent.headline or None,
        location=sent.location or None,
        emails=whole.emails if sent.emails else None,
        phones=phones_of(whole) if sent.phones else None,
        send_before=send_before,
    )


def _read(following: Following, told_by: ToldBy) -> Opportunity:
    there = following.lever.opportunity(following.row.opportunity_id)
    index.upsert(following.record.account, [there], seen_at=db_now(), told_by=told_by)
    return there


def _end(result: dict[str, Any], plan: Additions) -> Done:
    left_out = "; ".join(_reason(each) for each in plan.left_out)
    told = [_restored(result), LEFT_OUT.format(told=left_out) if left_out else ""]
    found = {name: value for name, value in result.items() if name != "lost"}
    found["left_out"] = [list(each) for each in plan.left_out]
    said = " ".join(filter(None, told))
    if not result.get("added"):
        return Done(State.SKIPPED, said or NOTHING_NEW, "nothing_new", result=found, is_settled=True)
    return Done(State.DONE, said, result=found)


def _restored(result: dict[str, Any]) -> str:
    return (
        RESTORED.format(told=_spoken(Details.from_json(result["restored"]))) if "restored" in result else ""
    )


def _reason(each: Sequence[str]) -> str:
    _, value, why = each
    return f"{value} {why}"


def _spoken(details: Details) -> str:
    values = [*details.emails, *(value for _, value in details.phones), *details.links, *details.tags]
    return ", ".join([*values, details.headline, details.location]).strip(", ")
