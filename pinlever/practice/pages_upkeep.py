"""What a user of Lever does to a person, which its API cannot: correct, forbid contact, merge, anonymise, delete."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from markupsafe import Markup
from werkzeug.wrappers import Request, Response

from .credentials import SUPER_ADMIN
from .errors import ApiError
from .pages_forms import back, field, form, is_sure, sure, told, unconfirmed
from .pages_markup import card, page, sentence
from .pages_people import name_of
from .query import is_email
from .records import Contact, Json, Opportunity
from .staging import anonymize_contact, delete_opportunity, merge_contacts
from .world import World

GONE = "There is no such candidate here. Perhaps it was deleted, or Practice Lever was started anew."
HEAD = Markup('<p><a href="/candidates/{}">Back to the profile</a></p><h1>{}</h1><p class="soft">{}</p>')
INTRODUCTION = (
    "What only users of Lever do, in Lever's own pages. Webhooks are sent as Lever would send them."
)
SAID = {
    "edited": "Saved. All of this person's candidacies show it.",
    "contact": "Saved. The consent is on every candidacy of this person.",
    "merged": "Merged. The other contact is gone; its candidacies are this person's now.",
    "anonymised": "Anonymised. Nothing is left of this person but the candidacies.",
}
Change = Callable[[World, Request, Opportunity], Response | str]


def upkeep(world: World, request: Request) -> Response:
    with world.lock:
        row = world.store.opportunities.get(_id(request))
        if row is None:
            return sentence("Not found", GONE, 404)
        contact = world.store.contacts[row.contact]
        left = _correct(row, contact) + _consent(row)
        right = _merge(row) + _anonymise(world, row, contact) + _delete(row)
    grid = Markup('<div class="grid"><div>{}</div><div>{}</div></div>').format(left, right)
    head = HEAD.format(row.id, name_of(contact), INTRODUCTION)
    return page(name_of(contact), head + told(SAID.get(request.args.get("done", ""))) + grid)


def _id(request: Request) -> str:
    return request.path.strip("/").split("/")[1]


def _address(row: Opportunity, change: str) -> str:
    return f"/candidates/{row.id}/{change}"


def _correct(row: Opportunity, contact: Contact) -> Markup:
    if contact.is_anonymized:
        return card("Correct", "Somebody anonymised this person. There is nothing left to correct.")
    fields = (
        field("name", "Name", contact.name)
        + field("headline", "Headline", contact.headline)
        + field("location", "Location", contact.location)
        + field("emails", "Emails, with commas between them", ", ".join(contact.emails))
        + field("links", "Links, with commas between them", ", ".join(contact.links))
    )
    return card("Correct", form(_address(row, "edit"), fields, "Save"))


def _consent(row: Opportunity) -> Markup:
    protection = row.data_protection or {}
    forbidden = (protection.get("contact") or {}).get("allowed") is False
    text = "This person may not be contacted." if forbidden else "This person may be contacted."
    inside = Markup('<p>{}</p><input type="hidden" name="allowed" value="{}">').format(
        text, "yes" if forbidden else "no"
    )
    button = "Allow contact again" if forbidden else "Contact not allowed"
    return card("Consent", form(_address(row, "consent"), inside, button, quiet=True))


def _merge(row: Opportunity) -> Markup:
    inside = field("other", "Email or address of the other person's profile", required=True) + sure(
        "The other contact ends for good. What it has, this person has then."
    )
    return card(
        "Merge another person into this one", form(_address(row, "merge"), inside, "Merge", quiet=True)
    )


def _anonymise(world: World, row: Opportunity, contact: Contact) -> Markup:
    if contact.is_anonymized:
        return card("Anonymise", "Done already.")
    count = len(world.store.opportunities_of(contact.id))
    inside = sure(f"Name, addresses and links are lost for good, on all candidacies ({count}).")
    return card("Anonymise", form(_address(row, "anonymise"), inside, "Anonymise", quiet=True))


def _delete(row: Opportunity) -> Markup:
    inside = sure("This candidacy is gone for good. The person's other candidacies stay.")
    return card("Delete", form(_address(row, "delete"), inside, "Delete", quiet=True))


def _changing(
    done: str, change: Change, *, far_reaching: bool = False
) -> Callable[[World, Request], Response]:
    """The answer to a form: the change, committed and announced, then back to the page that says so."""

    def answer(world: World, request: Request) -> Response:
        if far_reaching and not is_sure(request):
            return unconfirmed()
        with world.lock:
            row = world.store.opportunities.get(_id(request))
            if row is None:
                return sentence("Not changed", GONE, 404)
            try:
                result = change(world, request, row)
            except ApiError as error:
                return sentence("Not changed", f"{error.message}. Go back and try again.", error.status)
            world.commit()
        return result if isinstance(result, Response) else back(f"/candidates/{result}/upkeep?done={done}")

    return answer


def _edit(world: World, request: Request, row: Opportunity) -> str | Response:
    contact, given = world.store.contacts[row.contact], request.form
    emails = _separate(given.get("emails", ""))
    if wrong := [email for email in emails if not is_email(email)]:
        return sentence("Not changed", f"This is no email address: {wrong[0]}. Go back and correct it.", 400)
    if contact.is_anonymized:
        return sentence("Not changed", "Somebody anonymised this person.", 400)
    changes: dict[str, Any] = {name: given.get(name, "").strip() for name in ("name", "headline", "location")}
    changed = replace(contact, **changes, emails=emails, links=_separate(given.get("links", "")))
    if changed != contact:
        world.contact_changed(changed)
    return row.id


def _separate(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _set_consent(world: World, request: Request, row: Opportunity) -> str:
    """On every candidacy of the person, as a change of consent at Lever is."""
    allowed = request.form.get("allowed") == "yes"
    consent: Json = {"allowed": allowed, "expiresAt": None}
    for one in world.store.opportunities_of(row.contact):
        world.touch(one, data_protection={"store": {"allowed": True, "expiresAt": None}, "contact": consent})
    world.deliveries.note("contactUpdated", {"contactId": row.contact})
    return row.id


def _merge_other(world: World, request: Request, row: Opportunity) -> str | Response:
    other = _other(world, request.form.get("other", "").strip(), row.contact)
    if other is None:
        text = "Nobody else has this email or profile. Look the person up in the list and copy the address."
        return sentence("Not changed", text, 404)
    merge_contacts(world, other, world.store.contacts[row.contact])
    return row.id


def _other(world: World, named: str, own: str) -> Contact | None:
    """By email, by the address of a profile, or by the id at its end."""
    found = [contact for contact in world.store.contacts_with(named) if contact.id != own]
    row = world.store.opportunities.get(named.rstrip("/").rpartition("/")[2])
    if not found and row is not None and row.contact != own:
        found = [world.store.contacts[row.contact]]
    return found[0] if found else None


def _anonymise_person(world: World, request: Request, row: Opportunity) -> str:
    anonymize_contact(world, world.store.contacts[row.contact])
    return row.id


def _delete_one(world: World, request: Request, row: Opportunity) -> Response:
    name = name_of(world.store.contacts[row.contact])
    delete_opportunity(world, row, SUPER_ADMIN)
    return back(f"/candidates?deleted={quote(name)}")


FORMS = {
    "edit": _changing("edited", _edit),
    "consent": _changing("contact", _set_consent),
    "merge": _changing("merged", _merge_other, far_reaching=True),
    "anonymise": _changing("anonymised", _anonymise_person, far_reaching=True),
    "delete": _changing("deleted", _delete_one, far_reaching=True),
}
