"""Asked for by allauth, which looks here for a provider's addresses. Ours stand with the page they belong to."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
