"""Keys told in words."""

from pinlever.sync.key_words import keys_told, kinds_told, their_keys_told

KEYS = [
    ("candidate", "7"),
    ("phone", "+4740612345"),
    ("linkedin", "ada-lind"),
    ("marker", "x"),
    ("email", "a@b.example"),
]


def test_each_kind_is_told_once_and_the_strongest_first() -> None:
    assert kinds_told([*KEYS, ("email", "second@b.example")]) == (
        "email and LinkedIn and phone and our own link and an earlier sync"
    )
    assert kinds_told([]) == ""


def test_with_their_values_only_what_a_person_has_is_told() -> None:
    assert keys_told(sorted(KEYS)) == "email a@b.example and LinkedIn profile ada-lind and phone +4740612345"
    assert their_keys_told(KEYS[:2]) == "the phone number +4740612345"
    assert keys_told([("marker", "x")]) == their_keys_told([("candidate", "7")]) == ""
