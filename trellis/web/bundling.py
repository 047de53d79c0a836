"""One file instead of many: an entry sheet or module with those that it imports written into it. Pure."""

import posixpath
import re
from collections.abc import Callable

_IMPORT = re.compile(r'^@import url\("(?P<path>[^":]+)"\) layer\((?P<layer>[\w-]+)\);$', re.MULTILINE)
_MODULE = re.compile(r'^import "(?P<path>\./[^":]+)";$', re.MULTILINE)
_LINE_COMMENT = re.compile(r"^\s*//.*\n", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/\n?", re.DOTALL)
_SPACE = re.compile(r"\s*\n\s*")
_URL = re.compile(r'url\("(?P<path>[^":)]+)"\)')


def is_entry_sheet(text: str) -> bool:
    return _IMPORT.search(text) is not None


def bundle(name: str, read: Callable[[str], str]) -> str:
    """The sheet `name` with each `@import url("…") layer(…);` replaced by that sheet; `read` gives a sheet's text."""

    def inline(match: re.Match[str]) -> str:
        imported = posixpath.normpath(posixpath.join(posixpath.dirname(name), match["path"]))
        body = _URL.sub(lambda url: f'url("{_relative(name, imported, url["path"])}")', read(imported))
        return f"@layer {match['layer']} {{\n{body}}}"

    return _SPACE.sub("\n", _COMMENT.sub("", _IMPORT.sub(inline, read(name))))


def is_entry_module(text: str) -> bool:
    return _MODULE.search(text) is not None


def bundle_module(name: str, read: Callable[[str], str]) -> str:
    """The module `name` with each `import "./…";` replaced by that module, which exports nothing, in a block."""

    def inline(match: re.Match[str]) -> str:
        return f"{{\n{read(posixpath.normpath(posixpath.join(posixpath.dirname(name), match['path'])))}}}"

    return _LINE_COMMENT.sub("", _MODULE.sub(inline, read(name)))


def _relative(entry: str, imported: str, path: str) -> str:
    """`path` as written in `imported`, as seen from the entry sheet."""
    target = posixpath.join(posixpath.dirname(imported), path)
    return posixpath.relpath(target, posixpath.dirname(entry) or ".")
