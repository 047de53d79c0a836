"""What the conditions of a playbook's rules may ask about: only what the engine knows when it decides. Pure."""

from collections.abc import Mapping

from trellis.core.conditions import Kind, Known
from trellis.journeys.playbook.schema import Playbook

OF_CUSTOMER: Mapping[str, Known] = {
    "contact.first_name": Known(),
    "contact.channel": Known(Kind.CHOICE, ("web", "phone", "email", "sms")),
    "contact.source": Known(),
    "contact.has_email": Known(Kind.YES_NO),
    "contact.has_phone": Known(Kind.YES_NO),
    "contact.opted_out": Known(Kind.CHOICES, ("email", "sms")),
    "contact.tags": Known(Kind.CHOICES),
}


def fields_of_rules(playbook: Playbook) -> dict[str, Known]:
    """The journey itself, the answers to the playbook's questions, and the person."""
    return {
        "stage": Known(Kind.CHOICE, tuple(playbook.stages)),
        "status": Known(Kind.CHOICE, ("open", "parked", "closed")),
        "priority": Known(Kind.YES_NO),
        **{f"answers.{question.key}": Known(words=tuple(question.options)) for question in playbook.questions},
        **OF_CUSTOMER,
    }
