"""Where Lever calls."""

from django.urls import path

from pinlever.inbound.webhooks import receive

urlpatterns = [path("lever/webhooks/<uuid:key>/", receive, name="lever-webhook")]
