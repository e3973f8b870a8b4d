"""What each kind of fault does to an exchange. Which requests it meets is decided in faults.py."""

import json

from werkzeug.wrappers import Response

from .errors import unauthorized
from .exchange import Exchange, Misbehaviour, refusal
from .records import Json
from .routing import Reply


def on_the_wire(response: Response) -> tuple[bytes, bytes]:
    """Head and body as bytes."""
    body = response.get_data()
    headers = [(name, value) for name, value in response.headers if name.lower() != "content-length"]
    lines = [f"HTTP/1.1 {response.status}", *(f"{name}: {value}" for name, value in headers)]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    return head.encode("latin-1"), body


def _status(exchange: Exchange, args: Json) -> Response:
    if args["commit"]:
        exchange.perform()
    status, body, headers = args["status"], args["body"], {}
    if args["retry_after"] is not None:
        headers["Retry-After"] = f"{args['retry_after']:g}"
    if body is None:
        codes = {429: "TooManyRequests", 503: "ServiceUnavailable"}
        body = {"code": codes.get(status, "InternalError"), "message": "A fault that was asked for."}
    content = (body if isinstance(body, str) else json.dumps(body)).encode()
    return exchange.tell(Reply(status, content=content, headers=headers))


def _slow(exchange: Exchange, args: Json) -> Response:
    if args["before"]:
        exchange.wait(args["seconds"])
        return exchange.tell(exchange.perform())
    reply = exchange.perform()
    exchange.wait(args["seconds"])
    return exchange.tell(reply)


def _slow_drip(exchange: Exchange, args: Json) -> Response:
    reply = exchange.perform()
    head, body = on_the_wire(exchange.response(reply))
    start = len(head) if args["part"] == "body" else 0
    whole, size = head + body, args["bytes"]
    pieces = [whole[place : place + size] for place in range(start, len(whole), size)]
    exchange.entry.status = reply.status
    exchange.send_raw([whole[:start], *pieces], args["delay"])


def _garbage(exchange: Exchange, args: Json) -> Response:
    status = exchange.perform().status if args["commit"] else 200
    content = args["body"].encode()
    return exchange.tell(Reply(args["status"] or status, content=content))


def _drop_before(exchange: Exchange, args: Json) -> Response:
    exchange.drop()


def _drop_after(exchange: Exchange, args: Json) -> Response:
    exchange.perform()
    exchange.drop()


def _late_commit(exchange: Exchange, args: Json) -> Response:
    exchange.world.commits.after(args["seconds"], lambda: _ignore(exchange.perform()))
    exchange.wait(args["hold"])
    exchange.drop()


def _ignore(reply: Reply) -> None:
    """Nobody is left to hear the answer."""


def _expired_token(exchange: Exchange, args: Json) -> Response:
    kind, _, value = exchange.request.headers.get("Authorization", "").partition(" ")
    with exchange.world.lock:
        if args["revoke"] and kind.lower() == "bearer" and value in exchange.world.store.documents["token"]:
            exchange.world.store.remove("token", value)
            exchange.world.commit()
    return exchange.tell(refusal(unauthorized()))


def _truncated(exchange: Exchange, args: Json) -> Response:
    head, body = on_the_wire(exchange.response(exchange.perform()))
    exchange.send_raw([head + body[: len(body) // 2]], 0.0)


MISBEHAVIOUR: dict[str, Misbehaviour] = {
    "status": _status,
    "slow": _slow,
    "slow_drip": _slow_drip,
    "garbage": _garbage,
    "drop_before": _drop_before,
    "drop_after": _drop_after,
    "late_commit": _late_commit,
    "expired_token": _expired_token,
    "truncated": _truncated,
}
