"""Static files under hashed names, so that browsers may keep them for ever; each entry sheet and module as one file."""

from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from trellis.web.bundling import bundle, bundle_module, is_entry_module, is_entry_sheet


class Storage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True

    def post_process(self, paths: dict[str, Any], **options: Any) -> Iterator[tuple[str, Any, Any]]:
        """Write the imports into the entry sheets and modules before names are hashed."""
        bundles = InMemoryStorage()

        def read(name: str) -> str:
            storage, path = paths[name]
            with storage.open(path) as file:
                return str(file.read(), "utf-8")

        for kind, is_entry, write in ((".css", is_entry_sheet, bundle), (".js", is_entry_module, bundle_module)):
            texts = {name: read(name) for name in paths if name.endswith(kind)}
            for name in filter(lambda name: is_entry(texts[name]), texts):
                bundles.save(name, ContentFile(write(name, texts.__getitem__).encode()))
                paths[name] = (bundles, name)
        yield from super().post_process(paths, **options)
