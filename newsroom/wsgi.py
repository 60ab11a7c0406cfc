"""The application for a WSGI server: ``granian --interface wsgi newsroom.wsgi:application``."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from newsroom import telemetry

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

try:
    telemetry.start()
    application = get_wsgi_application()
except ImproperlyConfigured as error:
    sys.exit(f"{error}")  # the sentence that helps, without the way it came
