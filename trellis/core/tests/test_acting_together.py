"""Threads that ask at the same time are served together, and each gets its own answer or its own error."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from trellis.core.together import Interrupted, Together


class Kitchen:
    """Cooks what is ordered. The first dish takes until the door is opened; some dishes cannot be made."""

    def __init__(self, most: int = 32) -> None:
        self.rounds: list[list[str]] = []
        self.is_at_work, self.door = threading.Event(), threading.Event()
        self.spoils: dict[str, BaseException] = {}
        self.order = Together(self.cook, most=most)
        self.guests = ThreadPoolExecutor(12)

    def cook(self, dishes: Sequence[str]) -> list[str]:
        self.rounds.append(list(dishes))
        self.is_at_work.set()
        assert self.door.wait(10)
        for dish in dishes:
            if dish in self.spoils:
                raise self.spoils[dish]
        return [f"{dish}, hot" for dish in dishes]

    def while_busy(self, *dishes: str) -> list[Future[str]]:
        """A first guest is served while the others order, one after another; then the door opens."""
        served = [self.guests.submit(self.order, "soup")]
        assert self.is_at_work.wait(10)
        for count, dish in enumerate(dishes, start=1):
            served.append(self.guests.submit(self.order, dish))
            wait_until(lambda count=count: len(self.order._waiting) == count)
        self.door.set()
        return served


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.001)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


def test_who_comes_alone_is_served_alone(kitchen: Kitchen) -> None:
    kitchen.door.set()
    assert kitchen.order("soup") == "soup, hot"
    assert kitchen.order("cake") == "cake, hot"
    assert kitchen.rounds == [["soup"], ["cake"]]


def test_who_waits_is_served_together_and_each_gets_their_own(kitchen: Kitchen) -> None:
    served = kitchen.while_busy("cake", "fish", "rice")
    assert [one.result(10) for one in served] == ["soup, hot", "cake, hot", "fish, hot", "rice, hot"]
    assert kitchen.rounds == [["soup"], ["cake", "fish", "rice"]]


def test_a_bad_order_fails_nobody_elses_and_gets_its_own_error(kitchen: Kitchen) -> None:
    kitchen.spoils["fish"] = ValueError("no fish today")
    soup, cake, fish, rice = kitchen.while_busy("cake", "fish", "rice")
    assert [one.result(10) for one in (soup, cake, rice)] == ["soup, hot", "cake, hot", "rice, hot"]
    with pytest.raises(ValueError, match="no fish today"):
        fish.result(10)
    assert sorted(kitchen.rounds[2:]) == [["cake"], ["fish"], ["rice"]]


def test_a_bad_order_alone_gets_its_error_and_the_next_is_served(kitchen: Kitchen) -> None:
    kitchen.door.set()
    kitchen.spoils["fish"] = ValueError("no fish today")
    with pytest.raises(ValueError, match="no fish today"):
        kitchen.order("fish")
    assert kitchen.order("cake") == "cake, hot"


def test_when_the_one_who_acts_is_ended_the_others_are_told_and_nothing_is_done_twice(kitchen: Kitchen) -> None:
    kitchen.spoils["cake"] = KeyboardInterrupt()
    soup, cake, fish = kitchen.while_busy("cake", "fish")
    assert soup.result(10) == "soup, hot"
    with pytest.raises(KeyboardInterrupt):
        cake.result(10)
    with pytest.raises(Interrupted):
        fish.result(10)
    assert kitchen.rounds == [["soup"], ["cake", "fish"]]
    assert kitchen.order("rice") == "rice, hot"


def test_so_many_are_served_at_once_and_no_more() -> None:
    kitchen = Kitchen(most=2)
    served = kitchen.while_busy("cake", "fish", "rice")
    assert [one.result(10) for one in served] == ["soup, hot", "cake, hot", "fish, hot", "rice, hot"]
    assert kitchen.rounds == [["soup"], ["cake", "fish"], ["rice"]]


def test_who_stops_waiting_holds_nobody_up(kitchen: Kitchen) -> None:
    first = kitchen.guests.submit(kitchen.order, "soup")
    assert kitchen.is_at_work.wait(10)

    class Impatient:
        def acquire(self) -> None:
            raise KeyboardInterrupt

    call = kitchen.order._join("cake")
    call.turn = Impatient()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        kitchen.order._wait(call)
    kitchen.door.set()
    assert first.result(10) == "soup, hot"
    assert kitchen.order("fish") == "fish, hot"
    assert kitchen.rounds == [["soup"], ["fish"]]


def test_who_stops_waiting_when_their_turn_has_come_lets_the_next_one_lead(kitchen: Kitchen) -> None:
    first = kitchen.guests.submit(kitchen.order, "soup")
    assert kitchen.is_at_work.wait(10)
    call = kitchen.order._join("cake")

    class TooLate:
        def acquire(self) -> None:
            wait_until(lambda: call.leads)
            raise KeyboardInterrupt

        def release(self) -> None: ...

    call.turn = TooLate()  # type: ignore[assignment]
    gone = kitchen.guests.submit(kitchen.order._wait, call)
    next_one = kitchen.guests.submit(kitchen.order, "fish")
    wait_until(lambda: len(kitchen.order._waiting) == 2)
    kitchen.door.set()
    assert [first.result(10), next_one.result(10)] == ["soup, hot", "fish, hot"]
    with pytest.raises(KeyboardInterrupt):
        gone.result(10)
    assert kitchen.rounds == [["soup"], ["fish"]]


def test_many_who_come_and_go_all_get_their_own(kitchen: Kitchen) -> None:
    kitchen.door.set()
    orders = [f"dish {number}" for number in range(500)]
    assert list(kitchen.guests.map(kitchen.order, orders)) == [f"{dish}, hot" for dish in orders]
    assert sorted(dish for dishes in kitchen.rounds for dish in dishes) == sorted(orders)
