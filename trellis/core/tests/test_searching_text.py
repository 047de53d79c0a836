"""Any part of a text is found, by whatever means the database has; what is gone or changed is not."""

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection

from trellis.core.ids import new_id
from trellis.core.search import Source, TextIndex
from trellis.core.text import fold

INDEX = TextIndex("plays_sought", (Source("plays", "title", "id"), Source("roles", "name", "play_id")))


class Stage:
    """Two tables as a room would have them."""

    def play(self, title: str, *roles: str) -> UUID:
        play = new_id()
        self.run("INSERT INTO plays (id, title) VALUES (%s, %s)", self.key(play), title)
        for role in roles:
            self.run(
                "INSERT INTO roles (id, name, play_id) VALUES (%s, %s, %s)", self.key(new_id()), role, self.key(play)
            )
        return play

    def run(self, sql: str, *given: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, given)

    def key(self, id: UUID) -> object:
        return id if connection.vendor == "postgresql" else id.hex


@pytest.fixture
def stage(db: None) -> Stage:
    stage, kind = Stage(), "uuid" if connection.vendor == "postgresql" else "char(32)"
    stage.run(f"CREATE TABLE plays (id {kind} PRIMARY KEY, title varchar(200))")
    stage.run(f"CREATE TABLE roles (id {kind} PRIMARY KEY, name varchar(200), play_id {kind})")
    INDEX.install()
    return stage


@pytest.fixture(params=["new", "settled"])
def find(request: pytest.FixtureRequest, stage: Stage) -> Callable[..., list[UUID]]:
    """Looking, before and after the index has taken in what is new."""

    def look(*parts: str, most: int = 10) -> list[UUID]:
        if request.param == "settled":
            INDEX.settle(enough=1)
        return INDEX.owners_with(parts, most=most)

    return look


@pytest.mark.parametrize("parts", [("ham",), ("mlet",), (" ham", "denm"), ("ophe",), (" pri",), ("claudius",)])
def test_a_part_of_any_text_leads_to_its_owner(
    stage: Stage, find: Callable[..., list[UUID]], parts: tuple[str]
) -> None:
    hamlet = stage.play("Hamlet, Prince of Denmark", "Ophelia", "Claudius")
    stage.play("Macbeth", "Banquo")
    assert find(*parts) == [hamlet]


def test_a_space_before_a_part_is_the_start_of_a_word(stage: Stage, find: Callable[..., list[UUID]]) -> None:
    stage.play("Cymbeline")
    line = stage.play("The Line of Kings")
    assert (find(" line"), len(find("line"))) == ([line], 2)


def test_marks_and_case_make_no_difference(stage: Stage, find: Callable[..., list[UUID]]) -> None:
    play = stage.play("ZOË MUÑOZ Łódź")
    assert find(fold("zoe"), fold("muñoz"), fold("lodz")) == [play]


def test_what_was_renamed_is_found_by_its_new_name_alone(stage: Stage, find: Callable[..., list[UUID]]) -> None:
    play = stage.play("Twelfth Night")
    assert find("twelf") == [play]
    stage.run("UPDATE plays SET title = 'What You Will' WHERE id = %s", stage.key(play))
    assert (find("twelf"), find("you will")) == ([], [play])


def test_what_is_gone_is_not_found(stage: Stage, find: Callable[..., list[UUID]]) -> None:
    play = stage.play("Pericles", "Marina")
    assert find("marina") == [play]
    stage.run("DELETE FROM roles")
    stage.run("DELETE FROM plays")
    assert (find("marina"), find("pericl")) == ([], [])


@pytest.mark.parametrize("part", ["", "a", "ha", "%", "___", "h%m", "\\"])
def test_too_little_finds_nobody(stage: Stage, find: Callable[..., list[UUID]], part: str) -> None:
    stage.play("Hamlet")
    assert find(part) == []


@pytest.mark.parametrize("part", ['ham"let', "ham'let", "ham(", "hamlet%", "ham* OR", "denmark;"])
def test_no_mark_is_taken_for_an_order_to_the_database(
    stage: Stage, find: Callable[..., list[UUID]], part: str
) -> None:
    stage.play("Prince of Denmark")
    assert find(part) == []


def test_no_more_are_found_than_asked_for(stage: Stage, find: Callable[..., list[UUID]]) -> None:
    plays = [stage.play(f"Henry the {number}th") for number in range(5)]
    assert len(find("henry", most=3)) == 3
    assert set(find("henry")) == set(plays)


def test_what_was_there_before_the_index_is_in_it(stage: Stage) -> None:
    other = TextIndex("others_sought", (Source("plays", "title", "id"),))
    play = stage.play("Othello")
    other.install()
    other.install()
    assert other.owners_with(["othe"], most=5) == [play]


def test_few_are_found_whole_and_many_not_at_all(stage: Stage) -> None:
    plays = {stage.play(f"The storm {number}") for number in range(3)}
    stage.play("A roof", "Stormy")
    INDEX.install()
    found = INDEX.owners_if_few("storm", most=9, table="plays")
    assert found is not None
    assert plays <= {UUID(str(one)) for one in found}
    assert INDEX.owners_if_few("storm", most=2) is None
    assert INDEX.owners_if_few("st", most=9) is None, "Too short to be looked for."
    assert INDEX.owners_if_few("nowhere", most=9) == []
