"""What can be done about the business itself."""

from datetime import datetime
from typing import Any

from trellis.core.memory import forget
from trellis.core.windows import check_zone
from trellis.team.models import Business, User
from trellis.team.undoing import keeping


def set_business(*, by: User | None, at: datetime, **fields: Any) -> Business:
    """Set what is known about the business, creating it the first time. BadHours for an unknown `time_zone`."""
    check_zone(fields.get("time_zone", "UTC"))
    with keeping(Business.objects, by=by, at=at):
        business = Business.objects.select_for_update().first() or Business()
        for name, value in fields.items():
            setattr(business, name, value)
        business.save()
    forget()
    return business
