"""The JavaScript modules that pages may import by name. A room adds its own from `AppConfig.ready`.

The import map is the only inline script: it turns each name into an address with the file's hash in it.
A custom element's module has the name of its tag; `web/main.js` imports it when the tag is on the page. The elements
of the shell come along with `web/main.js` itself and have no name here.
"""

import json

from django.templatetags.static import static

_paths: dict[str, str] = {}


def register(name: str, path: str) -> None:
    """Let pages import the static file at `path` as `name`."""
    _paths[name] = path


def import_map() -> str:
    """The JSON inside `<script type="importmap">`."""
    return json.dumps({"imports": {name: static(path) for name, path in sorted(_paths.items())}})


for element in ("auto-submit", "closing-panel", "copy-text", "key-sheet", "message-check"):
    register(element, f"web/elements/{element}.js")
