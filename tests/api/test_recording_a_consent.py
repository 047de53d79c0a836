"""A program tells what somebody agreed to, or asked us to stop."""

from tests.api.conftest import Caller, problem
from tests.cast import Business
from trellis.events.models import Event


def test_the_newest_word_is_read_with_the_person_and_said_once(api: Caller, ridgeline: Business) -> None:
    renee = ridgeline.contact()
    told = {"channel": "email", "purposes": ["service", "marketing"], "granted": True, "source": "checkout"}
    for _ in range(2):
        answer = api.post(f"/contacts/{renee.pk}/consents", told, Idempotency_Key="1")
        assert answer.status_code == 201
    assert Event.objects.filter(key="consent.given").count() == 1
    api.post(f"/contacts/{renee.pk}/consents", told | {"purposes": ["marketing"], "granted": False})
    words = api.get(f"/contacts/{renee.pk}").json()["consents"]
    assert [(word["purpose"], word["granted"]) for word in words] == [("marketing", False), ("service", True)]
    assert problem(api.post(f"/contacts/{renee.pk}/consents", told | {"source": ""}), 422)
