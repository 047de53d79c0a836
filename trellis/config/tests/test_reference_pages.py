"""The pages of `docs/` that are made of the code say what the code does."""

import pytest

from trellis.config.reference import DOCS, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_page_is_as_the_code_writes_it(name: str) -> None:
    says = f"docs/{name} is not what the code says: run `.venv/bin/python -m trellis.config.reference`"
    assert (DOCS / name).read_text() == pages()[name], says
