"""The account's lists: stages, archive reasons, sources, tags."""

from collections import Counter
from collections.abc import Callable, Iterable

from .paging import page
from .records import Json, Opportunity
from .routing import Call, Handler, Reply, Route, data


def _stages(call: Call) -> list[Json]:
    return sorted(call.world.store.documents["stage"].values(), key=lambda stage: stage["rank"])


def list_stages(call: Call) -> Reply:
    ranks = {stage["id"]: stage["rank"] for stage in _stages(call)}
    shown = [{"id": stage["id"], "text": stage["text"]} for stage in _stages(call)]
    return Reply(document=page(call.query, shown, key=lambda stage: (ranks[stage["id"]], stage["id"])))


def get_stage(call: Call) -> Reply:
    stage = call.document("stage", "stages")
    return data({"id": stage["id"], "text": stage["text"]})


def disposition_stages(call: Call) -> Reply:
    """Undocumented, but the only place that tells pipelines and ranks."""
    stages = [{**stage, "hasInterview": False} for stage in _stages(call)]
    return data(
        {"stages": stages, "archiveReasons": list(call.world.store.documents["archive_reason"].values())}
    )


def list_archive_reasons(call: Call) -> Reply:
    kind = call.query.choice("type", ("hired", "non-hired"))
    rows = call.world.store.documents["archive_reason"].values()
    shown = [dict(row) for row in rows if kind in (None, row["type"])]
    return Reply(document=page(call.query, shown, key=lambda row: (row["text"], row["id"]), shape=(str, str)))


def get_archive_reason(call: Call) -> Reply:
    return data(call.document("archive_reason", "archive_reasons"))


def _counted(read: Callable[[Opportunity], Iterable[str]]) -> Handler:
    """Tags and sources have no ids and exist because somebody has them."""

    def answer(call: Call) -> Reply:
        counts = Counter(text for row in call.world.store.opportunities.values() for text in read(row))
        rows = [{"count": count, "text": text} for text, count in counts.items()]
        ordered = page(call.query, rows, key=lambda row: (row["text"].lower(), row["text"]), shape=(str, str))
        return Reply(document=ordered)

    return answer


ROUTES = (
    Route("GET", "/stages", list_stages, "stages:read:admin"),
    Route("GET", "/stages/<id>", get_stage, "stages:read:admin"),
    Route("GET", "/disposition_stages", disposition_stages, "stages:read:admin"),
    Route("GET", "/archive_reasons", list_archive_reasons, "archive_reasons:read:admin"),
    Route("GET", "/archive_reasons/<id>", get_archive_reason, "archive_reasons:read:admin"),
    Route("GET", "/sources", _counted(lambda row: row.sources), "sources:read:admin"),
    Route("GET", "/tags", _counted(lambda row: row.tags), "tags:read:admin"),
)
