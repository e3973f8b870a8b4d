"""Where webhooks may go: checked when an address is entered, and again for every address its name leads to.

https goes anywhere but to the places in `NEVER`; this machine itself and plain http are for WEBHOOKS_INTERNAL only, and
plain http never leaves the private network.
"""

import ipaddress
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LONGEST = 500
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Where clouds tell their machines secrets, as far as "link-local" does not cover them (Alibaba, Azure, Oracle, AWS),
# and what leads to several machines or to none.
NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "fd00:ec2::/32"),
        *("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32"),
        *("::/128", "fe80::/10", "fec0::/10", "ff00::/8", "2002::/16", "64:ff9b:1::/48"),
    )
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # IPv4 as machines without it see it
SHARED = ipaddress.ip_network("100.64.0.0/10")  # inside a provider's or a company's network
NOT_AN_ADDRESS = "Write a web address such as https://outreach.example.com/lever."
NO_PLAIN_HTTP = (
    "Use https: what is sent tells about people. Plain http goes to private addresses only, and only where "
    "WEBHOOKS_INTERNAL is on."
)
NOT_THIS_MACHINE = "Nothing is sent to this machine itself unless WEBHOOKS_INTERNAL is on."


class ForbiddenAddress(OSError):
    """Nothing may be sent there; says why."""


def checked(url: str) -> str:
    """The address as it is kept. Raises ForbiddenAddress with a sentence that says what is wrong."""
    text = url.strip()
    parts = _parts(text)
    if parts is None or len(text) > LONGEST or not text.isprintable() or " " in text:
        raise ForbiddenAddress(NOT_AN_ADDRESS)
    if parts.username is not None or parts.fragment:
        raise ForbiddenAddress("Leave user name, password and fragment out of the address.")
    host = parts.hostname or ""
    if parts.scheme == "http" and not settings.WEBHOOKS_INTERNAL:
        raise ForbiddenAddress(NO_PLAIN_HTTP)
    if host == "localhost" and not settings.WEBHOOKS_INTERNAL:
        raise ForbiddenAddress(NOT_THIS_MACHINE)
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return text  # a name: looked up, and checked, each time something is sent
    check(str(address), scheme=parts.scheme)
    return text


def check(address: str, *, scheme: str) -> None:
    """Raises ForbiddenAddress unless this IP address may be connected to by this scheme."""
    where = _plain(ipaddress.ip_address(address))
    if any(where in network for network in NEVER):
        raise ForbiddenAddress(f"The address leads to {where}, where nothing may be sent.")
    if where.is_loopback:
        if not settings.WEBHOOKS_INTERNAL:
            raise ForbiddenAddress(NOT_THIS_MACHINE)
        return
    is_inside = where.is_private or (where.version == 4 and where in SHARED)
    if scheme == "http" and not (is_inside and settings.WEBHOOKS_INTERNAL):
        raise ForbiddenAddress(NO_PLAIN_HTTP)


def _parts(text: str) -> SplitResult | None:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")
    except (ValueError, UnicodeError):
        return None
    return parts if usable else None


def _plain(address: Address) -> Address:
    """An IPv4 address written as IPv6 counts as what it is."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address
