"""Two candidates who have come to share a Lever contact: somebody is asked whether they are one, once for each pair.

The question blocks nothing: both are in Lever already.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import Count, QuerySet

from pinlever.audit.services import LEVER, record as audit
from pinlever.connection.models import KnownOpportunity, LeverAccount
from pinlever.foundation.batches import batched
from pinlever.recruiting.apart import apart_from
from pinlever.recruiting.families import families, roots_of
from pinlever.recruiting.merging import lock
from pinlever.recruiting.models import Candidate, IdentityQuestion
from pinlever.sync.key_words import LEVER_CONTACT
from pinlever.sync.models import IN_LEVER_STATES, SyncRecord

MOST = 500  # contacts at once; what is left is found by the next look
MOST_OF_ONE = (
    20  # candidates of one contact who are asked about: beyond, it is a shared mailbox and no person
)


def flag(account: LeverAccount, contacts: Collection[str]) -> int:
    """Looks at these contacts; answers how many questions it asked."""
    sharing: dict[str, set[int]] = defaultdict(set)
    rows = _linked(account).filter(contact_id__in=set(contacts) - {""})
    for contact_id, candidate in rows.values_list("contact_id", "prospect__candidate").distinct():
        sharing[contact_id].add(candidate)
    return sum(_flag(account, contact_id, each) for contact_id, each in sharing.items() if len(each) > 1)


def flag_all(account: LeverAccount) -> int:
    """Looks at everybody linked."""
    shared = _linked(account).exclude(contact_id="").order_by().values("contact_id")
    counted = shared.annotate(people=Count("prospect__candidate", distinct=True)).filter(people__gt=1)
    asked = 0
    contacts = counted.values_list("contact_id", flat=True).iterator()
    for part in batched(contacts, MOST):
        asked += flag(account, part)
    return asked


def _linked(account: LeverAccount) -> QuerySet[SyncRecord]:
    return SyncRecord.objects.filter(account=account, state__in=IN_LEVER_STATES)


def _flag(account: LeverAccount, contact_id: str, candidates: Iterable[int]) -> int:
    """Everybody is asked about with whom we knew first. Who are one already share nothing."""
    first, *others = sorted(set(roots_of(candidates).values()))[:MOST_OF_ONE]
    return sum(_ask(account, contact_id, other, first) for other in others if not _is_asked(other, first))


def _is_asked(one: int, other: int) -> bool:
    """Ever, whatever the answer was, and whichever of them was asked about."""
    of = families({one, other})
    if one not in of or other not in of or of[one].root.pk == of[other].root.pk:
        return True
    if of[other].root.pk in apart_from([of[one]]).get(of[one].root.pk, ()):
        return True
    members = {one: set(of[one].ids), other: set(of[other].ids)}
    for question in IdentityQuestion.objects.filter(candidate__in=members[one] | members[other]):
        theirs = members[other] if question.candidate_id in members[one] else members[one]
        if any(row["kind"] == LEVER_CONTACT and row["candidate"] in theirs for row in question.evidence):
            return True
    return False


@transaction.atomic
def _ask(account: LeverAccount, contact_id: str, one: int, other: int) -> bool:
    lock({one, other})
    if _is_asked(one, other):
        return False
    known = KnownOpportunity.objects.filter(account=account, contact_id=contact_id, deleted_at=None)
    name = known.order_by("-active_at", "pk").values_list("name", flat=True).first()
    entry = {"kind": LEVER_CONTACT, "value": contact_id, "candidate": other, "name": name or ""}
    candidate = Candidate.objects.get(pk=one)
    question = IdentityQuestion.objects.create(candidate=candidate, evidence=[entry], is_blocking=False)
    told = {"question": question.pk, "evidence": [entry]}
    audit(by=LEVER, action="identity.shared_contact", subject=candidate, after=told)
    return True
