"""Looking at pages: screenshots in both themes, what the browser complains of, and what axe-core finds.

Screenshots are for people: where CI is set nobody looks, and none are made.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page, Response, ViewportSize

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
# While colours fade they are nobody's.
SETTLED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const fading = document.getAnimations().filter(one => one instanceof CSSTransition);
  await Promise.all(fading.map(one => one.finished.catch(() => null)));
}"""
Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")
DESK: ViewportSize = {"width": 1360, "height": 860}
PHONE: ViewportSize = {"width": 360, "height": 740}
CARET: Literal["initial"] = "initial"  # hiding it leaves style attributes behind, and htmx may copy none


# How htmx tells that a request was given up for a newer one; any other trouble has a name of its own besides.
GIVEN_UP = ("htmx:sendAbort", "htmx:afterRequest")


class Watched:
    """Collects errors in the console (breaches of the content policy among them) and failed scripts."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(("Failed to load resource", *GIVEN_UP)):
            self.complaints.append(message.text)

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.complaints.append(f"{response.status} {response.url}")


WCAG = {
    "type": "tag",
    "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {"type": "rule", "values": ["color-contrast"]}


def axe(page: Page, only: dict[str, Any] = WCAG) -> list[str]:
    """What axe-core finds, by default against WCAG 2.2 AA, a line each."""
    page.evaluate(SETTLED)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)  # evaluated by the browser's tools, so the content policy does not stop it
    options = {"runOnly": only, "resultTypes": ["violations"]}
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(result => result.violations)", options
    )
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    page.evaluate(SETTLED)
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


def as_the_system(page: Page, theme: Theme) -> None:
    """Pages follow the system's theme."""
    page.emulate_media(color_scheme=theme)


def judge(
    page: Page,
    folder: Path | None = None,
    name: str = "",
    *,
    wear: Callable[[Page, Theme], None] = as_the_system,
) -> None:
    """Good to look at, as it stands: axe finds nothing in either theme, and a phone needs no sideways scrolling.

    With a folder, screenshots of what was judged are put there.
    """
    told = f"{name} {page.url}"
    for theme in THEMES:
        wear(page, theme)
        picture(page, folder, f"{name}-{theme}")
        found = axe(page, WCAG if theme == THEMES[0] else COLOURS)  # the rest of a page is the same in both
        assert found == [], f"{told}, {theme}: {found}"
    wear(page, "light")
    page.set_viewport_size(PHONE)
    picture(page, folder, f"{name}-360")
    assert not overflows(page), told
    page.set_viewport_size(DESK)


def looks(page: Page, folder: Path, name: str) -> None:
    """Screenshots alone, in both themes and 360 px wide."""
    for theme in THEMES:
        as_the_system(page, theme)
        picture(page, folder, f"{name}-{theme}")
    as_the_system(page, "light")
    page.set_viewport_size(PHONE)
    picture(page, folder, f"{name}-360")
    page.set_viewport_size(DESK)


def picture(page: Page, folder: Path | None, name: str) -> None:
    """A screenshot of the whole page as it is."""
    if folder is not None and "CI" not in os.environ:
        page.evaluate(SETTLED)
        page.screenshot(path=folder / f"{name}.png", full_page=True, caret=CARET)
