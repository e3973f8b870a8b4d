"""What the documents say exists, and what exists is said."""

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
README = (ROOT / "README.md").read_text()


def variables_of_settings() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "config" / "settings.py").read_text()))


def variables_of_readme() -> set[str]:
    table = README.split("## Configuration")[1].split("\n## ")[0]
    first_cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for cell in first_cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def test_the_readme_s_table_names_exactly_the_variables_the_settings_read() -> None:
    assert variables_of_readme() == variables_of_settings()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_command_a_document_names_exists(document: Path) -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", document.read_text()))
    assert named <= set(get_commands())


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:^|`|&& )make ([a-z]+)", document.read_text(), re.MULTILINE)
    assert set(named) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_inside_the_repository_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_every_folder_of_the_tour_exists_and_every_package_is_on_it() -> None:
    tour = README.split("## Tour")[1].split("\n## ")[0]
    named = set(re.findall(r"^\| `([a-z/]+)`", tour, re.MULTILINE))
    assert [folder for folder in named if not (ROOT / folder).is_dir()] == []
    packages = {f"pinlever/{path.parent.name}/" for path in (ROOT / "pinlever").glob("*/__init__.py")}
    assert packages <= named


def test_every_decision_is_in_the_index() -> None:
    folder = ROOT / "docs" / "decisions"
    index = (folder / "README.md").read_text()
    assert [path.name for path in folder.glob("0*.md") if path.name not in index] == []


def test_the_changelog_opens_with_what_is_not_released_yet() -> None:
    assert (ROOT / "CHANGELOG.md").read_text().split("## ")[1].startswith("[Unreleased]")
