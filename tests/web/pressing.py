"""Pages as somebody uses them without a browser: what can be pressed on one, and what pressing it leads to."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

VOID = frozenset({"input", "br", "img", "hr", "meta", "link", "source", "wbr"})


@dataclass
class Form:
    """A form with what it sends as it stands."""

    action: str
    fields: dict[str, list[str]] = field(default_factory=dict)
    texts: str = ""


@dataclass(frozen=True)
class Control:
    """A link (`form` None) or a button of a form, by the words on it."""

    words: str
    target: str
    form: Form | None = None


class Page(HTMLParser):
    """What can be pressed. `words` is all that is read, in one line."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.controls: list[Control] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self._select = ""
        self._said: list[str] = []
        self.feed(text)
        self.words = " ".join("".join(self._said).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""))
            self.forms.append(self._form)
        elif tag == "input" and self._form is not None and "name" in given:
            if given.get("type") not in ("checkbox", "radio") or "checked" in given:
                self._form.fields.setdefault(given["name"], []).append(given.get("value", ""))
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._form is not None and self._select and "selected" in given:
            self._form.fields[self._select] = [given.get("value", "")]
        elif tag in ("a", "button"):
            self._open.append((tag, given, []))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            if self._form is not None and self._select:
                self._form.fields.setdefault(self._select, [""])
            self._select = ""
        elif tag in ("a", "button") and self._open:
            _, given, words = self._open.pop()
            said = " ".join("".join(words).split())
            target = given.get("formaction") or given.get("href", "")
            form = self._form if tag == "button" else None
            self.controls.append(Control(said, target or (form.action if form else ""), form))

    def handle_data(self, data: str) -> None:
        self._said.append(data)
        for _, _, words in self._open:
            words.append(data)


def read(client: Client, url: str) -> Page:
    """The page at an address; it has to be there."""
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return Page(answer.content.decode())


def press(client: Client, page: Page, words: str, **typed: Any) -> Any:
    """Presses the first control that bears these words: a link is followed, a form sent with what stands in it."""
    fitting = [each for each in page.controls if words in each.words]
    control = min(fitting, key=lambda each: not each.words.startswith(words), default=None)
    assert control is not None, f"nothing to press says {words!r}: {[each.words for each in page.controls]}"
    if control.form is None:
        return client.get(html.unescape(control.target))
    return client.post(control.target, {**control.form.fields, **typed}, follow=True)


def says(page: Page, sentence: str) -> bool:
    """Whether the page tells the sentence, wherever its lines break."""
    return re.sub(r"\s+", " ", sentence) in page.words
