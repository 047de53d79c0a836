"""`python -m trellis.config.reference` writes the pages of `docs/` that are made of the code."""

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"


def pages() -> dict[str, str]:
    """The text of each page by its file name."""
    from trellis.journeys.playbook.published import schema_text
    from trellis.journeys.playbook.reference import reference_page
    from trellis.journeys.publish import pack, pack_keys
    from trellis.transfer.everything.described import format_page

    packs = {key: pack(key) for key in pack_keys()}
    return {
        "playbook.schema.json": schema_text(),
        "playbook-reference.md": reference_page(packs),
        "export-format.md": format_page(),
    }


def main() -> None:
    for name, text in pages().items():
        (DOCS / name).write_text(text)
        print(f"docs/{name}")


if __name__ == "__main__":
    import os

    from trellis.config.cli_words import use_django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trellis.config.settings")
    use_django()
    main()
