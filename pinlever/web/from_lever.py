"""Add from Lever: people found in the index of Lever, chosen, and added to a job without a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse

from pinlever.connection.accounts import home_account
from pinlever.connection.models import KnownOpportunity, LeverAccount, Posting, Stage
from pinlever.connection.searching import LONGEST, STANDINGS, candidacies
from pinlever.foundation.row_ids import row_ids
from pinlever.imports.from_lever import MOST, NobodyThere, add_from_lever
from pinlever.imports.lever_people import SOURCE
from pinlever.imports.models import Import
from pinlever.imports.waking import queue_import
from pinlever.imports.working import work_import
from pinlever.recruiting.families import Family, families
from pinlever.recruiting.keys import Key, holders_of
from pinlever.recruiting.models import IdentityKey, Job, Prospect
from pinlever.sync.models import Presence
from pinlever.sync.presence import Candidacy, Names
from pinlever.sync.services import NotPossible
from pinlever.web.access import actor, recruiter
from pinlever.web.dialogs import dialog, onwards
from pinlever.web.listing import Order, Page, page_of

AT_ONCE = 100  # people added while one waits; more are added by a worker, with progress
MOST_COUNTED = 1_000
SHOWN = 30
ORDERS = {"": Order("Most recently active", F("active_at"), is_down=True)}


@dataclass(frozen=True)
class Asked:
    """The filters, as they stand in the address."""

    text: str = ""
    posting_id: str = ""
    stage_id: str = ""
    standing: str = ""

    @classmethod
    def by(cls, query: QueryDict) -> "Asked":
        given = {name: query.get(name, "").strip() for name in ("q", "posting", "stage", "standing")}
        standing = given["standing"] if given["standing"] in STANDINGS else ""
        return cls(given["q"][:LONGEST], given["posting"][:64], given["stage"][:64], standing)

    def __bool__(self) -> bool:
        return bool(self.text or self.posting_id or self.stage_id or self.standing)

    def people(self, account: LeverAccount) -> QuerySet[KnownOpportunity]:
        """Without the payload, which is large."""
        rows = candidacies(
            account, self.text, posting_id=self.posting_id, stage_id=self.stage_id, standing=self.standing
        )
        return rows.defer("payload")

    def query(self) -> str:
        """The same filters for another address."""
        named = {
            "q": self.text,
            "posting": self.posting_id,
            "stage": self.stage_id,
            "standing": self.standing,
        }
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True)
class Row:
    """One candidacy in Lever, and who of ours that is: `is_here` when they are on this job."""

    known: KnownOpportunity
    candidacy: Candidacy
    who: Family | None
    is_here: bool

    @property
    def name(self) -> str:
        return self.known.name or "Somebody without a name"


@recruiter
def from_lever(request: HttpRequest, key: str) -> HttpResponse:
    """Search and results; htmx takes its part of the same page."""
    job, account = get_object_or_404(Job, key=key), home_account()
    if account is None:
        return render(request, "from_lever/from_lever.html", {"job": job})
    asked = Asked.by(request.GET)
    found = asked.people(account)
    page = page_of(request, found, orders=ORDERS)
    context = {
        "job": job,
        "account": account,
        "asked": asked,
        "page": page,
        "rows": rows_of(account, job, page.rows),
        "matching": _counted(found, page),
        "most": MOST_COUNTED,
        "postings": _postings(account),
        "stages": Stage.objects.filter(account=account, gone_at=None).order_by("order"),
        "standings": STANDINGS.items(),
    }
    return render(request, "from_lever/from_lever.html", context)


@recruiter
def add(request: HttpRequest, key: str) -> HttpResponse:
    """The dialog, and adding: `known` names rows of the index, `fitting` the filters when all who fit are meant."""
    job, account = get_object_or_404(Job, key=key), home_account()
    given = request.POST if request.method == "POST" else request.GET
    ids = _chosen(account, given)
    trouble = _trouble(ids)
    if request.method == "POST" and not trouble:
        try:
            made = add_from_lever(by=actor(request), account=account, job=job, chosen=ids)
        except (NobodyThere, NotPossible) as wrong:
            trouble = str(wrong)
        else:
            return onwards(request, _worked(request, made))
    return dialog(request, "from_lever/add.html", _context(account, job, ids, given, trouble))


def rows_of(account: LeverAccount, job: Job, known: Sequence[KnownOpportunity]) -> list[Row]:
    """In their order. A constant number of queries."""
    names = Names(account, known)
    people = _people(account, known)
    members = {member for each in people.values() for member in each.ids}
    here = set(Prospect.objects.filter(job=job, candidate__in=members).values_list("candidate", flat=True))
    return [
        Row(row, names.candidacy(row), who, bool(who and here & set(who.ids)))
        for row in known
        for who in [people.get(row.contact_id)]
    ]


def _people(account: LeverAccount, known: Sequence[KnownOpportunity]) -> Mapping[str, Family]:
    """By contact, who of ours they are: as worked out, or by a profile that was added a moment ago."""
    contacts = {row.contact_id for row in known}
    worked_out = Presence.objects.filter(account=account, contact_id__in=contacts)
    found: dict[str, int] = dict(worked_out.values_list("contact_id", "root_id"))
    keys = {Key(IdentityKey.Kind.EXTERNAL, f"{SOURCE}:{row.lever_id}"): row.contact_id for row in known}
    found |= {keys[key]: candidate for key, candidate in holders_of(keys).items()}
    of = families(found.values())
    return {contact: of[candidate] for contact, candidate in found.items() if candidate in of}


def _counted(found: QuerySet[KnownOpportunity], page: Page[KnownOpportunity]) -> int:
    if not page.newer_url and not page.older_url:
        return len(page.rows)
    return found.order_by()[:MOST_COUNTED].count()


def _postings(account: LeverAccount) -> QuerySet[Posting]:
    rows = Posting.objects.filter(account=account, is_confidential=False)
    return rows.order_by("gone_at", "text", "pk")[:MOST_COUNTED]


def _chosen(account: LeverAccount | None, given: QueryDict) -> list[int]:
    """Reads at most one more than `MOST`."""
    if account is None:
        return []
    if "fitting" in given:
        rows = Asked.by(QueryDict(given.get("fitting", ""))).people(account).order_by("-active_at", "-pk")
        return list(rows.values_list("pk", flat=True)[: MOST + 1])
    return row_ids(given.getlist("known")[: MOST + 1])


def _trouble(ids: Sequence[int]) -> str:
    if len(ids) > MOST:
        return f"More than {MOST:,} fit, and so many can be added at a time. Narrow the search, then add them in parts."
    return "" if ids else "Nobody was chosen. Choose people in the list first."


def _context(
    account: LeverAccount | None, job: Job, ids: Sequence[int], given: QueryDict, trouble: str
) -> dict[str, Any]:
    known = candidacies(account, "").defer("payload").filter(pk__in=ids[:MOST]) if account and ids else ()
    rows = rows_of(account, job, _once(list(known))) if account else []
    new = [row for row in rows if not row.is_here]
    return {
        "job": job,
        "rows": new[:SHOWN],
        "more": max(0, len(new) - SHOWN),
        "going": 0 if len(ids) > MOST else len(new),
        "here": len(rows) - len(new),
        "known_here": sum(1 for row in new if row.who),
        "ids": [row.known.pk for row in new],
        "fits": given.get("fitting"),
        "trouble": trouble,
        "in_background": len(new) > AT_ONCE,
    }


def _once(known: Sequence[KnownOpportunity]) -> list[KnownOpportunity]:
    """Each person once, as what they were last active for."""
    found: dict[str, KnownOpportunity] = {}
    for row in sorted(known, key=lambda row: row.active_at, reverse=True):
        found.setdefault(row.contact_id, row)
    return list(found.values())


def _worked(request: HttpRequest, made: Import) -> str:
    """Adds a few at once, and leaves many to a worker; where to go on."""
    if made.totals.get("rows", 0) <= AT_ONCE:
        work_import(made.pk)
        made.refresh_from_db()
    if made.state != Import.State.DONE:
        queue_import(made.pk)
        return reverse("import", args=[made.pk])
    if made.totals.get("problem"):
        return reverse("import", args=[made.pk])
    messages.success(request, _said(made))
    return reverse("job", args=[made.job.key])


def _said(made: Import) -> str:
    done, joined = made.totals.get("done", 0), made.totals.get("joined", 0)
    who = "1 person was" if done == 1 else f"{done:,} people were"
    known = (
        f" {joined:,} of them had been {'a candidate' if joined == 1 else 'candidates'} before."
        if joined
        else ""
    )
    return f"{who} added to {made.job.title}, and {'is' if done == 1 else 'are'} linked to Lever within seconds.{known}"


urlpatterns = [
    path("jobs/<uuid:key>/from-lever/", from_lever, name="job-from-lever"),
    path("jobs/<uuid:key>/from-lever/add/", add, name="job-from-lever-add"),
]
