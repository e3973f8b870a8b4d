"""Addresses of the installation."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from pinlever.web.access import admin_door
from pinlever.web.settings_index import own_address

admin.site.login = admin_door(admin.site.login)  # type: ignore[method-assign]  # people sign in in one place, with their second factor
urlpatterns = [
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("accounts/email/", own_address, name="own-address"),
    path("accounts/", include("allauth.urls")),
    path("", include("pinlever.ops.health")),
    path("api/v1/", include("pinlever.api.urls")),
    path("", include("pinlever.inbound.urls")),
    path("", include("pinlever.web.urls")),
]
handler400 = "pinlever.ops.errors.bad_request"
handler403 = "pinlever.ops.errors.permission_denied"
handler404 = "pinlever.ops.errors.page_not_found"
handler500 = "pinlever.ops.errors.server_error"
