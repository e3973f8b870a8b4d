"""What is unknown about Lever, or worth trying both ways, as named switches with a default each.

A switch is changed under /_control/switches or given to create_app(); unknown names and values are refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .errors import bad_request

Check = Callable[[Any], bool]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _at_least_nothing(value: Any) -> bool:
    return _is_number(value) and value >= 0


def _seconds_list(value: Any) -> bool:
    return isinstance(value, list) and all(_at_least_nothing(item) for item in value)


def _flags(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(flag, bool) for flag in value.values())


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _one_of(*choices: str) -> Check:
    return lambda value: value in choices


@dataclass(frozen=True)
class Switch:
    default: Any
    accepts: Check
    means: str


SWITCHES: dict[str, Switch] = {
    "limiter": Switch(True, _is_flag, "the rate limit is enforced"),
    "rate": Switch(10.0, lambda v: _is_number(v) and v > 0, "requests a second, per credential"),
    "capacity": Switch(20, lambda v: _is_number(v) and v >= 1, "requests in a burst"),
    "retry_after": Switch(
        None, lambda v: v is None or _at_least_nothing(v), "seconds in Retry-After; null: none is sent"
    ),
    "latency_seconds": Switch(0.0, _at_least_nothing, "added to every answer, half of it before the work"),
    "index_lag": Switch(0.0, _at_least_nothing, "seconds until a change shows in lists"),
    "created_at": Switch("keep", _one_of("keep", "ignore", "round"), "what becomes of a supplied createdAt"),
    "drop_links_on_dedupe": Switch(False, _is_flag, "links of a create that met a known contact are lost"),
    "dedupe_enrichment": Switch(True, _is_flag, "a create that met a known contact adds what is new"),
    "strip_plus_tags": Switch(False, _is_flag, "a+b@x.example is a@x.example"),
    "contact_put": Switch("replace", _one_of("replace", "merge"), "arrays in PUT /contacts"),
    "creator_follows": Switch(
        "unless interviewer", _one_of("unless interviewer", "always", "never"), "the creator is a follower"
    ),
    "unknown_phone_type": Switch("reject", _one_of("reject", "other"), "a phone type Lever does not list"),
    "refuse_resumes": Switch(False, _is_flag, "a create with a résumé is answered with 400"),
    "blank_write_answers": Switch(True, _is_flag, "contact fields are blank where Lever blanks them"),
    "posting_update_resets_state": Switch(False, _is_flag, "a posting update without state makes a draft"),
    "requisition_management": Switch(True, _is_flag, "the API may write requisitions"),
    "audit_events": Switch(True, _is_flag, "the account has bought audit events"),
    "reuse_old_refresh_token": Switch(
        "deny", _one_of("deny", "allow"), "a refresh token that was rotated away"
    ),
    "token_life_seconds": Switch(3600, _at_least_nothing, "life of an access token"),
    "clock_offset_seconds": Switch(0.0, _is_number, "how far this Lever's clock is ahead of ours"),
    "keep_alive_seconds": Switch(75.0, lambda v: _is_number(v) and v > 0, "an idle connection is closed"),
    "webhooks_on_api_writes": Switch(True, _is_flag, "changes made through the API are announced too"),
    "webhook_groups": Switch({}, _flags, "event name: false switches its deliveries off"),
    "webhook_retry_seconds": Switch([1, 2, 4, 8, 16], _seconds_list, "delays between delivery attempts"),
    "webhook_timeout_seconds": Switch(10.0, lambda v: _is_number(v) and v > 0, "patience with a receiver"),
    "allow_http_webhooks": Switch(True, _is_flag, "http:// webhooks are accepted for loopback hosts"),
}


class Switches(dict[str, Any]):
    """Every switch by name, each at its default until set."""

    def __init__(self, changes: dict[str, Any] | None = None) -> None:
        super().__init__({name: switch.default for name, switch in SWITCHES.items()})
        self.change(changes or {})

    def change(self, changes: dict[str, Any]) -> None:
        """All or nothing: a name or value that is not known changes no switch."""
        for name, value in changes.items():
            if name not in SWITCHES:
                raise bad_request(f"There is no switch {name!r}.")
            if not SWITCHES[name].accepts(value):
                raise bad_request(f"Switch {name!r} does not accept {value!r}.")
        self.update(changes)
