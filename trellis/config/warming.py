"""What a web process gets ready before it answers, so that nobody who comes first has to wait for it."""

import gc
from pathlib import Path

from django.apps import apps
from django.template.loader import get_template
from django.urls import reverse

from trellis.web.icons import icon


def warm_up() -> None:
    """Import every address with the room behind it, compile every page, and open the set of icons."""
    reverse("desk:today")
    icon("sprout")
    for app in apps.get_app_configs():
        if app.name.startswith("trellis."):
            pages = Path(app.path) / "templates"
            for page in pages.rglob("*.html"):
                get_template(str(page.relative_to(pages)))
    # All of this stays for good: the collector need not go through it again in the middle of somebody's request.
    gc.collect()
    gc.freeze()
