"""Where webhooks may go, and where never."""

from typing import Any

import pytest

from pinlever.notices.addresses import ForbiddenAddress, check, checked

NEVER = (
    *("169.254.169.254", "169.254.170.2", "100.100.100.200", "168.63.129.16", "192.0.0.192", "0.0.0.0"),
    *(
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "::",
        "ff02::1",
    ),
    *("::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "64:ff9b:1::1"),
)
INSIDE = ("10.1.2.3", "172.16.0.9", "192.168.1.4", "100.64.3.3", "fd12:3456::1", "::ffff:10.0.0.1")
LOOPBACK = ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1")
PUBLIC = ("93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e")


def may(address: str, scheme: str) -> bool:
    try:
        check(address, scheme=scheme)
    except ForbiddenAddress:
        return False
    return True


@pytest.mark.parametrize("internal", [True, False])
@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("address", NEVER)
def test_some_places_are_never_sent_to(settings: Any, address: str, scheme: str, internal: bool) -> None:
    settings.WEBHOOKS_INTERNAL = internal
    assert not may(address, scheme)


@pytest.mark.parametrize(
    ("addresses", "scheme", "internal", "expected"),
    [
        (PUBLIC, "https", False, True),
        (PUBLIC, "https", True, True),
        (PUBLIC, "http", False, False),
        (PUBLIC, "http", True, False),
        (INSIDE, "https", False, True),
        (INSIDE, "http", False, False),
        (INSIDE, "http", True, True),
        (LOOPBACK, "https", False, False),
        (LOOPBACK, "http", False, False),
        (LOOPBACK, "http", True, True),
    ],
)
def test_where_it_may_go(
    settings: Any, addresses: tuple[str, ...], scheme: str, internal: bool, expected: bool
) -> None:
    settings.WEBHOOKS_INTERNAL = internal
    assert {address: may(address, scheme) for address in addresses} == dict.fromkeys(addresses, expected)


@pytest.mark.parametrize(
    "url",
    [
        "https://outreach.example.com/lever",
        "https://outreach.example.com:8443/hook?key=a%20b",
        "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/",
        "https://bücher.example/",
        "https://10.0.0.3/hook",
    ],
)
def test_what_is_entered_is_kept_as_it_is(settings: Any, url: str) -> None:
    settings.WEBHOOKS_INTERNAL = False
    assert checked(f"  {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        *("", "outreach.example.com", "ftp://x.example", "https://", "https:///hook", "javascript:alert(1)"),
        *(
            "https://a b.example/",
            "https://x.example/\r\nHost: y",
            "https://x.example:0/",
            "https://x.example:99999/",
        ),
        *("https://user:word@x.example/", "https://x.example/#part", "https://[::1", "https://" + "a" * 600),
        *(
            "http://x.example/",
            "http://127.0.0.1/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://[::1]/",
        ),
        *(
            "https://169.254.169.254/latest/meta-data/",
            "https://[::ffff:169.254.169.254]/",
            "https://0.0.0.0/",
        ),
    ],
)
def test_what_cannot_be_sent_to_is_refused_with_a_sentence(settings: Any, url: str) -> None:
    settings.WEBHOOKS_INTERNAL = False
    with pytest.raises(ForbiddenAddress, match=r"\.$"):
        checked(url)


def test_this_machine_may_be_told_where_it_is_allowed(settings: Any) -> None:
    settings.WEBHOOKS_INTERNAL = True
    assert checked("http://localhost:9000/hook") and checked("https://127.0.0.1/hook")
