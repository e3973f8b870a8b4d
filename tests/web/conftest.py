"""Clients for each kind of person, and a connected company."""

from collections.abc import Iterator

import pytest
from django.test import Client

from pinlever.accounts.models import User
from tests.sync.world import World, world


@pytest.fixture
def company(db: None) -> Iterator[World]:
    with world() as made:
        yield made


@pytest.fixture
def recruiter(db: None) -> User:
    return User.objects.create_user(
        "rita@company.example", "secret-word-9", first_name="Rita", last_name="Vik"
    )


@pytest.fixture
def super_admin(db: None) -> User:
    return User.objects.create_superuser(
        "aud@company.example", "secret-word-9", first_name="Aud", last_name="Berg"
    )


@pytest.fixture
def as_recruiter(recruiter: User) -> Client:
    client = Client()
    client.force_login(recruiter)
    return client


@pytest.fixture
def as_super_admin(super_admin: User) -> Client:
    client = Client()
    client.force_login(super_admin)
    return client
