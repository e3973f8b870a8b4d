"""Uploads too large to be read are refused before a byte of them is kept.

The rest of such a request is read and thrown away, 64 KB at a time: browsers show no answer while they still send.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pinlever.imports.reading import MAX_BYTES

AROUND = 1024**2  # what a form adds to its file
THROWN_AWAY = 1024**3  # at most; whoever sends more sees the connection end
AT_ONCE = 64 * 1024


class RefuseHuge:
    """Middleware, before anything reads the body (the check against forged requests does)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        size = _length(request)
        if size <= MAX_BYTES + AROUND:
            return self.get_response(request)
        if request.user.is_authenticated and size <= THROWN_AWAY:
            _throw_away(request)
        limits = {"megabytes": size / 1024**2, "most_megabytes": MAX_BYTES // 1024**2}
        return render(request, "imports/too_large.html", limits, status=413)


def _length(request: HttpRequest) -> int:
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told[:20]) if told.isascii() and told.isdigit() else 0


def _throw_away(request: HttpRequest) -> None:
    while request.read(AT_ONCE):
        pass
