"""Files uploaded ahead of an application. They can be used for a day."""

from .bodies import FilePart
from .errors import bad_request
from .files import MAX_FILE
from .records import Json
from .routing import Call, Reply, Route, data
from .world import World

LIFE_MS = 24 * 3600 * 1000


def create_upload(call: Call) -> Reply:
    part = call.body.file("file")
    if part is None:
        raise bad_request("file is required")
    if len(part.content) > MAX_FILE:
        raise bad_request("The file is larger than 30 MB")
    _forget_old(call.world)
    id = f"{call.world.new_id()}-{part.name}"
    shown = {
        "id": id,
        "uri": f"{call.base_url}v1/uploads/{id}",
        "filename": part.name,
        "size": len(part.content),
        "expiresAt": call.world.now_ms() + LIFE_MS,
    }
    call.world.store.put("upload", shown)
    call.world.store.put_blob(id, part.content)
    return data(shown, 201)


def _forget_old(world: World) -> None:
    for upload in list(world.store.documents["upload"].values()):
        if upload["expiresAt"] <= world.now_ms():
            world.store.remove("upload", upload["id"])
            world.store.remove_blob(upload["id"])


def uploaded(world: World, uri: str) -> FilePart:
    """The file behind an address that POST /uploads gave out."""
    upload: Json | None = world.store.documents["upload"].get(uri.partition("/uploads/")[2])
    if upload is None or upload["expiresAt"] <= world.now_ms():
        raise bad_request("The resume is not an upload, or one older than a day")
    return FilePart(upload["filename"], world.store.blob(upload["id"]) or b"")


ROUTES = (Route("POST", "/uploads", create_upload, "uploads:write:admin"),)
