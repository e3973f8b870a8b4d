"""Importing in a browser: choose, look, change a column, import, see the result; by keyboard and in both themes."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.audit.services import PIN, SYSTEM
from pinlever.imports.models import Import, Upload
from pinlever.imports.tasks import run
from pinlever.imports.uploads import check_long
from pinlever.outreach.services import person_arrived
from pinlever.recruiting.facts import EmailFact, PersonFacts
from pinlever.recruiting.models import Job
from pinlever.sync.services import set_trigger
from tests.browser.looking import judge

HEADER = "Full name,E-mail,Mobile phone,LinkedIn URL,City,Country,Current title,Company,Favourite colour,Sourced at\n"
ROWS = (
    "Ingrid Solheim,ingrid@nordlys.example,+47 922 33 445,https://www.linkedin.com/in/ingridsolheim,"
    "Oslo,Norway,Staff Engineer,Nordlys Energi,blue,2026-01-31\n"
    "José Núñez,jose@correos.example,+34 612 345 678,https://www.linkedin.com/in/josenunez,"
    "Madrid,Spain,Backend Engineer,Correos Digital,red,2026-02-01\n"
    "王小明,xiaoming@yuntu.example,,,Shanghai,China,SRE,云图科技,,\n"
    "Amélie Durand,amelie@doctolib.example,4.79E+10,,Paris,France,Platform Engineer,Doctolib,,\n"
    "Tom Okafor,tom at paystack,,,Lagos,Nigeria,Senior Engineer,Paystack,green,\n"
    "Sara Lindqvist,sara@klarna,,https://www.linkedin.com/sales/lead/ACwAAA,"
    "Stockholm,Sweden,Data Engineer,Klarna,,03/04/2026\n"
    "Yusuf Demir,yusuf@trendyol.example,,,Istanbul,Türkiye,Backend Engineer,Trendyol,,\n"
    "Yusuf D.,YUSUF@trendyol.example,,,Istanbul,Türkiye,,,,\n"
)

DROP = """text => {
  const dropped = new DataTransfer();
  dropped.items.add(new File([text], "dropped.csv", {type: "text/csv"}));
  const zone = document.querySelector("[data-drop]");
  zone.dispatchEvent(new DragEvent("drop", {dataTransfer: dropped, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def job(transactional_db: None) -> Job:
    made = Job.objects.create(title="Backend Engineer, Oslo")
    set_trigger(by=SYSTEM, job=made, trigger="replied")
    known = PersonFacts(full_name="José Núñez", emails=(EmailFact("jose@correos.example"),))
    person_arrived(by=PIN, facts=known, source="test", job=made)
    return made


@pytest.fixture
def signed_in(page: Page, signed_in: User, job: Job) -> Page:
    """Rita's page."""
    return page


def file(rows: str = ROWS) -> dict[str, Any]:
    return {"name": "sourced in January.csv", "mimeType": "text/csv", "buffer": (HEADER + rows).encode()}


def test_a_file_from_choosing_to_its_result(signed_in: Page, job: Job, tmp_path: Path) -> None:
    page = signed_in
    page.goto(f"/jobs/{job.key}/import/")
    judge(page, tmp_path, "import-1-choose")
    page.get_by_label("Drop a CSV file here").set_input_files(file())
    expect(page.locator("[data-told]")).to_contain_text("sourced in January.csv, 1 KB")
    page.get_by_role("button", name="Check the file").press("Enter")  # the keyboard alone suffices
    expect(page.get_by_role("button", name="Import 5 rows")).to_be_visible()
    judge(page, tmp_path, "import-2-look")

    page.get_by_label("Favourite colour is used as").focus()
    page.get_by_label("Favourite colour is used as").select_option("Tags")
    expect(page.get_by_label("Favourite colour is used as")).to_be_focused()
    expect(page.get_by_text("Not understood, kept with the rows")).to_have_count(0)
    page.get_by_role("button", name="Import 5 rows").press("Enter")
    made = Import.objects.get()
    run(made.pk)
    expect(page.get_by_role("heading", name="Adding the people")).to_be_visible()
    judge(page, tmp_path, "import-3-progress")
    while made.state != Import.State.DONE:
        run(made.pk)
        made.refresh_from_db()
    expect(page.get_by_role("link", name="Ingrid Solheim")).to_be_visible()
    judge(page, tmp_path, "import-4-result")
    page.goto("/imports/")
    judge(page, tmp_path, "imports")


def test_nothing_there_yet(signed_in: Page, job: Job, tmp_path: Path) -> None:
    signed_in.goto("/imports/")
    judge(signed_in, tmp_path, "imports-empty")


def test_a_file_too_large_is_told_before_it_is_sent(signed_in: Page, job: Job) -> None:
    page = signed_in
    page.goto(f"/jobs/{job.key}/import/")
    page.evaluate("document.querySelector('#file').dataset.most = '100'")
    page.get_by_label("Drop a CSV file here").set_input_files(file())
    expect(page.locator("[data-told]")).to_contain_text("50 MB are read at most")
    assert page.evaluate("document.querySelector('#file').files.length") == 0


def test_a_long_file_shows_its_numbers_when_they_are_there(
    signed_in: Page, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Upload, "ROWS_AT_ONCE", 5)
    page = signed_in
    page.goto(f"/jobs/{job.key}/import/")
    page.get_by_label("Drop a CSV file here").set_input_files(file())
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="Checking 8 rows")).to_be_visible()
    judge(page, tmp_path, "import-checking")
    check_long(Upload.objects.get().pk)
    expect(page.get_by_role("button", name="Import 5 rows")).to_be_visible()


def test_a_file_can_be_dropped(signed_in: Page, job: Job) -> None:
    page = signed_in
    page.goto(f"/jobs/{job.key}/import/")
    page.evaluate(DROP, HEADER + ROWS)
    expect(page.locator("[data-told]")).to_contain_text("dropped.csv")
    page.get_by_role("button", name="Check the file").click()
    expect(page.get_by_role("heading", name="dropped.csv")).to_be_visible()


def test_a_wrong_file_leaves_the_chosen_one(signed_in: Page, job: Job, tmp_path: Path) -> None:
    page = signed_in
    page.goto(f"/jobs/{job.key}/import/")
    page.get_by_label("Drop a CSV file here").set_input_files(file())
    page.get_by_role("button", name="Check the file").click()
    page.get_by_label("Replace").set_input_files(
        {"name": "people.xlsx", "mimeType": "x/y", "buffer": b"PK\x03\x04"}
    )
    expect(page.get_by_text("an Excel workbook")).to_be_visible()
    expect(page.get_by_role("heading", name="sourced in January.csv")).to_be_visible()
    judge(page, tmp_path, "import-refused")
