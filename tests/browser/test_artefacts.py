"""What Lever gets as steps, and the fields form, in a real browser."""

from pathlib import Path

from playwright.sync_api import Page, expect

from pinlever.accounts.models import User
from pinlever.sync.form_rules import rule_of
from tests.browser.looking import judge
from tests.sync.artefacts_story import TEMPLATE, change_template, forms, read_again, with_form, without_resume
from tests.sync.lever_story import follow, in_lever
from tests.sync.world import World

UPLOAD = {"method": "POST", "path": "/files$", "count": 1}


def test_a_missing_resume_is_found_sent_and_told(
    page: Page, company: World, signed_in: User, tmp_path: Path
) -> None:
    with_form(company)
    record = without_resume(company, name="Ingrid Solheim")
    said = {"code": "BadRequest", "message": "This file type is not supported"}
    fault = {"match": UPLOAD, "kind": "status", "args": {"status": 400, "body": said}}
    company.control("faults", fault)
    follow()
    in_lever(company, name="Kari Holm")
    page.goto("/activity/?show=all")
    page.get_by_label("Steps").select_option("Résumé missing")
    expect(page.get_by_role("link", name="Kari Holm")).to_have_count(0)
    expect(page.get_by_role("cell").filter(has_text="Missing: not with the profile")).to_be_visible()
    judge(page, tmp_path, "resume-missing-list")
    page.get_by_role("link", name="Ingrid Solheim", exact=True).click()
    expect(page.get_by_role("heading", name="What Lever gets")).to_be_visible()
    judge(page, tmp_path, "resume-missing-record")
    page.goto(f"/candidates/{record.prospect.candidate.key}/")
    steps = page.get_by_role("list").filter(has_text="Fields form")
    expect(steps).to_contain_text("This file type is not supported")
    expect(steps).to_contain_text("it appears under Files, not as their résumé")
    judge(page, tmp_path, "resume-missing-candidate")
    page.get_by_role("button", name="Résumé: Try it again").click()
    expect(steps).to_contain_text("it is sent as a file")
    follow()
    expect(steps).to_contain_text("Sent as a file.")
    expect(page.get_by_role("button", name="Résumé: Try it again")).to_have_count(0)
    judge(page, tmp_path, "resume-sent-candidate")


def test_the_fields_form_is_mapped_shown_and_mapped_again(
    page: Page, company: World, super_admin: User, tmp_path: Path
) -> None:
    in_lever(company, name="Ingrid Solheim", skills=("Python", "Go"))
    page.goto("/settings/ats/")
    page.get_by_role("link", name="Fields form").click()
    page.get_by_label("Form in Lever").select_option(value=TEMPLATE)
    expect(page.get_by_text("mapped already; check them").first).to_be_visible()
    page.get_by_label("Fit").select_option("Always the same")
    fields = page.get_by_role("region", name="What fills its fields")
    expect(fields.get_by_role("alert")).to_contain_text("Say what “Fit” always is.")
    page.get_by_label("What Fit always is").select_option("High")
    expect(page.locator("[data-preview]")).to_contain_text("High")
    page.get_by_label("Why this person").select_option("Skills")
    expect(page.locator("[data-preview]")).to_contain_text("Python, Go")
    page.get_by_role("switch", name="Write it about").check()
    expect(page.get_by_role("status").filter(has_text="Forms are written from now on.")).to_be_attached()
    judge(page, tmp_path, "form-mapped")
    assert rule_of(company.account.pk).is_on
    record = in_lever(company, name="Kari Holm")
    change_template(
        company,
        {"type": "text", "text": "External id", "required": True},
        {"type": "dropdown", "text": "Fit", "options": [{"text": "High"}]},
        {"type": "yes-no", "text": "May we call", "required": True},
    )
    read_again(company)
    follow()
    page.goto(f"/candidates/{record.prospect.candidate.key}/")
    page.get_by_role("link", name="Map the form again").click()
    expect(page.get_by_role("note").filter(has_text="changed in Lever")).to_contain_text(
        "“May we call” is new"
    )
    judge(page, tmp_path, "form-drifted")
    page.get_by_label("May we call").select_option("Always the same")
    page.get_by_label("What May we call always is").select_option("no")
    expect(page.get_by_text("It counts for forms that are written").first).to_be_visible()
    expect(page.get_by_role("note").filter(has_text="changed in Lever")).to_have_count(0)
    follow()
    assert len(forms(company)) == 1
