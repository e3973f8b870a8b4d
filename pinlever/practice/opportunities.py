"""Reading opportunities: the list, one, and the deleted ones."""

from . import shapes
from .errors import forbidden
from .filters import find, wanted
from .listing import Listed
from .paging import decode, envelope
from .reading import deleted_page
from .records import Json
from .routing import Call, Reply, Route, data

READ = "opportunities:read:admin"
_ORDER_SHAPE = (int, int, str)


def list_opportunities(call: Call) -> Reply:
    store = call.world.store
    store.listing.catch_up(call.world.now())
    asked, limit = wanted(call), call.query.limit()
    start = None
    if (token := call.query.one("offset")) is not None:
        rank, advanced_at, id = decode(token, _ORDER_SHAPE)
        start = (rank, -advanced_at, id)

    def key(listed: Listed) -> tuple[float, int, str]:
        rank, minus_advanced_at, id = store.listing.order_of(listed)
        return rank, -minus_advanced_at, id

    found = envelope(find(store.listing, asked, start), limit, key)
    found["data"] = [_shown(call, listed) for listed in found["data"]]
    return Reply(document=found)


def _shown(call: Call, listed: Listed) -> Json:
    return shapes.opportunity(call.world, listed.opportunity, listed.contact, call.base_url)


def get_opportunity(call: Call) -> Reply:
    row = call.opportunity()
    return data(_shown(call, Listed(row, call.world.store.contacts[row.contact])))


def list_deleted(call: Call) -> Reply:
    if (
        call.query.one("confidentiality") not in (None, "non-confidential")
        and not call.credential.confidential
    ):
        raise forbidden("These credentials have no access to confidential data.")
    contacts = call.world.store.contacts
    rows = [
        _shown(call, Listed(row, contacts[row.contact]))
        for row in call.world.store.deleted.values()
        if call.credential.confidential or row.confidentiality == "non-confidential"
    ]
    return deleted_page(call, rows)


ROUTES = (
    Route("GET", "/opportunities", list_opportunities, READ),
    Route("GET", "/opportunities/deleted", list_deleted, READ),
    Route("GET", "/opportunities/<opportunity>", get_opportunity, READ),
)
