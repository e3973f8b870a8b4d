"""Every cause of a record has a name, a meaning and a cure."""

import ast
from pathlib import Path

import pytest

from pinlever.sync import causes, followup_cures, undo_cures
from pinlever.sync.cures import BY_CODE, CAUSES, cause_of
from pinlever.sync.models import Question

ROOT = Path(__file__).parent.parent.parent


def _codes_of_causes() -> set[str]:
    return {
        value
        for name, value in vars(causes).items()
        if name.isupper() and isinstance(value, str) and " " not in value
    }


def _codes_written_out() -> set[str]:
    """Literal causes: `"cause": "cancelled"`, `cause="unlinked"`, and the second argument of End(...)."""
    found = set()
    for path in sorted((ROOT / "pinlever" / "sync").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict):
                pairs = [(key, value) for key, value in zip(node.keys, node.values, strict=True)]
                found |= {
                    value.value
                    for key, value in pairs
                    if isinstance(key, ast.Constant)
                    and key.value == "cause"
                    and isinstance(value, ast.Constant)
                }
            if isinstance(node, ast.Call):
                found |= {
                    each.value.value
                    for each in node.keywords
                    if each.arg == "cause" and isinstance(each.value, ast.Constant)
                }
                if (
                    getattr(node.func, "id", "") == "End"
                    and len(node.args) > 1
                    and isinstance(node.args[1], ast.Constant)
                ):
                    found.add(node.args[1].value)
    return {code for code in found if isinstance(code, str) and code}


def _codes() -> set[str]:
    """Those of records: what follows them, and what is taken back, has tables of its own."""
    others = followup_cures.BY_CODE.keys() | undo_cures.BY_CODE.keys()
    written = _codes_of_causes() | _codes_written_out() | {f"ask_{kind}" for kind in Question.Kind.values}
    return written - others


def test_every_code_the_engine_writes_has_a_cure() -> None:
    codes = _codes()
    assert codes - BY_CODE.keys() == set()
    assert {"cancelled", "unlinked", "given_up", "removed", "deleted"} <= codes


def test_no_cure_is_for_a_cause_nobody_has() -> None:
    codes = _codes()
    assert BY_CODE.keys() - codes == {"lease_lost"}


@pytest.mark.parametrize("status", [400, 404, 422])
def test_refusals_of_every_status_are_one_cause(status: int) -> None:
    assert cause_of(f"rejected_{status}") is BY_CODE["rejected"]


def test_an_unknown_code_has_no_cause() -> None:
    assert cause_of("") is None
    assert cause_of("something") is None


def test_titles_tell_causes_apart() -> None:
    assert len({cause.title for cause in CAUSES}) == len(CAUSES)
