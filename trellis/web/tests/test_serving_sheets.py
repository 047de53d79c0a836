"""One sheet instead of many, icons and the import map."""

import json
import re

import pytest
from django.contrib.staticfiles import finders

from trellis.web import modules
from trellis.web.bundling import bundle, is_entry_sheet
from trellis.web.icons import icon

SHEETS = {
    "web/web.css": (
        "/* table */\n@layer base, parts;\n"
        '@import url("base.css") layer(base);\n'
        '@import url("parts/a.css") layer(parts);\n'
    ),
    "web/base.css": '@font-face { src: url("../npm/inter.woff2"); }\n',
    "web/parts/a.css": '.a { background: url("../mark.svg"); }\n',
}


def test_imports_are_written_in_under_their_layers_with_their_addresses_kept_right() -> None:
    sheet = bundle("web/web.css", SHEETS.__getitem__)
    assert "@import" not in sheet
    assert "table" not in sheet
    assert '@layer base {\n@font-face { src: url("../npm/inter.woff2"); }\n}' in sheet
    assert '.a { background: url("mark.svg"); }' in sheet


def test_only_a_sheet_with_imports_is_an_entry_sheet() -> None:
    assert is_entry_sheet(SHEETS["web/web.css"])
    assert not is_entry_sheet(SHEETS["web/base.css"])


@pytest.mark.parametrize("entry", ["web/web.css", "desk/desk.css"])
def test_every_sheet_that_an_entry_names_is_there(entry: str) -> None:
    def read(name: str) -> str:
        path = finders.find(name)
        assert path, f"{name} is not there"
        with open(path) as file:
            return file.read()

    assert re.search(r"@layer (base|pages) \{", bundle(entry, read))


def test_every_module_of_the_import_map_is_there() -> None:
    for address in json.loads(modules.import_map())["imports"].values():
        assert finders.find(address.removeprefix("/static/")), address


def test_an_icon_is_drawn_once_and_hidden_from_screen_readers() -> None:
    assert icon("phone", 15) is icon("phone", 15)
    assert 'aria-hidden="true"' in icon("phone", 15)
    assert 'width="15"' in icon("phone", 15)
