"""Who is it? The rules of DESIGN, one story each."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from trellis.events.models import Event
from trellis.people.models import Contact, ContactPoint, PossibleDuplicate

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
DANA = {"name": "Dana Whitlock", "email": "dana@example.com", "phone": "(501) 555-0142"}
TOM = {"name": "Tom Reyes", "email": "tom@example.com", "phone": "(501) 555-0177"}


def test_a_stranger_becomes_a_contact_with_both_addresses(someone_reaches_out):
    met = someone_reaches_out(**DANA, place="Conway")

    assert met.is_new
    assert met.how == "new"
    assert (met.contact.name, met.contact.place) == ("Dana Whitlock", "Conway")
    assert set(met.contact.points.values_list("kind", "value", "raw")) == {
        ("email", "dana@example.com", "dana@example.com"),
        ("phone", "+15015550142", "(501) 555-0142"),
    }


def test_the_same_email_and_phone_is_the_same_person(someone_reaches_out):
    dana = someone_reaches_out(**DANA).contact

    again = someone_reaches_out(name="dana whitlock", email="DANA@Example.COM", phone="501.555.0142")

    assert not again.is_new
    assert again.contact == dana
    assert ContactPoint.objects.count() == 2


@pytest.mark.parametrize("given", [{"email": "dana@example.com"}, {"phone": "+1 501 555 0142"}])
def test_one_known_address_is_enough(someone_reaches_out, given):
    dana = someone_reaches_out(**DANA).contact

    assert someone_reaches_out(**given).contact == dana


def test_a_new_phone_beside_a_known_email_is_added(someone_reaches_out):
    dana = someone_reaches_out(name="Dana Whitlock", email="dana@example.com").contact

    again = someone_reaches_out(**DANA)

    assert again.contact == dana
    assert again.suspected is None
    assert dana.points.get(kind="phone").held_at


def test_an_email_is_added_to_somebody_known_by_phone_alone(someone_reaches_out):
    dana = someone_reaches_out(phone=DANA["phone"]).contact

    again = someone_reaches_out(**DANA)

    assert (again.contact, again.how) == (dana, "phone")
    dana.refresh_from_db()
    assert dana.name == "Dana Whitlock"
    assert dana.points.get(kind="email").value == "dana@example.com"


def test_the_email_of_one_with_the_phone_of_another_goes_by_the_email(someone_reaches_out):
    dana, tom = someone_reaches_out(**DANA).contact, someone_reaches_out(**TOM).contact

    met = someone_reaches_out(name="Dana Whitlock", email=DANA["email"], phone=TOM["phone"])

    assert (met.contact, met.suspected) == (dana, tom)
    assert ContactPoint.objects.get(value="+15015550177", held_at__isnull=False).contact == tom
    pair = PossibleDuplicate.objects.get()
    assert (pair.contact, pair.other) == (dana, tom)
    assert Event.objects.get(key="duplicate.suspected").contact_id == dana.id


def test_the_same_mix_told_again_asks_nobody_again(someone_reaches_out):
    someone_reaches_out(**DANA)
    someone_reaches_out(**TOM)

    for _ in range(3):
        someone_reaches_out(name="Dana Whitlock", email=DANA["email"], phone=TOM["phone"])
        someone_reaches_out(name="Tom Reyes", email=TOM["email"], phone=DANA["phone"])

    assert PossibleDuplicate.objects.count() == 1
    assert Contact.objects.count() == 2


def test_two_people_who_share_an_address_stay_two(someone_reaches_out):
    dana = someone_reaches_out(name="Dana Whitlock", email="home@example.com").contact

    tom = someone_reaches_out(name="Tom Whitlock", email="home@example.com")

    assert tom.is_new
    assert tom.contact != dana
    shared = ContactPoint.objects.filter(value="home@example.com")
    assert shared.count() == 2
    assert shared.get(held_at__isnull=False).contact == dana
    assert not PossibleDuplicate.objects.exists()


def test_each_of_two_who_share_an_address_is_found_by_name_and_the_holder_without(someone_reaches_out):
    dana = someone_reaches_out(name="Dana Whitlock", phone="(501) 555-0142").contact
    tom = someone_reaches_out(name="Tom Whitlock", phone="(501) 555-0142").contact

    assert someone_reaches_out(name="T. Whitlock", phone="(501) 555-0142").contact == tom
    assert someone_reaches_out(name="Dana Whitlock", phone="(501) 555-0142").contact == dana
    assert someone_reaches_out(phone="(501) 555-0142").contact == dana


def test_somebody_at_a_shared_email_is_found_by_their_own_phone(someone_reaches_out):
    someone_reaches_out(name="Dana Whitlock", email="home@example.com", phone="(501) 555-0142")
    tom = someone_reaches_out(name="Tom Whitlock", phone="(501) 555-0177").contact

    met = someone_reaches_out(name="Tom Whitlock", email="home@example.com", phone="(501) 555-0177")

    assert (met.contact, met.how) == (tom, "phone")
    assert tom.points.get(kind="email").held_at is None


def test_a_known_phone_with_a_contradicting_email_and_no_name_asks_a_person(someone_reaches_out):
    dana = someone_reaches_out(**DANA).contact

    met = someone_reaches_out(email="somebody@example.com", phone=DANA["phone"])

    assert met.is_new
    assert met.suspected == dana
    assert PossibleDuplicate.objects.get().other == dana


def test_a_known_phone_with_another_email_and_the_same_full_name_is_the_same_person(someone_reaches_out):
    dana = someone_reaches_out(**DANA).contact

    met = someone_reaches_out(name="Dana Whitlock", email="dana@work.example", phone=DANA["phone"])

    assert met.contact == dana
    assert dana.points.filter(kind="email").count() == 2


def test_provider_tricks_are_two_addresses(someone_reaches_out):
    someone_reaches_out(email="d.ana@gmail.com")

    assert someone_reaches_out(email="dana@gmail.com").is_new
    assert someone_reaches_out(email="d.ana+roof@gmail.com").is_new


def test_an_international_domain_is_one_address_however_it_is_written(someone_reaches_out):
    dana = someone_reaches_out(email="dana@bücher.example").contact

    assert someone_reaches_out(email="dana@xn--bcher-kva.example").contact == dana


@pytest.mark.parametrize("phone", ["12", "no phone", "000-000-0000", "555-0142", "+", "911", "9" * 300, "call me"])
def test_an_impossible_phone_number_is_passed_over_and_refuses_nobody(someone_reaches_out, phone):
    met = someone_reaches_out(name="Dana Whitlock", email="dana@example.com", phone=phone)

    assert met.is_new
    assert not met.contact.points.filter(kind="phone").exists()


def test_a_number_from_abroad_keeps_its_country(someone_reaches_out):
    met = someone_reaches_out(phone="+44 20 7946 0958")

    assert met.contact.points.get().value == "+442079460958"


def test_a_fuller_name_is_taken_and_another_is_not(someone_reaches_out):
    dana = someone_reaches_out(name="Dana", email="dana@example.com").contact

    someone_reaches_out(name="Dana Whitlock", email="dana@example.com")
    someone_reaches_out(name="D. Whitlock", email="dana@example.com")

    dana.refresh_from_db()
    assert dana.name == "Dana Whitlock"


def test_a_right_to_left_override_and_control_characters_do_not_get_into_a_name(someone_reaches_out):
    met = someone_reaches_out(name="Dana \u202eKcoltihw\x00\x1b[31m\n", email="dana@example.com")

    assert met.contact.name == "Dana Kcoltihw[31m"


def test_a_name_longer_than_any_name_is_cut(someone_reaches_out):
    assert len(someone_reaches_out(name="Dana " * 500).contact.name) <= 200


def test_where_they_came_from_first_stays_and_last_is_renewed(someone_reaches_out):
    dana = someone_reaches_out(**DANA, touch={"channel": "web", "utm_source": "google", "page": "/a"}).contact

    someone_reaches_out(**DANA, touch={"channel": "web", "utm_source": "", "page": "/b"})
    someone_reaches_out(**DANA, touch={"channel": "sms"})

    dana.refresh_from_db()
    assert dana.first_touch == {"channel": "web", "utm_source": "google", "page": "/a"}
    assert dana.last_touch == {"channel": "sms", "page": "/b"}


def test_a_new_contact_costs_one_read_and_two_writes(someone_reaches_out):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        someone_reaches_out(**DANA, touch={"channel": "web"})

    quiet = ("SAVEPOINT", "RELEASE", "SELECT pg_advisory")
    told = [query["sql"].split()[0] for query in queries if not query["sql"].startswith(quiet)]
    assert told == ["SELECT", "INSERT", "INSERT"]


def test_the_database_refuses_a_second_holder_of_one_address(someone_reaches_out, morning):
    dana = someone_reaches_out(**DANA).contact
    other = Contact.objects.create(name="Somebody else", created_at=morning)

    with pytest.raises(IntegrityError), transaction.atomic():
        ContactPoint.objects.create(
            contact=other,
            kind="email",
            value="dana@example.com",
            created_at=morning,
            held_at=morning + timedelta(days=1),
        )
    assert ContactPoint.objects.filter(value="dana@example.com").get().contact == dana


@pytest.mark.parametrize("place", ["name", "email", "phone"])
def test_strings_that_broke_other_software_break_nothing(someone_reaches_out, place):
    strings = SHARED / "edge_strings" / "blns.json"
    if not strings.exists() and not os.environ.get("CI"):
        pytest.skip("the shared test data is not beside this checkout")
    for text in json.loads(strings.read_text()):
        met = someone_reaches_out(**{place: text})
        met.contact.refresh_from_db()
        assert len(met.contact.name) <= 200
