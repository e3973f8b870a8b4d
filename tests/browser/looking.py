"""Looking at pages: screenshots in both themes, what the browser complains of, and what axe-core finds."""

from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import ConsoleMessage, Page, Response

AXE = (Path(__file__).parent / "vendor" / "axe-4.14.1.min.js").read_text()
# While colours fade they are nobody's.
SETTLED = """async () => {
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
  const fading = document.getAnimations().filter(one => one instanceof CSSTransition);
  await Promise.all(fading.map(one => one.finished.catch(() => null)));
}"""
THEMES = ("light", "dark")
CARET: Literal["initial"] = "initial"  # hiding it leaves style attributes behind, and htmx may copy none


class Watched:
    """Collects errors in the console (breaches of the content policy among them) and failed scripts."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.complaints.append(message.text)

    def _response(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and "/static/" in response.url):
            self.complaints.append(f"{response.status} {response.url}")


def axe(page: Page) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA, a line each."""
    page.evaluate(SETTLED)
    page.evaluate(AXE)  # evaluated by the browser's tools, so the content policy does not stop it
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found: list[dict[str, Any]] = page.evaluate(
        "tags => axe.run(document, {runOnly: tags}).then(result => result.violations)", tags
    )
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def looks(page: Page, folder: Path, name: str) -> list[Path]:
    """Screenshots of the whole page as it is: light, dark, and 360 px wide."""
    made = []
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.evaluate(SETTLED)
        made.append(folder / f"{name}-{theme}.png")
        page.screenshot(path=made[-1], full_page=True, caret=CARET)
    page.emulate_media(color_scheme="light")
    size = page.viewport_size
    page.set_viewport_size({"width": 360, "height": 740})
    page.evaluate(SETTLED)
    made.append(folder / f"{name}-360.png")
    page.screenshot(path=made[-1], full_page=True, caret=CARET)
    if size:
        page.set_viewport_size(size)
    return made


def overflows(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))
