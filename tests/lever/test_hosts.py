from __future__ import annotations

import pytest

from pinlever.lever.hosts import PRODUCTION, SANDBOX, SCOPES, Hosts, hosts_at, safe_address


@pytest.mark.parametrize("hosts", [PRODUCTION, SANDBOX, hosts_at("http://127.0.0.1:8765/")])
def test_every_environment_is_complete_and_safe(hosts: Hosts) -> None:
    assert hosts.audience == hosts.api_url + "/"
    for url in (hosts.api_url, hosts.authorize_url, hosts.token_url, hosts.app_url):
        assert safe_address(url) == url


def test_production_and_sandbox_share_no_address() -> None:
    assert not {PRODUCTION.api_url, PRODUCTION.token_url} & {SANDBOX.api_url, SANDBOX.token_url}


def test_a_stand_in_is_served_from_one_place() -> None:
    assert hosts_at("http://127.0.0.1:1/").token_url == "http://127.0.0.1:1/oauth/token"


def test_the_scopes_are_as_few_as_lever_allows() -> None:
    assert len(SCOPES) == len(set(SCOPES)) <= 20
    assert SCOPES[0] == "offline_access"
    assert not [scope for scope in SCOPES[1:] if not scope.endswith(":admin")]
