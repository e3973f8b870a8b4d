"""Every error has one entry, and docs/causes.md tells each in the same words. The codes are found in the code."""

import ast
import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

from pinlever.connection import cures as connecting, readiness, refusals
from pinlever.foundation.remedies import Cause
from pinlever.imports import cures as importing
from pinlever.inbound import cures as deliveries, working
from pinlever.notices import cures as endpoints, door
from pinlever.notices.failing import FITS, NO_CONNECTION
from pinlever.ops.catalogue import document, every_cause
from pinlever.sync import causes, undo_cures
from pinlever.sync.cures import REFUSALS
from pinlever.sync.followup_cures import FOLLOW_UPS, cause_of_follow_up

ROOT = Path(__file__).parent.parent.parent
# What each way of not being reached is told as.
ENDPOINT_ERRORS = {
    "ForbiddenAddress": "endpoint_forbidden_address",
    "gaierror": "endpoint_name",
    "SSLCertVerificationError": "endpoint_certificate",
    "SSLError": "endpoint_connection",
    "ConnectionRefusedError": "endpoint_connection",
    "TimeoutError": "endpoint_late",
    "ConnectionError": "endpoint_connection",
}


def test_the_document_tells_every_cause_and_no_other() -> None:
    assert (ROOT / "docs" / "causes.md").read_text() == document(), "python manage.py causes --write"


def test_codes_tell_causes_apart() -> None:
    codes = Counter(cause.code for cause in every_cause())
    assert [code for code, times in codes.items() if times > 1] == []


@pytest.mark.parametrize("cause", every_cause(), ids=lambda cause: cause.code)
def test_each_says_what_it_means_and_what_to_do_in_sentences(cause: Cause) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9_]*", cause.code)
    assert not cause.title.endswith(".")
    for sentence in (cause.means, cause.cure):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def _codes_of_follow_ups() -> set[str]:
    """What `Done(state, reason, "code")` carries, written out or as one of `causes`."""
    found = set()
    for path in sorted((ROOT / "pinlever" / "sync").glob("*.py")):
        module = importlib.import_module(f"pinlever.sync.{path.stem}")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Done":
                given = node.args[2:3] + [each.value for each in node.keywords if each.arg == "cause"]
                found |= {code for each in given if (code := _code(each, module))}
    return found


def _code(node: ast.expr, module: object) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "causes":
        return str(getattr(causes, node.attr))
    named = getattr(module, node.id, "") if isinstance(node, ast.Name) else ""
    return named if isinstance(named, str) else ""


def test_every_code_of_an_undo_has_a_cure() -> None:
    source = "".join(path.read_text() for path in (ROOT / "pinlever" / "sync").glob("*undo*.py"))
    source += (ROOT / "pinlever" / "sync" / "taking_back.py").read_text()
    codes = set(re.findall(r'"(undo_[a-z_]+|taken_back)"', source)) - {"taken_back", "undo_again"}
    assert set(undo_cures.BY_CODE) >= codes >= set(undo_cures.BY_CODE) - {"taken_back"}


def test_every_code_of_what_follows_a_record_has_a_cure() -> None:
    codes = _codes_of_follow_ups()
    assert {"keeps_losing", "outcome_unknown", "no_stage"} <= codes
    assert {code for code in codes if cause_of_follow_up(code) is None} == set()
    engine = (path for path in (ROOT / "pinlever" / "sync").glob("*.py") if not path.stem.endswith("_cures"))
    source = "".join(path.read_text() for path in engine)
    unused = {cause.code for cause in FOLLOW_UPS if f'"{cause.code}"' not in source}
    assert unused - codes <= {"refused"}  # stored with the status behind it
    assert cause_of_follow_up("rejected_422") is cause_of_follow_up("refused")


def _sentences(module: object) -> set[str]:
    return {
        name.lower()
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str) and value.endswith(("}", ".", '"'))
    }


def test_every_reason_not_to_be_connected_is_told() -> None:
    told = {cause.code.removeprefix("connect_") for cause in connecting.CONNECTING}
    assert _sentences(refusals) == told


def test_every_line_of_readiness_is_told() -> None:
    told = {cause.code.removeprefix("ready_") for cause in connecting.READINESS}
    assert {check.name for check in readiness.checks(readiness.Facts())} == told


def test_every_way_a_delivery_fails_is_told() -> None:
    told = {cause.code.removeprefix("delivery_") for cause in deliveries.DELIVERIES}
    assert _sentences(working) == told


def test_every_way_a_webhook_is_not_taken_is_told() -> None:
    assert {kind.__name__ for kind, _ in door.SENTENCES} == ENDPOINT_ERRORS.keys()
    by_answer = {"endpoint_gone", "endpoint_redirect", "endpoint_refused"}
    of_ours = {"endpoint_locked", "endpoint_waited"}
    told = by_answer | of_ours | set(ENDPOINT_ERRORS.values())
    assert {cause.code for cause in endpoints.ENDPOINTS} == told
    assert {code for code, _ in FITS} | {NO_CONNECTION} == told


def _wrongs() -> set[str]:
    """What checking says is wrong with a cell or a row: the first words, with what it counts left out."""
    found = set()
    for path in sorted((ROOT / "pinlever" / "imports").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            place = {"CellProblem": 0, "KeyProblem": 2, "Problem": 3, "_problem": 1}.get(name)
            if isinstance(node, ast.Call) and place is not None and len(node.args) > place:
                found.add(_words(node.args[place]))
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "wrong":
                found.add(_words(node.value))
    return found - {""}


def _words(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "next":
        return _words(node.args[1])
    return ""


def test_every_problem_of_a_row_is_told() -> None:
    wrongs = _wrongs()
    begins = {cause.code: importing.BEGINS.get(cause.code, cause.title) for cause in importing.ROWS}
    assert [wrong for wrong in wrongs if not any(wrong.startswith(each) for each in begins.values())] == []
    assert [
        code for code, each in begins.items() if not any(wrong.startswith(each) for wrong in wrongs)
    ] == []


def test_a_refusal_keeps_its_status_in_the_code() -> None:
    assert f"`{REFUSALS}<status>`" in document()
