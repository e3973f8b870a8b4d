"""The public slug of a LinkedIn profile, out of every spelling of its address that people paste.

None for whatever carries no public slug: Sales Navigator, Recruiter, companies, posts, short links. Opaque
member ids (`/in/ACoAA…`) are None too: they differ between LinkedIn's own products for one person, their
capitals matter, and everybody who has one also has a slug. Old `/pub/name/1/2/3` addresses keep a key of
their own (`pub/name/1/2/3`): how LinkedIn made slugs of them is not documented, so none is guessed.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import parse_qs, unquote

from pinlever.recruiting.cleaning import without_invisible

_LONGEST = 2000  # an address beyond this is not one; keeps the patterns below cheap
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"))
# Documents break a long address at these characters; a hyphen with spaces on both sides is prose.
_WRAPPED = re.compile(r"(?<=\S[-%_])\s+(?=\S)|\s+(?=[-?#_]\S)|\s*(?=/)|(?<=/)\s*")
_LABEL = re.compile(r"^/*(?:[^\s:;<(\[{\"'=/.@?#]*[\s:;<(\[{\"'=]+/*)*")  # "LinkedIn: <https://http://"
_TYPED_SCHEME = re.compile(r"^https?//+")  # the colon forgotten
_HOST = re.compile(r"(?:[a-z0-9-]+\.)*linkedin\.com\.?(?::\d*)?")
_SLUG = re.compile(r"[^\s/\\?#&=<>\[\]{}|^%@,;:!*\"$~()]{1,150}")
_PUB_PART = re.compile(r"[0-9a-z]{1,4}")
_OPAQUE = re.compile(r"a[a-z]{2}aa[a-z0-9_-]{12,}")
_TRAILING = ".,;:!?*'\"’”»)]}>"
_WRAPPERS = frozenset({"mwlite", "amp", "comm", "m", "touch"})
_SIGN_IN = frozenset({"authwall", "login", "uas", "signup", "checkpoint", "ssr-login"})
# Not slugs: whoever is signed in, pages of the editor, and what broken programs print.
_NOBODY = frozenset({"me", "edit", "unavailable", "undefined", "null", "none", "nan", "username", "profile"})


def linkedin_key(url: str | None) -> str | None:
    """The profile's slug in lower case, decoded, NFC; None when the address carries none."""
    return _linkedin_key((url or "")[:_LONGEST])


@lru_cache(maxsize=4096)  # asked for several times on a person's way in
def _linkedin_key(url: str) -> str | None:
    return _key(without_invisible(url).translate(_DASHES).strip(), redirects=1)


def linkedin_url(key: str) -> str:
    """The one address a key stands for."""
    return f"https://www.linkedin.com/{key if key.startswith('pub/') else f'in/{key}'}"


def _key(text: str, *, redirects: int) -> str | None:
    raw, query = _without_query(text)
    address = _decoded(raw)
    if address is None:
        return None
    address, rest = _without_query(address)
    address = _LABEL.sub("", address, count=1)
    host, _, path = _TYPED_SCHEME.sub("", address).partition("/")
    if not _HOST.fullmatch(host.strip().lower()):
        return None
    words = _first_address(_WRAPPED.sub("", path.strip()))
    if words is None:
        return None
    parts = [part for part in words.split("/") if part]
    while parts and parts[0].lower() in _WRAPPERS:
        parts = parts[1:]
    if parts and redirects and parts[0].lower() in _SIGN_IN:
        return _after_sign_in(query or rest, redirects - 1)
    return _slug(parts)


def _without_query(text: str) -> tuple[str, str]:
    address, _, query = text.partition("?")
    return address.partition("#")[0], query


def _decoded(text: str) -> str | None:
    """Percent-encoding undone, also when it was applied several times; None when it is broken."""
    for _ in range(4):
        try:
            plain = unquote(text, errors="strict")
        except UnicodeDecodeError:
            return None
        if plain == text:
            break
        text = plain
    return without_invisible(text)


def _first_address(path: str) -> str | None:
    """What stands before further text. None when the text may as well belong to the address."""
    first, *others = path.split(maxsplit=1) or [""]
    if (
        others
        and first[-1] not in _TRAILING
        and others[0][0].isalnum()
        and not re.match(r"\S*[./:]", others[0])
    ):
        return None
    return first


def _after_sign_in(query: str, redirects: int) -> str | None:
    """LinkedIn's sign-in pages name the profile somebody wanted to see."""
    wanted = {name.lower().replace("_", ""): values for name, values in parse_qs(query).items()}
    return _key(wanted.get("sessionredirect", [""])[0], redirects=redirects)


def _slug(parts: list[str]) -> str | None:
    match parts:
        case [kind, name, *_] if kind.lower() == "in":
            return _named(name)
        case [kind, name, *codes] if kind.lower() == "pub" and name.lower() != "dir":
            return _old_public(name, codes)
    return None


def _named(text: str) -> str | None:
    slug = unicodedata.normalize("NFC", text.strip().strip(_TRAILING).lower())
    if not _SLUG.fullmatch(slug) or slug in _NOBODY or _OPAQUE.fullmatch(slug):
        return None
    return slug if any(char.isalnum() or unicodedata.category(char) == "So" for char in slug) else None


def _old_public(text: str, codes: list[str]) -> str | None:
    name = _named(text)
    numbers = [code.strip(_TRAILING).lower() for code in codes[:3]]
    if name is None or len(numbers) < 3 or not all(_PUB_PART.fullmatch(number) for number in numbers):
        return None
    return "/".join(["pub", name, *numbers])
