"""What the web server runs."""

import os

from django.core.wsgi import get_wsgi_application

from trellis.config.lifeline import hold_on
from trellis.config.warming import warm_up

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.config.settings")
application = get_wsgi_application()
hold_on()
warm_up()
