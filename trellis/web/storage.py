"""Static files under hashed names, so that browsers may keep them for ever; each entry sheet as one file."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from trellis.web.bundling import bundle, is_entry_sheet


class Storage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[tuple[str, Any, Any]]:
        """Write the imports into the entry sheets before names are hashed."""
        bundles = InMemoryStorage()

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read(), "utf-8")

        texts = {name: read(name) for name in paths if name.endswith(".css")}
        for name, text in texts.items():
            if is_entry_sheet(text):
                bundles.save(name, ContentFile(bundle(name, texts.__getitem__).encode()))
                paths[name] = (bundles, name)
        yield from super().post_process(paths, **options)
