"""The public slug, out of every spelling that people paste."""

import time
import unicodedata

import pytest
from hypothesis import given, strategies as st

from pinlever.recruiting.linkedin import linkedin_key, linkedin_url

JANE = [
    "https://www.linkedin.com/in/jane-doe",
    "https://www.linkedin.com/in/jane-doe/",
    "https://www.linkedin.com/in/jane-doe//",
    "http://www.linkedin.com/in/jane-doe",
    "https://linkedin.com/in/jane-doe",
    "www.linkedin.com/in/jane-doe",
    "linkedin.com/in/jane-doe",
    "//www.linkedin.com/in/jane-doe",
    "LINKEDIN.COM/IN/JANE-DOE",
    "https://www.LinkedIn.com/in/Jane-Doe",
    "https://de.linkedin.com/in/jane-doe",
    "https://uk.linkedin.com/in/jane-doe/",
    "https://www.de.linkedin.com/in/jane-doe",
    "https://m.linkedin.com/in/jane-doe",
    "https://touch.linkedin.com/in/jane-doe",
    "https://touch.www.linkedin.com/in/jane-doe",
    "https://www.linkedin.com/mwlite/in/jane-doe",
    "https://www.linkedin.com/amp/in/jane-doe",
    "https://www.linkedin.com/comm/in/jane-doe?midToken=AQ",
    "https://www.linkedin.com/in/jane-doe/de",
    "https://www.linkedin.com/in/jane-doe/?locale=de_DE",
    "https://www.linkedin.com/in/jane-doe/en-us/",
    "https://www.linkedin.com/in/jane-doe/details/experience/",
    "https://www.linkedin.com/in/jane-doe/recent-activity/all/",
    "https://www.linkedin.com/in/jane-doe/overlay/contact-info/",
    "https://www.linkedin.com/in/jane-doe?trk=people-guest_people_search-card",
    "https://www.linkedin.com/in/jane-doe?miniProfileUrn=urn%3Ali%3Afs_miniProfile%3AACoAABcdefghijklmnop",
    "https://www.linkedin.com/in/jane-doe?broken=%E9",
    "https://www.linkedin.com/in/jane-doe#experience",
    "https://www.linkedin.com/in/jane-doe/#",
    "https://www.linkedin.com/in/jane-doe.",
    "https://www.linkedin.com/in/jane-doe,",
    "https://www.linkedin.com/in/jane-doe;",
    "https://www.linkedin.com/in/jane-doe).",
    "(https://www.linkedin.com/in/jane-doe)",
    "<https://www.linkedin.com/in/jane-doe>",
    "<linkedin.com/in/jane-doe>",
    '"https://www.linkedin.com/in/jane-doe"',
    "[LinkedIn](https://www.linkedin.com/in/jane-doe)",
    "LinkedIn: https://www.linkedin.com/in/jane-doe",
    "LinkedIn - linkedin.com/in/jane-doe",
    "My profile is at linkedin.com/in/jane-doe",
    "  https://www.linkedin.com/in/jane-doe \n",
    "https://www.linkedin.com/in/jane-\ndoe",
    "https://www.linkedin.com/in/jane\n-doe",
    "https://www.linkedin.com/in/\njane-doe",
    "https: //www.linkedin.com/in/jane-doe",
    "linkedin.com / in / jane-doe",
    "https://www.linkedin.com/in/jane\u200b-doe",
    "\ufeffhttps://www.linkedin.com/in/jane-doe\u200e",
    "https://www.linkedin.com/in/jane\u00ad-doe",
    "https://www.linkedin.com/in/jane\u2011doe",
    "https://www.linkedin.com/in/jane–doe",
    "https://www.linkedin.com/in/jane%2Ddoe",
    "https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjane-doe%3Ftrk%3Dx",
    "http://https://www.linkedin.com/in/jane-doe",
    "https://https://linkedin.com/in/jane-doe",
    "https//www.linkedin.com/in/jane-doe",
    "https:/www.linkedin.com/in/jane-doe",
    "https:www.linkedin.com/in/jane-doe",
    "https://www.linkedin.com./in/jane-doe",
    "https://www.linkedin.com:443/in/jane-doe",
    "https://www.linkedin.com//in//jane-doe",
    "https://www.linkedin.com/in/jane-doe (LinkedIn)",
    "https://www.linkedin.com/in/jane-doe - Engineer",
    "https://www.linkedin.com/in/jane-doe https://github.com/jane",
    "https://www.linkedin.com/in/jane-doe\ngithub.com/jane",
    "https://www.linkedin.com/in/jane-doe, https://www.linkedin.com/in/john",
    "https://www.linkedin.com/authwall?trk=x&sessionRedirect=https%3A%2F%2Fde.linkedin.com%2Fin%2Fjane-doe",
    "https://www.linkedin.com/uas/login?session_redirect=https%3A%2F%2Fwww.linkedin.com%2Fin%2Fjane-doe%2F",
]

JOSE = [
    "https://www.linkedin.com/in/josé-garcía",
    "https://www.linkedin.com/in/jose\u0301-garci\u0301a",
    "https://www.linkedin.com/in/jos%C3%A9-garc%C3%ADa",
    "https://www.linkedin.com/in/jos%c3%a9-garc%c3%ada",
    "https://www.linkedin.com/in/jos%25C3%25A9-garc%25C3%25ADa",
    "https://www.linkedin.com/in/jos%2525C3%2525A9-garc%2525C3%2525ADa",
    "https://www.linkedin.com/in/JOSÉ-GARCÍA",
    "https://www.linkedin.com/in/JOS%C3%89-GARC%C3%8DA/es",
]

OTHERS = [
    ("linkedin.com/in/x", "x"),
    ("https://www.linkedin.com/in/jane_doe", "jane_doe"),
    ("https://www.linkedin.com/in/jane.doe", "jane.doe"),
    ("https://www.linkedin.com/in/jane-doe-1a2b3c4/", "jane-doe-1a2b3c4"),
    ("https://www.linkedin.com/in/王小明", "王小明"),
    ("https://www.linkedin.com/in/%E7%8E%8B%E5%B0%8F%E6%98%8E", "王小明"),
    ("https://ru.linkedin.com/in/Иван-Петров", "иван-петров"),
    ("https://www.linkedin.com/in/ACoAA", "acoaa"),
    ("https://www.linkedin.com/in/acorn-aardvark-of-the-long-name", "acorn-aardvark-of-the-long-name"),
    ("https://www.linkedin.com/in/🍕", "🍕"),
]

PUB = [
    "https://www.linkedin.com/pub/jane-doe/1a/2b/345",
    "http://uk.linkedin.com/pub/Jane-Doe/1A/2B/345/",
    "linkedin.com/pub/jane-doe/1a/2b/345?trk=x",
    "https://www.linkedin.com/pub/jane-doe/1a/2b/345/de",
    "https://www.linkedin.com/pub/jane%2Ddoe/1a/2b/345.",
]

NONE = [
    None,
    "",
    "   ",
    "-",
    "/",
    "n/a",
    "jane-doe",
    "/in/jane-doe",
    "in/jane-doe",
    "linkedin",
    "linkedin.com",
    "https://www.linkedin.com/",
    "https://www.linkedin.com/in/",
    "https://www.linkedin.com/in//",
    "https://www.linkedin.com/in/-",
    "https://www.linkedin.com/in/...",
    "https://www.linkedin.com/in/me",
    "https://www.linkedin.com/in/me/",
    "https://www.linkedin.com/in/edit/forms/intro",
    "https://www.linkedin.com/in/undefined",
    "https://www.linkedin.com/in/null",
    "https://www.linkedin.com/in/unavailable/",
    "https://www.linkedin.com/in/jane doe",
    "https://www.linkedin.com/in/%E9t%E9",
    "https://www.linkedin.com/in/jos%C3",
    "https://www.linkedin.com/in/" + "x" * 151,
    "https://www.linkedin.com/in/ACoAABcdEfGhIjKlMnOpQrStUvWxYz0123456",
    "https://www.linkedin.com/in/ACwAABcdEfGhIjKlMnOpQrStUvWxYz0123456",
    "https://www.linkedin.com/in/acoaabcdefghijklmnopqrstuvwxyz0123456",
    "https://www.linkedin.com/sales/lead/ACwAABcdEfGhIj,NAME_SEARCH,abcd",
    "https://www.linkedin.com/sales/people/ACwAABcdEfGhIj,name",
    "https://www.linkedin.com/talent/profile/AEMAABcdEfGhIj",
    "https://www.linkedin.com/recruiter/profile/123456,abcd,CAP",
    "https://www.linkedin.com/company/jane-doe",
    "https://www.linkedin.com/school/jane-doe",
    "https://www.linkedin.com/showcase/jane-doe",
    "https://www.linkedin.com/jobs/view/123456",
    "https://www.linkedin.com/feed/",
    "https://www.linkedin.com/feed/update/urn:li:activity:7000000000000000000",
    "https://www.linkedin.com/posts/jane-doe_hiring-activity-7000000000000000000",
    "https://www.linkedin.com/pulse/in/jane-doe",
    "https://www.linkedin.com/profile/view?id=123456",
    "https://www.linkedin.com/search/results/people/?keywords=in/jane-doe",
    "https://www.linkedin.com/groups/123/in/jane-doe",
    "https://www.linkedin.com/pub/dir/Jane/Doe",
    "https://www.linkedin.com/pub/jane-doe",
    "https://www.linkedin.com/pub/jane-doe/1/2",
    "https://www.linkedin.com/?u=linkedin.com/in/jane-doe",
    "https://www.linkedin.com/#/in/jane-doe",
    "https://www.linkedin.com/authwall?trk=x",
    "https://www.linkedin.com/authwall?sessionRedirect=https%3A%2F%2Fevil.example%2Fin%2Fjane-doe",
    "https://lnkd.in/abc123",
    "https://linkedin.com.evil.example/in/jane-doe",
    "https://notlinkedin.com/in/jane-doe",
    "https://not-linkedin.com/in/jane-doe",
    "https://linkedin.com-profiles.example/in/jane-doe",
    "https://linkedin.example/in/jane-doe",
    "https://linkedin.com@evil.example/in/jane-doe",
    "https://evil.example@linkedin.com/in/jane-doe",
    "https://evil.example/linkedin.com/in/jane-doe",
    "https://evil.example/?next=https://www.linkedin.com/in/jane-doe",
    "https://evil.example#linkedin.com/in/jane-doe",
    "https://evil.example\\.linkedin.com/in/jane-doe",
    "https://www.1inkedin.com/in/jane-doe",
    "https://www.lınkedın.com/in/jane-doe",
    "jane@linkedin.com/in/jane-doe",
    "https://www.xing.com/profile/Jane_Doe",
]


@pytest.mark.parametrize("url", JANE)
def test_every_spelling_of_a_profile_has_its_slug(url):
    assert linkedin_key(url) == "jane-doe"


@pytest.mark.parametrize("url", JOSE)
def test_a_slug_in_unicode_has_one_form(url):
    assert linkedin_key(url) == "josé-garcía"


@pytest.mark.parametrize(("url", "key"), OTHERS)
def test_slugs_of_all_kinds_survive(url, key):
    assert linkedin_key(url) == key


@pytest.mark.parametrize("url", PUB)
def test_an_old_public_address_has_a_key_of_its_own(url):
    assert linkedin_key(url) == "pub/jane-doe/1a/2b/345"


@pytest.mark.parametrize("url", NONE)
def test_what_carries_no_public_slug_tells_nothing(url):
    assert linkedin_key(url) is None


@given(st.text(max_size=80).map(lambda text: f"https://www.linkedin.com/in/{text}"))
def test_a_key_is_its_own_key(url):
    key = linkedin_key(url)
    assert key is None or linkedin_key(f"https://linkedin.com/in/{key.replace('%', '%25')}") == key


@given(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzäöüßéñçøåşğ王明иванדוד-0123456789", min_size=3, max_size=60)
)
def test_composed_and_decomposed_letters_are_one(slug):
    composed = linkedin_key(f"linkedin.com/in/{unicodedata.normalize('NFC', slug)}")
    assert composed == linkedin_key(f"linkedin.com/in/{unicodedata.normalize('NFD', slug)}")


@pytest.mark.parametrize("key", ["jane-doe", "josé-garcía", "pub/jane-doe/1a/2b/345"])
def test_a_keys_address_leads_back_to_it(key):
    assert linkedin_key(linkedin_url(key)) == key


@given(st.text())
def test_nothing_makes_it_raise(text):
    linkedin_key(text)


@pytest.mark.parametrize("unit", [" ", "a:", "%25", " /", " -", "/", "linkedin.com/in/", "<"])
def test_hostile_length_costs_nothing(unit):
    started = time.process_time()
    linkedin_key(f"linkedin.com/in/x{unit * 100_000}y")
    linkedin_key(f"{unit * 100_000}linkedin.com/in/x")
    assert time.process_time() - started < 1
