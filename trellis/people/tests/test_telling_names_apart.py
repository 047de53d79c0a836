"""Which names may be one person's, as a table."""

import pytest

from trellis.people.names import is_fuller, plainly_different, same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana Whitlock", "dana whitlock"),
        ("Dana Whitlock", "WHITLOCK, Dana"),
        ("Dana Whitlock", "Dana M. Whitlock"),
        ("Dana Whitlock", "Dr. Dana Whitlock Jr."),
        ("Dana Whitlock", "Dana"),
        ("Dana Whitlock", "Whitlock family"),
        ("Dana Whitlock", ""),
        ("Dana Whitlock", "D. Whitlock"),
        ("Dana Whitlock", "Dana Witlock"),
        ("Robert Smith", "Bob Smith"),
        ("Natasha Greer", "Tasha Greer"),
        ("John Smith", "Jon Smith"),
        ("J.D. Smith", "John David Smith"),
        ("Mary Ann Smith", "Maryann Smith"),
        ("Anna Smith-Jones", "Anna Smith"),
        ("Seán O’Brien", "Sean OBrien"),
        ("José Núñez", "Jose Nunez"),
        ("Björn Ødegård", "Bjorn Odegard"),
        ("María de la Cruz", "Maria Cruz"),
        ("王小明", "李雷"),
        ("Maria", "John Smith"),
    ],
)
def test_names_that_may_be_one_persons_are_not_told_apart(one, other):
    assert not plainly_different(one, other)
    assert not plainly_different(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dana Whitlock", "Tom Whitlock"),
        ("Dana Whitlock", "Dana Greer"),
        ("John Smith", "Joan Smith"),
        ("Ben Whitfield", "Ken Whitfield"),
        ("Alice Jones", "Alan Jones"),
        ("Maria Garcia Lopez", "Juan Garcia Lopez"),
        ("Maria de la Cruz", "Juan de la Cruz"),
        ("Иван Петров", "Мария Петрова"),
        ("Lead 0001", "Lead 0002"),
    ],
)
def test_full_names_of_two_people_are_told_apart(one, other):
    assert plainly_different(one, other)
    assert plainly_different(other, one)


def test_two_first_names_alone_never_prove_anything():
    assert not same_name("Dana", "Dana")
    assert same_name("Dana Whitlock", "Whitlock Dana")


def test_a_name_is_fuller_only_when_it_keeps_every_word():
    assert is_fuller("Dana Whitlock", "dana")
    assert not is_fuller("John Smith", "Skip")
    assert not is_fuller("Dana", "Dana Whitlock")
