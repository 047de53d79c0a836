"""The matrix as an editor: a draft with a form over each cell."""

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from trellis.core.refusal import Refused
from trellis.journeys.playbook.edit import remove_scenario
from trellis.journeys.playbook.load import PlaybookFaulty
from trellis.journeys.playbook.schema import Playbook as Document
from trellis.journeys.playbook.whole_stage import take_out_stage
from trellis.setup.actions.draft_edits import take_back_edit
from trellis.setup.forms.cell_everywhere import EVERYWHERE
from trellis.setup.forms.cell_new import MessageForm, NewStageForm
from trellis.setup.forms.cells import CELLS
from trellis.setup.forms.rule_lines import CellForm
from trellis.setup.queries.draft import desk_of, known_replay, proof_of, replay_of, stories_of
from trellis.setup.queries.matrix import matrix_from
from trellis.setup.queries.matrix_faults import TITLES
from trellis.setup.views.draft_desk import desk_or_404, edit_in, question_for, undo_place
from trellis.team.permissions import can_publish, sees_all
from trellis.web.asking import only_for, publishes, sees
from trellis.web.doors import Request, go_to, page_to_return_to, posted
from trellis.web.pages import render_page
from trellis.web.sayings import say

ABOUT = {
    "stages": "What it means to be here, how long one may stay, and what moves it on.",
    "ownership": "Who has it while it is here: always one person.",
    "timing": "What we promise here, and what happens when we are late.",
    "messaging": "What we say and do at once, by ourselves or as a step for somebody.",
    "recovery": "What we do when they go quiet. It ends with a rest or a close.",
    "after": "What keeps them close once the work is done.",
}


# What holds in every stage: the title of its question, and what it is about.
IN_EVERY_STAGE = {
    "starting": ("What starts it", "What it is called, what starts it, and the hours by which it counts."),
    "questions": ("What we ask", "What we want to know of everybody. Conditions and messages can use the answers."),
    "writing": ("When and how much we write", "What goes out by itself keeps these limits, in every stage."),
    "resting": ("When a rest ends", "What happens when it wakes, and how often it may rest before it is closed."),
}


@sees("playbook")
def draft(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """The draft as a matrix; the live version to begin from, where nobody has begun one."""
    desk = desk_of(key)
    if desk is None:
        raise Http404
    may_edit = can_publish(request.user)
    try:
        document = desk.document
    except PlaybookFaulty:
        return go_to(request, reverse("setup:draft_text", args=[key]))
    if desk.draft is None and not may_edit:
        return go_to(request, reverse("setup:playbook", args=[key]))
    context = {
        "current": "playbooks",
        "playbook": desk.live,
        "desk": desk,
        "matrix": matrix_from(document, desk.source, "", at, counted=sees_all(request.user)),
        "proof": proof_of(desk.source, at),
        "replay": known_replay(desk, at) if sees_all(request.user) else None,
        "sees_all": sees_all(request.user),
        "chosen": chosen(document, request.GET.get("stage", "")),
        "editing": may_edit,
    }
    return render_page(request, "setup/playbook_editor.html", context, at=at)


def chosen(document: Document, asked: str) -> str:
    return asked if asked in document.stages else document.first_stage


@publishes
def cell(request: Request, key: str, kind: str, stage: str, *, at: datetime) -> HttpResponse:
    desk = desk_or_404(key)
    if kind not in CELLS or stage not in desk.document.stages:
        raise Http404
    title = desk.document.stages[stage].title
    form = CELLS[kind](posted(request), initial={"seen": desk.seen}, document=desk.document, stage=stage)
    question = question_for(desk, f"{TITLES[kind]} of {title}", ABOUT[kind], stage=stage)
    return edit_in(request, desk, form, question, f"{TITLES[kind]} of {title} is changed in the draft.", at=at)


@publishes
def everywhere(request: Request, key: str, kind: str, *, at: datetime) -> HttpResponse:
    desk = desk_or_404(key)
    if kind not in EVERYWHERE:
        raise Http404
    title, about = IN_EVERY_STAGE[kind]
    form = EVERYWHERE[kind](posted(request), initial={"seen": desk.seen}, document=desk.document)
    return edit_in(request, desk, form, question_for(desk, title, about), f"{title}: changed in the draft.", at=at)


@publishes
def add_stage(request: Request, key: str, *, at: datetime) -> HttpResponse:
    desk = desk_or_404(key)
    after = request.GET.get("after", "")
    stage = after if after in desk.document.stages and desk.document.stages[after].next else ""
    form = NewStageForm(posted(request), initial={"seen": desk.seen}, document=desk.document, stage=stage)
    question = question_for(
        desk,
        "Add a stage",
        "It gets an owner, a limit, a first step and a way back from silence. All of it can be changed later.",
        button="Add stage",
    )
    said = f"{request.POST.get('title', '')} is in the draft."
    return edit_in(request, desk, form, question, said, at=at)


class RemoveStageForm(CellForm):
    def edited(self, text: str) -> str:
        return take_out_stage(text, self.stage)


@publishes
def remove_stage(request: Request, key: str, stage: str, *, at: datetime) -> HttpResponse:
    desk = desk_or_404(key)
    if stage not in desk.document.stages:
        raise Http404
    title = desk.document.stages[stage].title
    form = RemoveStageForm(posted(request), initial={"seen": desk.seen}, document=desk.document, stage=stage)
    text = (
        "What led to it leads to where it led; scenarios that name it go too. "
        "Where those who stand in it go is asked before it is published."
    )
    question = question_for(desk, f"Take {title} out", text, button="Take it out")
    return edit_in(request, desk, form, question, f"{title} is out of the draft.", at=at)


class RemoveScenarioForm(CellForm):
    place = 0

    def edited(self, text: str) -> str:
        return remove_scenario(text, self.place)


@publishes
def take_out_scenario(request: Request, key: str, place: int, *, at: datetime) -> HttpResponse:
    """A story that is not meant to be true any more."""
    desk = desk_or_404(key)
    if place >= len(desk.document.scenarios):
        raise Http404
    form = RemoveScenarioForm(posted(request), initial={"seen": desk.seen}, document=desk.document)
    form.place, title = place, desk.document.scenarios[place].scenario
    text = "The rules stay as they are; nothing watches any more that they keep to this story."
    question = question_for(desk, f"Take “{title}” out", text, button="Take it out")
    question = replace(question, back=reverse("setup:draft_scenarios", args=[key]))
    return edit_in(request, desk, form, question, "The scenario is out of the draft.", at=at)


@publishes
def message(request: Request, key: str, message: str = "", *, at: datetime) -> HttpResponse:
    """A message that is there, or a new one where none is named."""
    desk = desk_or_404(key)
    if message and message not in desk.document.messages:
        raise Http404
    form = MessageForm(posted(request), initial={"seen": desk.seen}, document=desk.document, message=message)
    title = f"Message “{desk.document.messages[message].title}”" if message else "Add a message"
    question = question_for(desk, title, "It confirms, asks one question and gives the next step.")
    return edit_in(request, desk, form, question, "The message is in the draft.", at=at)


@publishes
@require_POST
def undo(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """Only the last edit, and only while nobody has saved after it."""
    kept = request.session.pop(undo_place(key), None)
    try:
        if kept is None:
            raise Refused("too_late", "There is nothing to take back any more.")
        seen, before = kept
        take_back_edit(key, to=before, seen=seen, by=request.user, at=at)
    except Refused as refused:
        messages.error(request, refused.sentence)
    else:
        say(request, "Taken back. The draft is as it was before.")
    return go_to(request, page_to_return_to(request, reverse("setup:playbook_draft", args=[key])))


@only_for(sees_all)
def replay(request: Request, key: str, *, at: datetime) -> HttpResponse:
    desk = desk_or_404(key)
    context = {"playbook": desk.live, "desk": desk, "replay": replay_of(desk, desk.source, at)}
    return render_page(request, "setup/_draft_replay.html", context, at=at)


@sees("playbook")
def scenarios(request: Request, key: str, *, at: datetime) -> HttpResponse:
    """Each story of the draft, played by the engine."""
    desk = desk_or_404(key)
    stories = stories_of(desk.source)
    context = {
        "current": "playbooks",
        "playbook": desk.live,
        "desk": desk,
        "stories": stories,
        "editing": can_publish(request.user),
        "failed": sum(not story.outcome.passed for story in stories),
        "waiting": sum(story.outcome.waits for story in stories),
    }
    return render_page(request, "setup/playbook_scenarios.html", context, at=at)
