"""What needs me today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from pinlever.web.access import recruiter


@recruiter
def home(request: HttpRequest) -> HttpResponse:
    """Decisions, failures, connection, recent activity."""
    return render(request, "home/home.html")
