"""A business in which every part of an address stands for something, so that an operation is asked of what is there."""

from typing import Any

from tests.cast import Business, next_step


def open_everything(office: Business) -> dict[str, Any]:
    """What to put into the addresses of operations, by the name of the part."""
    contact = office.contact(phone="+15015550123")
    lead = office.lead(contact)
    return {
        "contact_id": str(contact.pk),
        "journey_id": str(lead.pk),
        "task_id": str(next_step(lead).pk),
        "key": office.playbook.key,
        "version": office.playbook.version,
    }
