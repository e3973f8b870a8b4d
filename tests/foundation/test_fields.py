import threading

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from pytest_django.fixtures import Settings

from pinlever.foundation.fields import EncryptedTextField, WrongKey, fernet

from .pieces import Sealed

OLD, NEW, OTHER = (Fernet.generate_key().decode() for _ in range(3))
SECRET = "v1.MjAyNi_token ключ 鍵 🔑"
pytestmark = pytest.mark.usefixtures("tables")


@pytest.fixture(autouse=True)
def _keys(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = [OLD]


def column(name: str = "secret") -> list[str | None]:
    """What the database itself holds."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM {Sealed._meta.db_table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("secret", [SECRET, " ", "x", "a\nb", "x" * 100_000])
def test_what_was_stored_comes_back_and_nothing_of_it_is_readable(secret: str) -> None:
    Sealed.objects.create(secret=secret)
    assert Sealed.objects.get().secret == secret
    (stored,) = column()
    assert stored and stored.startswith("gAAAA")
    assert not any(word in stored for word in secret.split() if len(word) > 8)


def test_empty_stays_empty_and_nothing_stays_nothing() -> None:
    Sealed.objects.create(secret="", maybe=None)
    row = Sealed.objects.get()
    assert (row.secret, row.maybe) == ("", None)
    assert (column(), column("maybe")) == ([""], [None])


def test_the_same_secret_is_never_stored_the_same_way() -> None:
    """Equal columns would tell that two accounts share a token; it cannot be searched either."""
    for _ in range(2):
        Sealed.objects.create(secret=SECRET)
    first, second = column()
    assert first != second
    assert not Sealed.objects.filter(secret=SECRET).exists()


def test_every_way_to_write_seals_and_every_way_to_read_opens() -> None:
    Sealed.objects.bulk_create([Sealed(secret="one")])
    row = Sealed.objects.get()
    assert row.secret == "one"
    Sealed.objects.update(secret="two")
    row.refresh_from_db()
    assert row.secret == "two"
    row.secret = "three"
    row.save(update_fields=["secret"])
    assert list(Sealed.objects.values_list("secret", flat=True)) == ["three"]
    assert Sealed.objects.values("secret").get() == {"secret": "three"}
    Sealed.objects.bulk_update([Sealed(pk=row.pk, secret="four")], ["secret"])
    assert Sealed.objects.only("id").get().secret == "four"
    assert not {"one", "two", "three", "four"} & set(column())


def test_an_old_key_still_opens_and_the_newest_seals(settings: Settings) -> None:
    Sealed.objects.create(secret="old")
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OLD]
    row = Sealed.objects.get()
    assert row.secret == "old"
    row.save()
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    assert Sealed.objects.get().secret == "old"


def test_a_key_that_is_gone_raises_with_the_cure_and_without_the_value(settings: Settings) -> None:
    Sealed.objects.create(secret=SECRET)
    settings.FIELD_ENCRYPTION_KEYS = [NEW, OTHER]
    with pytest.raises(WrongKey) as raised:
        Sealed.objects.get()
    said = str(raised.value)
    assert "foundation.Sealed.secret" in said and "FIELD_ENCRYPTION_KEYS" in said
    assert str(column()[0]) not in said and SECRET not in said
    assert raised.value.__cause__ is None and raised.value.__suppress_context__


def test_what_nobody_sealed_raises_too() -> None:
    """Plain text in the column is somebody's mistake or attack, never the secret."""
    Sealed.objects.create()
    for stored in ("a plain token", "gAAAAA", "é"):
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {Sealed._meta.db_table} SET secret = %s", [stored])
        with pytest.raises(WrongKey):
            Sealed.objects.get()


def test_what_was_tampered_with_raises() -> None:
    Sealed.objects.create(secret=SECRET)
    (stored,) = column()
    assert stored
    changed = stored[:20] + ("A" if stored[20] != "A" else "B") + stored[21:]
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {Sealed._meta.db_table} SET secret = %s", [changed])
    with pytest.raises(WrongKey):
        Sealed.objects.get()


def test_rows_can_be_repaired_without_opening_them(settings: Settings) -> None:
    Sealed.objects.create(secret=SECRET)
    settings.FIELD_ENCRYPTION_KEYS = [NEW]
    Sealed.objects.defer("secret").get()
    Sealed.objects.update(secret="")
    assert Sealed.objects.get().secret == ""


@pytest.mark.parametrize("keys", [["short"], [OLD, "x" * 44], [""]])
def test_a_key_that_is_none_is_a_configuration_error(settings: Settings, keys: list[str]) -> None:
    settings.FIELD_ENCRYPTION_KEYS = keys
    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS") as raised:
        fernet()
    assert not any(key and key in str(raised.value) for key in keys)


def test_without_any_key_nothing_is_stored(settings: Settings) -> None:
    settings.FIELD_ENCRYPTION_KEYS = []
    with pytest.raises(ImproperlyConfigured, match="FIELD_ENCRYPTION_KEYS"):
        Sealed.objects.create(secret=SECRET)


def test_threads_do_not_disturb_each_other() -> None:
    field = EncryptedTextField()
    wrong: list[str] = []

    def work(number: int) -> None:
        for turn in range(50):
            text = f"{number} {turn}"
            if field.from_db_value(field.get_prep_value(text)) != text:
                wrong.append(text)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
