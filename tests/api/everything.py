"""A business in which every part of an address stands for something, so that an operation is asked of what is there."""

from typing import Any

from tests.cast import TUESDAY, Business, next_step
from trellis.core.conditions import Condition
from trellis.lists.actions import save_view
from trellis.people.custom import define_field
from trellis.people.models import Company
from trellis.people.segmenting import save_segment
from trellis.transfer.actions import start_import, take_file


def part_of(path: str, name: str, known: dict[str, Any]) -> Any:
    """What stands for this part of this address."""
    return known.get(f"/{path.split('/')[3]} {name}") or known[name]


def open_everything(office: Business) -> dict[str, Any]:
    """What to put into the addresses of operations, by the name of the part."""
    contact = office.contact(phone="+15015550123")
    lead = office.lead(contact)
    company = Company.objects.create(name="Acme Roofing", created_at=TUESDAY)
    field = define_field(noun="contact", label="Roof age", kind="number", by=None, at=TUESDAY)
    view = save_view(listing="contacts", name="Everybody", asks={}, by=office.maya, at=TUESDAY)
    condition = Condition.model_validate({"field": "place", "is": "Conway"})
    segment = save_segment(name="In Conway", condition=condition, by=office.maya, at=TUESDAY)
    told = b"Name,Email,City\nAna Ruiz,ana@example.com,Conway\nBo Lind,nope,\n"
    given = {"size": len(told), "by": office.maya, "at": TUESDAY}
    imported = take_file("people.csv", [told], **given)
    started = start_import(take_file("others.csv", [told], **given), by=office.maya, at=TUESDAY)
    return {
        "contact_id": str(contact.pk),
        "journey_id": str(lead.pk),
        "task_id": str(next_step(lead).pk),
        "company_id": str(company.pk),
        "field_id": str(field.pk),
        "view_id": str(view.pk),
        "segment_id": str(segment.pk),
        "import_id": str(imported.pk),
        "run_id": str(started.pk),
        "/lists key": "contacts",
        "key": office.playbook.key,
        "version": office.playbook.version,
    }
