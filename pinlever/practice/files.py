"""Files and résumés of an opportunity. A résumé comes only with the create; afterwards there are only files."""

from pathlib import PurePath

from . import shapes
from .bodies import FilePart
from .errors import ApiError, bad_request
from .paging import page
from .reading import children
from .records import Json
from .routing import NO_CONTENT, REQUIRED, Call, Reply, Route, data
from .world import World

MAX_FILE = 30 * 1024 * 1024
# File types of Lever's documentation ("js" is as printed there).
_TYPES = {".docx", ".doc", ".js", ".jpg", ".png", ".pdf", ".txt"}


def _described(world: World, part: FilePart) -> Json:
    extension = PurePath(part.name).suffix.lower()
    return {
        "ext": extension,
        "name": part.name,
        "uploadedAt": world.now_ms(),
        "status": "processed" if extension in _TYPES else "unsupported",
        "size": len(part.content),
    }


def store_file(world: World, opportunity: str, part: FilePart, user: str | None) -> Json:
    id, described = world.new_id(), _described(world, part)
    world.store.put_blob(id, part.content)
    _note_action(world, opportunity, "file-added", id, part.name, user)
    kept = {"id": id, **described, "_opportunity": opportunity, "_sha256": part.summary()["sha256"]}
    return world.store.put("file", kept)


def store_resume(world: World, opportunity: str, part: FilePart) -> Json:
    id, described = world.new_id(), _described(world, part)
    world.store.put_blob(id, part.content)
    described["ext"] = described["ext"].lstrip(".")  # no dot on résumés, as recorded
    _note_action(world, opportunity, "resume-imported", id, part.name, None)
    resume = {"id": id, "createdAt": described["uploadedAt"], "file": described}
    return world.store.put(
        "resume", {**resume, "_opportunity": opportunity, "_sha256": part.summary()["sha256"]}
    )


def _note_action(world: World, opportunity: str, type: str, file: str, name: str, user: str | None) -> None:
    """Lever keeps a list of what was done with files. Only its address and its types are known, not its rows."""
    action = {"id": world.new_id(), "type": type, "occurredAt": world.now_ms(), "user": user}
    kept = {**action, "file": {"id": file, "name": name}, "_opportunity": opportunity}
    world.store.put("file_action", kept)


def _download_url(call: Call, room: str, document: Json) -> str:
    return f"{call.base_url}candidates/{document['_opportunity']}/{room}/{document['id']}/download"


def _file(call: Call, document: Json) -> Json:
    shown = shapes.public(document)
    return {"id": shown.pop("id"), "downloadUrl": _download_url(call, "files", document), **shown}


def _resume(call: Call, document: Json) -> Json:
    shown = shapes.public(document)
    url = _download_url(call, "resumes", document)
    file = {"name": shown["file"]["name"], "ext": shown["file"]["ext"], "downloadUrl": url, **shown["file"]}
    return {**shown, "file": file, "parsedData": {"positions": [], "schools": []}}


def list_files(call: Call) -> Reply:
    row, window = call.opportunity(), call.query.window("uploaded_at")
    documents = call.world.store.of_opportunity("file", row.id)
    shown = [
        _file(call, document)
        for document in documents
        if window is None or window[0] <= document["uploadedAt"] <= window[1]
    ]
    return Reply(document=page(call.query, shown, key=lambda file: (file["uploadedAt"], file["id"])))


def upload_file(call: Call) -> Reply:
    row = call.opportunity()
    part = call.body.file("file")
    if part is None:
        raise bad_request("file is required")
    if len(part.content) > MAX_FILE:
        raise bad_request("The file is larger than 30 MB")
    call.entry.opportunity = row.id
    return data(_file(call, store_file(call.world, row.id, part, call.perform_as)), 201)


def get_file(call: Call) -> Reply:
    call.opportunity()
    return data(_file(call, call.document("file", "files")))


def delete_file(call: Call) -> Reply:
    row, document = call.opportunity(), call.document("file", "files")
    _note_action(call.world, row.id, "file-remove", document["id"], document["name"], call.perform_as)
    call.world.store.remove("file", document["id"])
    call.world.store.remove_blob(document["id"])
    return NO_CONTENT


def list_resumes(call: Call) -> Reply:
    documents = call.world.store.of_opportunity("resume", call.opportunity().id)
    return Reply(document=page(call.query, [_resume(call, document) for document in documents]))


def get_resume(call: Call) -> Reply:
    call.opportunity()
    return data(_resume(call, call.document("resume", "resumes")))


def download_file(call: Call) -> Reply:
    call.opportunity()
    document = call.document("file", "files")
    return _download(call, document, document)


def download_resume(call: Call) -> Reply:
    call.opportunity()
    document = call.document("resume", "resumes")
    return _download(call, document, document["file"])


def _download(call: Call, document: Json, described: Json) -> Reply:
    if described["status"] == "error":
        raise ApiError(422, "UnprocessableEntity", "The file could not be processed.")
    content = call.world.store.blob(document["id"]) or b""
    return Reply(content=content, content_type="application/octet-stream")


def list_actions(call: Call) -> Reply:
    window, types = call.query.window("occurred_at"), call.query.all("type")
    found = [
        row
        for row in children(call, "file_action")
        if (not types or row["type"] in types)
        and (window is None or window[0] <= row["occurredAt"] <= window[1])
    ]
    return Reply(document=page(call.query, found, key=lambda row: (row["occurredAt"], row["id"])))


_FILES, _RESUMES = "/opportunities/<opportunity>/files", "/opportunities/<opportunity>/resumes"
ROUTES = (
    Route("GET", _FILES, list_files, "files:read:admin"),
    Route("POST", _FILES, upload_file, "files:write:admin", REQUIRED),
    Route("GET", f"{_FILES}/<id>", get_file, "files:read:admin"),
    Route("GET", f"{_FILES}/<id>/download", download_file, "files:read:admin"),
    Route("DELETE", f"{_FILES}/<id>", delete_file, "files:write:admin", REQUIRED),
    Route("GET", "/opportunities/<opportunity>/file_actions", list_actions, "files:read:admin"),
    Route("GET", _RESUMES, list_resumes, "resumes:read:admin"),
    Route("GET", f"{_RESUMES}/<id>", get_resume, "resumes:read:admin"),
    Route("GET", f"{_RESUMES}/<id>/download", download_resume, "resumes:read:admin"),
)
