"""A file kept between choosing and importing, and the worker that stores its rows."""

from datetime import timedelta

import pytest

from pinlever.accounts.models import User
from pinlever.audit.services import Actor
from pinlever.foundation import failpoints
from pinlever.foundation.clock import db_now
from pinlever.foundation.leases import claim_first
from pinlever.imports.decoding import FileRefused
from pinlever.imports.forecast import Forecast
from pinlever.imports.headers import columns_as
from pinlever.imports.models import Import, ImportRow, Upload
from pinlever.imports.storing import due_stores, store_upload
from pinlever.imports.uploads import (
    UploadGone,
    begin,
    check_long,
    check_upload,
    discard,
    due_checks,
    find_upload,
    forget_old,
    keep_upload,
)
from pinlever.recruiting.models import Job

FILE = b"Name,Emails\nAnn,ann@example.com\nBob,nope\n"


@pytest.fixture
def user(db: None) -> User:
    return User.objects.create_user("rita@company.example")


def begun(user: User, job: Job) -> Import:
    upload = keep_upload(user=user, job=job, name="people.csv", content=FILE)
    return begin(by=Actor.person(user), upload=upload, source="import", fires_triggers=False)


def test_another_file_takes_the_place_of_the_first(user: User, job: Job) -> None:
    first = keep_upload(user=user, job=job, name="a.csv", content=FILE)
    keep_upload(user=user, job=job, name="b.csv", content=FILE)
    assert Upload.objects.get().file_name == "b.csv"
    with pytest.raises(UploadGone, match="Nothing was imported"):
        find_upload(user, job, str(first.key))


def test_a_file_nobody_goes_on_with_is_forgotten_after_a_day(user: User, job: Job) -> None:
    kept = keep_upload(user=user, job=job, name="a.csv", content=FILE)
    Upload.objects.update(uploaded_at=db_now() - timedelta(hours=23))
    forget_old()
    assert Upload.objects.filter(pk=kept.pk).exists()
    Upload.objects.update(uploaded_at=db_now() - timedelta(hours=25))
    forget_old()
    assert not Upload.objects.exists()


def test_what_is_being_stored_is_not_forgotten(user: User, job: Job) -> None:
    begun(user, job)
    Upload.objects.update(uploaded_at=db_now() - timedelta(days=9))
    forget_old()
    assert Upload.objects.exists()


def test_a_file_without_anybody_is_not_begun(user: User, job: Job) -> None:
    upload = keep_upload(user=user, job=job, name="a.csv", content=b"Name,Emails\nBob,nope\n")
    with pytest.raises(FileRefused, match="Nobody in this file"):
        begin(by=Actor.person(user), upload=upload, source="import", fires_triggers=False)


def test_what_was_begun_cannot_be_discarded(user: User, job: Job) -> None:
    made = begun(user, job)
    discard(Upload.objects.get())
    assert Upload.objects.get().became == made


def test_a_worker_that_dies_while_storing_is_followed_by_another(user: User, job: Job) -> None:
    made = begun(user, job)
    assert due_stores() == [made.pk]

    def die(name: str) -> None:
        if name == "imports.stored_rows":
            raise KeyboardInterrupt

    failpoints.install(die)
    with pytest.raises(KeyboardInterrupt):
        store_upload(made.pk)
    failpoints.install(None)
    assert due_stores() == [] and not store_upload(made.pk)  # its lease still holds
    Import.objects.update(locked_until=db_now() - timedelta(seconds=1))
    assert store_upload(made.pk)
    made.refresh_from_db()
    assert (made.state, ImportRow.objects.count()) == ("working", 2)
    assert bytes(Upload.objects.get().content) == b""
    assert not store_upload(made.pk)


def test_only_one_worker_stores_at_a_time(user: User, job: Job) -> None:
    made = begun(user, job)
    assert claim_first(Import.objects.filter(pk=made.pk), seconds=60)
    assert not store_upload(made.pk) and not ImportRow.objects.exists()


def test_the_columns_chosen_are_those_imported(user: User, job: Job) -> None:
    upload = keep_upload(user=user, job=job, name="a.csv", content=b"A,B\nAnn,x y\n")
    check_upload(upload, mapping=["", ""], source="import")
    assert upload.report["header_problems"] and upload.report["ready"] == 0
    check_upload(upload, mapping=["name", "notes"], source="import")
    assert upload.report["ready"] == 1
    made = begin(by=Actor.person(user), upload=upload, source="import", fires_triggers=False)
    assert made.mapping == [{"header": "A", "key": "name"}, {"header": "B", "key": "notes"}]


@pytest.fixture
def long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Upload, "ROWS_AT_ONCE", 1)


@pytest.mark.usefixtures("long")
def test_a_long_file_is_checked_by_a_worker_and_not_begun_before(user: User, job: Job) -> None:
    upload = keep_upload(user=user, job=job, name="long.csv", content=FILE)
    assert upload.checked_at is None and due_checks() == [upload.pk]
    with pytest.raises(FileRefused, match="still being checked"):
        begin(by=Actor.person(user), upload=upload, source="import", fires_triggers=False)
    assert check_long(upload.pk) and due_checks() == []
    assert Upload.objects.get().report["ready"] == 1
    assert not check_long(upload.pk)


@pytest.mark.usefixtures("long")
def test_columns_chosen_while_it_is_checked_make_that_check_worthless(
    user: User, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = keep_upload(user=user, job=job, name="long.csv", content=FILE)

    def meanwhile(checked: object, source: str) -> Forecast:
        check_upload(Upload.objects.get(), mapping=["notes", "emails"], source=source)
        return Forecast()

    monkeypatch.setattr("pinlever.imports.uploads.forecast", meanwhile)
    assert check_long(upload.pk)
    monkeypatch.undo()
    again = Upload.objects.get()
    assert again.checked_at is None and again.mapping == ["notes", "emails"]
    check_upload(again, mapping=again.mapping, source="import")
    assert [column["key"] for column in Upload.objects.get().report["columns"]] == ["notes", "emails"]


@pytest.mark.usefixtures("long")
def test_a_file_workers_die_on_is_given_up(user: User, job: Job) -> None:
    upload = keep_upload(user=user, job=job, name="long.csv", content=FILE)
    Upload.objects.update(claims_unended=5)
    assert due_checks() == [] and not check_long(upload.pk)


def test_a_list_takes_several_columns_another_field_one() -> None:
    columns, problems = columns_as(["a", "b", "c"], ["emails", "emails", "emails:work"])
    assert [column.key for column in columns] == ["emails", "emails:2", "emails:work"] and not problems
    columns, problems = columns_as(["a", "b"], ["name", "name"])
    assert [column.key for column in columns] == ["name", ""]
    assert "two columns for the same thing" in problems[0].wrong
    _, (problem,) = columns_as(["a"], ["no such thing"])
    assert problem.wrong == "There is no such kind of column"
