"""No public method of the client goes without a contract test, now or later."""

import ast
from pathlib import Path

from pinlever.lever.client import LeverClient
from pinlever.lever.oauth import OAuthApp

from .calls import CALLS

FOLDER = Path(__file__).parent


def public_methods(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_") and callable(getattr(kind, name))}


def called_in_tests(source: str) -> set[str]:
    """Names of the methods that test functions call: x.name(…)."""
    tests = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]
    calls = [node for test in tests for node in ast.walk(test) if isinstance(node, ast.Call)]
    return {call.func.attr for call in calls if isinstance(call.func, ast.Attribute)}


def called() -> set[str]:
    return {name for file in FOLDER.glob("test_*.py") for name in called_in_tests(file.read_text())}


def test_every_method_of_the_client_has_a_contract_test() -> None:
    assert public_methods(LeverClient) - called() == set()


def test_every_method_of_signing_in_has_a_contract_test() -> None:
    assert public_methods(OAuthApp) - called() == set()


def test_every_method_of_the_client_meets_every_fault() -> None:
    assert set(CALLS) == public_methods(LeverClient)


class Grown(LeverClient):
    def merge_contacts(self) -> None: ...


def test_a_method_that_is_new_would_be_missed() -> None:
    assert public_methods(Grown) - called() == {"merge_contacts"}
    assert called_in_tests("def test_it():\n    client.merge_contacts(1)") == {"merge_contacts"}
    assert called_in_tests("def prepare():\n    client.merge_contacts(1)") == set()
