"""Files we hand out."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def csv_answer(text: str, name: str) -> HttpResponse:
    """A CSV file to save, never shown in the browser. Cells must be guarded already."""
    stem = name.removesuffix(".csv")[:150]
    disposition = content_disposition_header(as_attachment=True, filename=f"{stem}.csv")
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition or "attachment", "X-Content-Type-Options": "nosniff"},
    )
