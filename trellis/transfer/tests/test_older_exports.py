"""What an older Trellis wrote out comes in as it is kept today."""

from pathlib import Path

from tests.cast import TUESDAY, Business
from trellis.core.ids import new_ids
from trellis.people.models import Contact, Tag
from trellis.transfer.everything.bringing_in import import_everything
from trellis.transfer.everything.exporting import export_everything
from trellis.transfer.tests.test_exports_that_are_not_whole import changed, with_rows
from trellis.transfer.tests.test_taking_everything_along import empty, silent


def test_of_two_tags_that_differ_in_large_letters_the_older_one_is_worn(ridgeline: Business, tmp_path: Path) -> None:
    ana, bo = (str(ridgeline.contact(name, f"{name}@example.com").pk) for name in ("Ana", "Bo"))
    archive = tmp_path / "tuesday.zip"
    export_everything(archive, at=TUESDAY, progress=silent)
    empty()
    storm, other, hail, *ids = map(str, new_ids(7))
    names = {storm: "Storm", other: "storm", hail: "Hail"}
    pairs = [(ana, storm), (ana, other), (bo, other), (bo, hail)]
    worn = [{"id": pk, "contact_id": one, "tag_id": tag} for pk, (one, tag) in zip(ids, pairs, strict=True)]
    archive = changed(archive, with_rows("tags", *({"id": pk, "name": name} for pk, name in names.items())))
    archive = changed(archive.rename(tmp_path / "tags.zip"), with_rows("contact_tags", *worn))
    import_everything(archive, progress=silent)
    assert sorted(Tag.objects.values_list("name", "small")) == [("Hail", "hail"), ("Storm", "storm")]
    found = {one.name: sorted(tag.name for tag in one.tags.all()) for one in Contact.objects.all()}
    assert found == {"Ana": ["Storm"], "Bo": ["Hail", "Storm"]}
