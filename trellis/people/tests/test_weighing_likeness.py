"""How likely two contacts are one person: what speaks for it, what against, and what a business's own people teach."""

from random import Random

import pytest

from trellis.people.linkage.blocking import blocks, pairs
from trellis.people.linkage.learning import learn
from trellis.people.linkage.likeness import SHOWN, likeness
from trellis.people.linkage.nearness import jaro_winkler, one_apart, sound
from trellis.people.linkage.traits import Traits
from trellis.people.linkage.weights import Weights


def person(name: str = "", email: str = "", phone: str = "", **more: str) -> Traits:
    return Traits(name=name, emails=frozenset({email} - {""}), phones=frozenset({phone} - {""}), **more)


TASHA = person("Tasha Greer", "tasha@example.com", "+15015550101", place="Conway, AR")
ALIKE = {
    "a misspelled name at the same phone": person("Tasha Grear", "tg@example.net", "+15015550101"),
    "a long first name": person("Natasha Greer", phone="+15015550101", place="Conway, AR"),
    "last name first": person("Greer, Tasha", phone="+15015550101"),
    "the same address before another @": person("Tasha Greer", "tasha@mail.example", place="Conway, AR"),
}
UNALIKE = {
    "her husband": person("Tom Greer", "tom@example.com", "+15015550101", place="Conway, AR"),
    "a namesake elsewhere": person("Tasha Lowell", "tl@example.org", "+12125550199", place="Buffalo, NY"),
    "an office mate": person("Renee Castillo", "renee@example.com", place="Conway, AR"),
}


@pytest.mark.parametrize("who", ALIKE)
def test_one_person_written_down_twice_is_shown(who: str) -> None:
    assert likeness(TASHA, ALIKE[who], Weights()).probability >= SHOWN
    assert blocks(TASHA) & blocks(ALIKE[who])


@pytest.mark.parametrize("who", UNALIKE)
def test_two_people_are_not(who: str) -> None:
    assert likeness(TASHA, UNALIKE[who], Weights()).probability < SHOWN


def test_the_reasons_say_what_speaks_for_and_against_the_weightiest_first() -> None:
    found = likeness(TASHA, ALIKE["a misspelled name at the same phone"], Weights())
    assert found.reasons[0] == "Same phone number"
    assert "Last names differ by a letter or two" in found.reasons
    assert "Different email addresses" in found.reasons


def test_the_order_of_two_people_does_not_matter() -> None:
    for other in (ALIKE | UNALIKE).values():
        assert likeness(TASHA, other, Weights()).weight == pytest.approx(likeness(other, TASHA, Weights()).weight)


def test_the_same_name_alone_says_less_the_more_people_there_are() -> None:
    namesake = person("Tasha Greer")
    few, many = (likeness(person("Tasha Greer"), namesake, Weights(people=n)) for n in (500, 1_000_000))
    assert few.probability >= SHOWN > many.probability


def test_nothing_known_is_nothing_found() -> None:
    found = likeness(person(), person(), Weights())
    assert (found.reasons, found.per_mille) == ([], 0)
    assert blocks(person()) == set()


def test_a_common_name_weighs_less_than_a_rare_one() -> None:
    chance = Random(3)
    names = ["Smith"] * 60 + [f"Family{number:03d}" for number in range(200)]
    firsts = [f"First{number:02d}" for number in range(40)]
    people = {
        number: person(f"{chance.choice(firsts)} {chance.choice(names)}", f"p{number:04d}x@example.com")
        for number in range(1_000)
    }
    weights = learn(people)
    assert weights.of("family", "same", "smith") < weights.of("family", "same", "family007") - 2


def test_a_business_whose_emails_never_change_learns_to_trust_them() -> None:
    chance = Random(4)
    people = {}
    for number in range(600):
        name = "".join(chance.choice("abcdefghijklmnop") for _ in range(9))
        first, email = f"{name[:4]} {name[4:]}".title(), f"{name}@example.com"
        people[number, 0] = person(first, email, f"+1501555{number:04d}")
        if number % 5 == 0:
            people[number, 1] = person(first, email, f"+1212555{number:04d}")
    learned = learn(people)
    assert learned.of("email", "other") < Weights().of("email", "other") - 2
    assert learned.of("phone", "other") > Weights().of("phone", "other")


def test_a_block_that_half_the_town_is_in_compares_nobody() -> None:
    crowd = {number: person(f"Anna{number} Smith{number}", phone="+15015550100") for number in range(70)}
    assert list(pairs(crowd, largest=60)) == []


@pytest.mark.parametrize(("one", "other"), [("greer", "grear"), ("martha", "marhta"), ("dixon", "dickson")])
def test_words_that_are_nearly_one(one: str, other: str) -> None:
    assert jaro_winkler(one, other) > 0.83
    assert sound(one) == sound(other)


def test_jaro_winkler_gives_the_figures_of_its_authors() -> None:
    assert jaro_winkler("martha", "marhta") == pytest.approx(0.9611, abs=0.0001)
    assert jaro_winkler("dwayne", "duane") == pytest.approx(0.8400, abs=0.0001)
    assert jaro_winkler("dixon", "dicksonx") == pytest.approx(0.8133, abs=0.0001)
    assert jaro_winkler("abc", "xyz") == 0


def test_one_letter_apart_is_added_left_out_replaced_or_swapped() -> None:
    for other in ("tasha", "tash", "tashas", "tosha", "tahsa"):
        assert one_apart("tasha", other)
    assert not one_apart("tasha", "tisho")
    assert not one_apart("tasha", "natasha")
