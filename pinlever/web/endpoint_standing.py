"""How an endpoint and a delivery stand: a colour, a word, and the reason in a sentence."""

from dataclasses import dataclass

from pinlever.notices.models import Delivery, Endpoint

OFF = "Nothing is sent. What waits stays, for three days at most."
SENDING = "It is on its way. The receiver has ten seconds to answer."


@dataclass(frozen=True)
class Standing:
    colour: str
    label: str
    sentence: str


def of_endpoint(endpoint: Endpoint, waiting: int = 0) -> Standing:
    """`waiting`: deliveries that are not done yet."""
    if not endpoint.is_on:
        return Standing("secondary", "Off", endpoint.off_why or OFF)
    if endpoint.failing_since is not None:
        return Standing("red", "Failing", f"It takes nothing. {_waits(waiting)}It is tried again by itself.")
    if endpoint.tried_at is None:
        return Standing("azure", "New", "Nothing was sent to it yet. Send a test.")
    return Standing("green", "Working", f"{_waits(waiting)}It took what it was sent last.")


def of_delivery(delivery: Delivery) -> Standing:
    if delivery.state == Delivery.State.DELIVERED:
        took = f" after {delivery.seconds:.2f} s" if delivery.seconds is not None else ""
        return Standing("green", "Delivered", f"It answered {delivery.status}{took}.")
    if delivery.state == Delivery.State.GIVEN_UP:
        return Standing("red", "Given up", delivery.error)
    if not delivery.endpoint.is_on:
        return Standing("secondary", "Waiting", "Until its endpoint is switched on.")
    if not delivery.tries:
        return Standing("azure", "Waiting", SENDING)
    return Standing("orange", "Tried again", delivery.error)


def _waits(count: int) -> str:
    if not count:
        return ""
    return "1 delivery waits. " if count == 1 else f"{count:,} deliveries wait. "
