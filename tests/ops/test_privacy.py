"""Every field is classified, once."""

from collections import Counter

import pytest
from django.db.models import Model

from pinlever.foundation.fields import EncryptedTextField
from pinlever.ops.privacy import CLASSIFIED, our_models, stored_fields

HASHED = {"password", "digest", "token_digest"}


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_field_is_in_exactly_one_list(model: type[Model]) -> None:
    listed = Counter(CLASSIFIED[model._meta.label].named())
    assert set(stored_fields(model)) - set(listed) == set(), "say in privacy.py whether these are personal"
    assert set(listed) - set(stored_fields(model)) == set(), "these are gone"
    assert [name for name, times in listed.items() if times > 1] == []


def test_no_model_is_listed_that_is_gone() -> None:
    assert set(CLASSIFIED) == {model._meta.label for model in our_models()}


def test_what_is_sealed_is_encrypted_or_hashed_and_nothing_else_is() -> None:
    for model in our_models():
        encrypted = {field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)}
        sealed = set(CLASSIFIED[model._meta.label].sealed.split())
        assert encrypted == sealed - HASHED, model._meta.label
