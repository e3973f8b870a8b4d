import io

import pytest

from .lever import AUD, Lever


@pytest.fixture
def ana(lever: Lever) -> str:
    return str(lever.create(name="Ana")["id"])


def upload(lever: Lever, ana: str, name: str, content: bytes) -> dict[str, object]:
    form = {"file": (io.BytesIO(content), name)}
    query = {"perform_as": AUD}
    answer = lever.call("POST", f"/opportunities/{ana}/files", data=form, query_string=query)
    assert answer.status_code == 201, answer.text
    found: dict[str, object] = answer.json["data"]
    return found


def test_up_and_down_again(lever: Lever, ana: str) -> None:
    file = upload(lever, ana, "portfolio.pdf", b"\x00\xffpdf")
    assert (file["ext"], file["size"], file["status"]) == (".pdf", 5, "processed")
    assert lever.get(f"/opportunities/{ana}/files")["data"] == [file]
    assert lever.get(f"/opportunities/{ana}/files/{file['id']}")["data"] == file
    assert lever.call("GET", f"/opportunities/{ana}/files/{file['id']}/download").data == b"\x00\xffpdf"


def test_a_file_is_no_resume(lever: Lever, ana: str) -> None:
    upload(lever, ana, "cv.pdf", b"x")
    assert lever.get(f"/opportunities/{ana}/resumes") == {"data": [], "hasNext": False}
    assert lever.refused(f"/opportunities/{ana}/resumes", "POST")[0] == 405


def test_kinds_lever_does_not_read_are_kept_all_the_same(lever: Lever, ana: str) -> None:
    assert upload(lever, ana, "tool.exe", b"x")["status"] == "unsupported"


def test_perform_as_and_file_are_required(lever: Lever, ana: str) -> None:
    path, form = f"/opportunities/{ana}/files", {"file": (io.BytesIO(b"x"), "a.txt")}
    assert lever.refused(path, "POST", data=form) == (400, "perform_as is required")
    assert lever.refused(path, "POST", query_string={"perform_as": AUD}) == (400, "file is required")


def test_the_window_is_inclusive(lever: Lever, ana: str) -> None:
    upload(lever, ana, "a.txt", b"x")
    path, at = f"/opportunities/{ana}/files", lever.now_ms
    assert len(lever.get(path, uploaded_at_start=at, uploaded_at_end=at)["data"]) == 1
    assert lever.get(path, uploaded_at_start=at + 1)["data"] == []
    assert lever.refused(path, query_string={"uploaded_at_start": "x"})[0] == 400


def test_removing(lever: Lever, ana: str) -> None:
    file = upload(lever, ana, "a.txt", b"x")
    path = f"/opportunities/{ana}/files/{file['id']}"
    assert lever.refused(path, "DELETE")[0] == 400
    assert lever.call("DELETE", path, query_string={"perform_as": AUD}).status_code == 204
    assert lever.refused(path)[0] == lever.refused(f"{path}/download")[0] == 404
