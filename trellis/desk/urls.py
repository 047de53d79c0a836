"""The addresses of the desk."""

from django.urls import path, re_path

from trellis.desk.views import (
    board,
    changes,
    composing,
    contact,
    contacts,
    coverage,
    duplicates,
    finding,
    handovers,
    inbox,
    journeys,
    leads,
    people,
    signals,
    steps,
    today,
    undo,
    why,
)

app_name = "desk"
urlpatterns = [
    path("", today.today, name="today"),
    path("changes", changes.changes, name="changes"),
    path("acts/<uuid:act_id>/undo", undo.undo, name="undo"),
    path("signals/<uuid:signal_id>/undo", undo.undo_signal, name="undo_signal"),
    path("find", finding.find, name="find"),
    path("notices/read", today.read_all_notices, name="read_notices"),
    path("contacts/", contacts.contacts, name="contacts"),
    path("contacts/new", people.add, name="add_contact"),
    path("contacts/duplicates/", duplicates.duplicates, name="duplicates"),
    path("contacts/duplicates/<uuid:pair_id>/apart", duplicates.apart, name="apart"),
    path("contacts/duplicates/<uuid:pair_id>/undo", duplicates.undo_apart, name="undo_apart"),
    path("contacts/<uuid:contact_id>/merge/<uuid:other_id>/", duplicates.merge, name="merge"),
    path("merges/<uuid:merge_id>/undo", duplicates.undo_merge, name="undo_merge"),
    path("contacts/<uuid:contact_id>/", contact.contact, name="contact"),
    path("contacts/<uuid:contact_id>/edit", people.edit, name="edit_contact"),
    re_path(
        r"^contacts/(?P<contact_id>[0-9a-f-]{36})/(?P<tab>sms|email|note|call)$", composing.compose, name="compose"
    ),
    re_path(
        r"^journeys/(?P<journey_id>[0-9a-f-]{36})/templates/(?P<channel>sms|email)$", composing.drafts, name="drafts"
    ),
    path("steps/<uuid:task_id>/done", steps.complete, name="complete"),
    path("steps/<uuid:task_id>/missed", steps.miss, name="miss"),
    path("steps/<uuid:task_id>/snooze", steps.snooze, name="snooze"),
    path("journeys/<uuid:journey_id>/why", why.why, name="why"),
    path("journeys/<uuid:journey_id>/owner", journeys.assign, name="assign"),
    path("journeys/<uuid:journey_id>/accept", handovers.accept, name="accept"),
    path("journeys/<uuid:journey_id>/decline", handovers.decline, name="decline"),
    path("journeys/<uuid:journey_id>/stage", journeys.move, name="move"),
    path("journeys/<uuid:journey_id>/plan", journeys.plan, name="plan"),
    path("journeys/<uuid:journey_id>/park", journeys.park, name="park"),
    path("journeys/<uuid:journey_id>/close", journeys.close, name="close"),
    path("journeys/<uuid:journey_id>/reopen", journeys.reopen, name="reopen"),
    path("journeys/<uuid:journey_id>/fields", journeys.change, name="change"),
    path("journeys/<uuid:journey_id>/answers/<slug:key>", journeys.answer, name="answer"),
    path("journeys/<uuid:journey_id>/column", board.move, name="move_to_column"),
    path("board/", board.board, name="board"),
    path("board/table", board.table, name="board_table"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<uuid:contact_id>/", inbox.conversation, name="conversation"),
    path("leads/new", leads.add_lead, name="new_lead"),
    path("signals/", signals.signals, name="signals"),
    path("signals/<uuid:signal_id>/take-back", signals.take_back, name="take_back"),
    path("coverage", coverage.coverage, name="coverage"),
]
