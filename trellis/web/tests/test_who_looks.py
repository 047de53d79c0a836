"""For whom a page is made: their zone, locale, clock and week, else those of the business."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser

from trellis.team.models import Business, User
from trellis.web.pages import viewer_for

NOW = datetime(2026, 6, 9, 15, 34, tzinfo=UTC)
LONDON = Business(name="Slate & Sons", time_zone="Europe/London", region="GB", locale="en-GB")


def test_somebody_who_chose_nothing_sees_what_the_business_does() -> None:
    viewer = viewer_for(User(), NOW, LONDON)
    assert (str(viewer.zone), viewer.region, viewer.locale) == ("Europe/London", "GB", "en-GB")
    assert viewer.start_of_week(date(2026, 6, 11)) == date(2026, 6, 8)


def test_what_somebody_chose_counts_more() -> None:
    user = User(time_zone="America/Denver", locale="en-US", hour_cycle="h23", week_starts_on="sat")
    viewer = viewer_for(user, NOW, LONDON)
    assert (str(viewer.zone), viewer.locale, viewer.hour_cycle) == ("America/Denver", "en-US", "h23")
    assert viewer.start_of_week(date(2026, 6, 11)) == date(2026, 6, 6)


@pytest.mark.parametrize(("locale", "clock"), [("en-GB", "h23"), ("en-US", "h12"), ("xx", "h12")])
def test_a_customer_sees_the_clock_of_the_businesss_region(locale: str, clock: str) -> None:
    viewer = viewer_for(AnonymousUser(), NOW, Business(name="Slate", time_zone="Europe/London", locale=locale))
    assert viewer.hour_cycle == clock
