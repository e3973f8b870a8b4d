"""Pages that stay open: what changes in Lever is on them without a reload, and they ask only while looked at."""

from playwright.sync_api import Page, Request, expect

from pinlever.accounts.models import User
from pinlever.connection.models import KnownOpportunity, Stage
from pinlever.foundation.clock import db_now
from tests.sync.world import World

HIDE = """hidden => {
  Object.defineProperty(document, "hidden", {value: hidden, configurable: true});
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_change_in_lever_is_on_the_open_page_and_list_without_a_reload(
    page: Page, company: World, signed_in: User
) -> None:
    prospect = company.person("Ada Lind")
    company.export(prospect)
    company.work()
    new, replied, other = Stage.objects.order_by("order")[:3]
    for address, stage in (
        (f"/candidates/{prospect.candidate.key}/", replied),
        ("/candidates/", other),
        (f"/jobs/{company.job.key}/", new),
    ):
        page.goto(address)
        page.evaluate("window.stillHere = true")
        expect(page.locator("main").get_by_text(stage.text, exact=True)).to_have_count(0)
        known = KnownOpportunity.objects.filter(account=company.account)
        known.update(stage_id=stage.lever_id, seen_at=db_now(), told_by="webhook")
        expect(page.locator("main").get_by_text(stage.text, exact=True).first).to_be_visible()
        expect(page.locator("main").get_by_text("by webhook").first).to_be_visible()
        assert page.evaluate("window.stillHere")


def test_a_page_nobody_looks_at_asks_nothing_until_somebody_does(
    page: Page, company: World, signed_in: User
) -> None:
    prospect = company.person("Ada Lind")
    asked: list[str] = []

    def note(request: Request) -> None:
        if "/sync/" in request.url:
            asked.append(request.url)

    with page.expect_response("**/sync/?**"):
        page.goto(f"/candidates/{prospect.candidate.key}/")
    page.evaluate(HIDE, True)
    page.wait_for_timeout(500)  # what was under way has ended
    page.on("request", note)
    page.wait_for_timeout(3000)
    assert asked == []
    with page.expect_response("**/sync/?**"):
        page.evaluate(HIDE, False)
