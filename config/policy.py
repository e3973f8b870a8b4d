"""The Content-Security-Policy: that of the settings everywhere but under /admin/, whose theme evaluates expressions
and styles inline."""

from csp.middleware import CSPMiddleware
from django.http import HttpRequest, HttpResponseBase

ADMIN = {"script-src": ["'self'", "'unsafe-eval'"], "style-src": ["'self'", "'unsafe-inline'"]}


class ContentPolicy(CSPMiddleware):
    """Adds the header to every response."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path.startswith("/admin/"):
            response._csp_replace = ADMIN  # type: ignore[attr-defined]
        return super().process_response(request, response)
