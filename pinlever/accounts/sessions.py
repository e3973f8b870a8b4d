"""Sessions that ran out, which nothing else removes: the rows themselves, and what is kept of browser and address."""

from datetime import timedelta
from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

BEGINNING = timedelta(days=1)  # a session is told of in two rows, not always at the same moment


def forget_ended() -> None:
    """Whoever is still signed in stays so."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    told_of = UserSession.objects.filter(last_seen_at__lt=timezone.now() - BEGINNING)
    told_of.exclude(session_key__in=Session.objects.values("session_key")).delete()
