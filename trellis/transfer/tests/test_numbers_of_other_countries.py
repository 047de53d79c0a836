"""A phone number without its country is one of the country that its row names, else of the business's."""

from collections.abc import Callable

import pytest

from trellis.people.models import Contact
from trellis.transfer.models import Import, ImportedRow
from trellis.transfer.reading.countries import region_of

type Take = Callable[..., Import]
type Work = Callable[[Import], Import]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        *[("Germany", "DE"), ("Deutschland", "DE"), ("DE", "DE"), ("deu", "DE"), ("Allemagne", "DE")],
        *[("USA", "US"), ("U.S.A.", "US"), ("United States", "US"), ("UK", "GB"), ("Great Britain", "GB")],
        *[("Côte d'Ivoire", "CI"), ("The Netherlands", "NL"), ("España", "ES"), ("Narnia", ""), ("", ""), ("EU", "")],
    ],
)
def test_a_country_is_told_by_its_code_and_by_its_name_in_several_languages(words: str, code: str) -> None:
    assert region_of(words) == code


def test_a_number_is_read_as_one_of_the_country_of_its_row(take: Take, work: Work) -> None:
    lines = (
        "Name,Email,Phone,Country\n"
        "Ana,ana@example.com,030 9018 2000,Germany\n"
        "Bo,bo@example.com,020 7946 0018,GB\n"
        "Cy,cy@example.com,501-555-0142,\n"
        "Di,di@example.com,+33 1 99 00 12 34,Germany\n"
        "Ed,ed@example.com,501-555-0177,Narnia\n"
    )
    assert work(take(lines)).counts == {"added": 5}
    numbers = {one.name: one.points.get(kind="phone").value for one in Contact.objects.all()}
    assert numbers == {
        "Ana": "+493090182000",
        "Bo": "+442079460018",
        "Cy": "+15015550142",
        "Di": "+33199001234",
        "Ed": "+15015550177",
    }


def test_a_number_that_no_number_of_the_country_looks_like_is_none(take: Take, work: Work) -> None:
    imported = work(take("Name,Email,Phone,Country\nAna,ana@example.com,030 9018 200,\nBo,bo@example.com,12,Germany\n"))
    assert imported.counts == {"added": 2, "without": 2}
    assert not Contact.objects.filter(points__kind="phone").exists()
    assert "“030 9018 200” is not a phone number" in ImportedRow.objects.get(cells__0="Ana").problem
