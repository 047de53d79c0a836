from datetime import timedelta

from trellis.core.ids import new_id
from trellis.team.actions.notices import read_notices, tell
from trellis.team.tests.conftest import AT


def test_everybody_named_is_told_once_in_one_statement(maya, luis, django_assert_num_queries):
    journey = new_id()
    with django_assert_num_queries(1):
        tell([maya, str(luis.pk), maya.pk], "Dana Ortiz passed to Luis", journey_id=str(journey), at=AT)
    for person in (maya, luis):
        (notice,) = person.notices.all()
        assert (notice.text, notice.journey_id, notice.read_at) == ("Dana Ortiz passed to Luis", journey, None)


def test_nobody_to_tell_is_nothing_to_do(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tell([], "Anybody?", at=AT) == []


def test_a_long_notice_is_cut_where_one_can_see_it(maya):
    (notice,) = tell([maya], "word " * 100, at=AT)
    notice.refresh_from_db()
    assert len(notice.text) <= 240
    assert notice.text.endswith("word…")


def test_reading_notices_marks_those_that_were_there(maya, luis):
    tell([maya, luis], "One", at=AT)
    tell([maya], "Later", at=AT + timedelta(hours=1))
    assert read_notices(maya, at=AT + timedelta(minutes=1)) == 1
    assert [notice.text for notice in maya.notices.filter(read_at=None)] == ["Later"]
    assert luis.notices.get().read_at is None
