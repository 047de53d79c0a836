"""A company has a page: what is known of it, who belongs to it."""

import pytest

from tests.cast import TUESDAY, Business
from trellis.lists.tests.conftest import Lists
from trellis.people.changing import change_contact
from trellis.people.models import Company


@pytest.fixture
def bakery(ridgeline: Business) -> Company:
    change_contact(ridgeline.contact(), {"company": "Castillo Bakery"}, by=ridgeline.maya, at=TUESDAY)
    return Company.objects.get()


def test_the_people_of_a_company_stand_on_its_page(lists: Lists, bakery: Company) -> None:
    lists.open(f"/companies/{bakery.pk}/")
    assert lists.names == ["Renee Castillo"]


@pytest.mark.parametrize("text", ["javascript://%0aalert(1)", "data://text/html,x"])
def test_a_website_is_a_link_only_where_it_is_one(lists: Lists, bakery: Company, text: str) -> None:
    Company.objects.update(website=text)
    assert f'href="{text}' not in lists.open(f"/companies/{bakery.pk}/")
    Company.objects.update(website="bakery.example")
    assert 'href="https://bakery.example"' in lists.open(f"/companies/{bakery.pk}/")
