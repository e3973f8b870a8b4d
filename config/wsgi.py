"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django_application = get_wsgi_application()

from pinlever.ops.alerts import watched  # noqa: E402  # needs the models, which are loaded only now

application = watched(django_application)
