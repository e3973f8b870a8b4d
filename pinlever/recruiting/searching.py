"""Finding people by what somebody types: a name, a company, an address, a LinkedIn profile.

Each way of finding is one indexed look-up of candidate ids. On PostgreSQL a trigram index (indexing.py) serves words
anywhere in the text; SQLite reads the column through, which for 200,000 people takes a tenth of a second.
"""

from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from pinlever.recruiting.identity import email_key, linkedin_key, name_key
from pinlever.recruiting.models import Candidate, ContactPoint, IdentityKey, Prospect

LONGEST = 200  # characters of a search that are looked at
MOST_STORED = 800  # the column's length: some signs are folded into many letters
MOST_WORDS = 6
MOST_LISTED = 1000
SHORT = 3  # a shorter word is looked for at the beginnings of words only: anywhere it would say nothing


def search_text(*parts: str) -> str:
    """What is stored to be searched: folded like names, with a space before each word."""
    return "".join(f" {word}" for word in name_key(" ".join(parts)).split())[:MOST_STORED]


def people(text: str) -> QuerySet[Candidate]:
    """Everybody who fits, each with the person's root and merged rows: filter pages of people or prospects by `in`."""
    return with_relatives(_hits(text[:LONGEST].strip()))


def on_jobs(rows: QuerySet[Prospect], text: str) -> QuerySet[Prospect]:
    """Those of the prospects whose person fits; all of them when nothing is typed."""
    return rows.filter(candidate__in=people(text).values("pk")) if text.strip() else rows


def with_relatives(hits: QuerySet[Candidate]) -> QuerySet[Candidate]:
    """These candidates, whom they were merged into, and who was merged into them.

    A few are looked up now and listed by id. Where there are many, a page is soon full: the database filters as it
    goes, and merged rows count by their own words.
    """
    found = dict(hits.order_by().values_list("pk", "merged_into")[: MOST_LISTED + 1])
    if len(found) > MOST_LISTED:
        return hits
    above = {parent for parent in found.values() if parent}
    below = Candidate.objects.filter(merged_into__in=found).values_list("pk", flat=True) if found else ()
    return Candidate.objects.filter(pk__in={*found, *above, *below})


def _hits(text: str) -> QuerySet[Candidate]:
    if "linkedin." in text.lower():
        key = linkedin_key(text)
        holders = IdentityKey.objects.filter(kind=IdentityKey.Kind.LINKEDIN, value=key or "")
        return Candidate.objects.filter(pk__in=holders.values("candidate"))
    if "@" in text:
        return Candidate.objects.filter(pk__in=_with_address(text).values("candidate"))
    words = name_key(text).split()[:MOST_WORDS]
    if not words:
        return Candidate.objects.none()
    return Candidate.objects.filter(reduce(and_, (Q(search_text__contains=_pattern(word)) for word in words)))


def _with_address(text: str) -> QuerySet[ContactPoint]:
    """By a whole address in any spelling, else by the beginning of one, as it is being typed."""
    emails = ContactPoint.objects.filter(kind=ContactPoint.Kind.EMAIL)
    whole = email_key(text)
    begins = emails.filter(normalised__startswith=text.strip(" <>").lower())
    return emails.filter(normalised=whole) | begins if whole else begins


def _pattern(word: str) -> str:
    return f" {word}" if len(word) < SHORT and word.isascii() else word
