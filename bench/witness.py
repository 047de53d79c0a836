"""Whether what a finding claims is really so: its story is told to the engine again, and the end is looked at.

What is said never to happen is tried by chance: from the end of the story anything may happen, in any order.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random

from trellis.events import catalogue as facts
from trellis.journeys.engine.decide import play
from trellis.journeys.engine.effects import AddTask, Close, Deliver, Effect, HoldBack, MoveStage, Send
from trellis.journeys.engine.state import RESPONSE_CLOCKS
from trellis.journeys.lint.alphabet import Alphabet
from trellis.journeys.lint.finding import Finding
from trellis.journeys.lint.search import tell
from trellis.journeys.playbook.schema import Playbook, Rule
from trellis.journeys.rehearsal.roster import Roster
from trellis.journeys.rehearsal.walk import Step, Walk

Sees = Callable[[Finding, Walk], bool]
SEEN: dict[str, Sees] = {}
FAR = 60
# These are read off the text or the people; there is nothing that could be told again.
WITHOUT_A_STORY = frozenset(
    {
        *("J0.unreadable", "J0.not-searched", "J2.nobody", "J2.all-away", "J3.never-open"),
        *("J4.part-empty", "J4.no-question", "J4.two-questions", "J4.title", "J6.no-delivery"),
    }
)


def is_true(finding: Finding, playbook: Playbook, roster: Roster) -> bool:
    """Whether the end of the story is as bad as the finding says."""
    if finding.path is None:
        nobody_works = all(member.role == "viewer" for member in roster.members)
        is_untold = (finding.code == "J4.variable" and not finding.rule_id) or (
            finding.code == "J2.team-empty" and nobody_works
        )
        return finding.code in WITHOUT_A_STORY or is_untold
    return SEEN[finding.code](finding, finding.path.replay(playbook, roster))


def sees(*codes: str) -> Callable[[Sees], Sees]:
    def keep(see: Sees) -> Sees:
        SEEN.update(dict.fromkeys(codes, see))
        return see

    return keep


def wander(walk: Walk, seed: int) -> Iterator[Step]:
    """Whatever may happen next, by chance."""
    luck, alphabet = Random(seed), Alphabet(walk.playbook)
    for _ in range(FAR):
        happenings = list(alphabet.happenings(walk))
        if not happenings:
            return
        began = len(walk.steps)
        tell(walk, luck.choice(happenings))
        yield from walk.steps[began:]


@sees("J1.unreachable")
def never_gets_there(finding: Finding, walk: Walk) -> bool:
    told = [*walk.steps, *wander(walk, 1)]
    return all(step.after.stage != finding.stage for step in told)


@sees("J1.dead-end")
def stays_there(finding: Finding, walk: Walk) -> bool:
    return all(step.after.stage == finding.stage for step in wander(walk, 2)) and walk.state.stage == finding.stage


@sees("J1.memory")
def nothing_is_due(finding: Finding, walk: Walk) -> bool:
    by_rule = [task for task in walk.state.person_tasks if "/" not in task.rule_id]
    return walk.state.status == "open" and not (walk.state.clocks or walk.coming() or by_rule)


@sees("J3.no-deadline")
def has_no_limit(finding: Finding, walk: Walk) -> bool:
    return walk.state.status == "open" and all(clock.kind != "stage" for clock in walk.state.clocks)


@sees("J3.no-promise")
def waits_without_a_promise(finding: Finding, walk: Walk) -> bool:
    told = [step for step in walk.steps if not isinstance(step.fact, facts.MessageHandedOver)]
    return told[-1].fact.from_customer and all(clock.kind not in RESPONSE_CLOCKS for clock in walk.state.clocks)


@sees("J3.nobody-on-duty", "J3.off-for-days")
def nobody_is_there(finding: Finding, walk: Walk) -> bool:
    """Minute by minute, from the promise to its end."""
    clock = next(clock for clock in walk.state.clocks if clock.rule_id == finding.rule_id)
    team, minute = walk.playbook.stages[finding.stage].owner.team, walk.at
    while minute <= clock.due_at:
        people = walk.roster.world(walk.customer, minute).people
        if any(team in person.teams and person.on_duty and person.role != "viewer" for person in people):
            return False
        minute += timedelta(minutes=1)
    return True


@sees("J2.team-empty")
def falls_to_others(finding: Finding, walk: Walk) -> bool:
    owner = walk.roster.world(walk.customer, walk.at).person(walk.state.owner)
    team = walk.playbook.stages[finding.stage].owner.team
    return owner is not None and (team not in owner.teams or owner.role == "viewer")


@sees("J3.two-ways")
def either_way_opens(finding: Finding, walk: Walk) -> bool:
    """Were the ways written in the other order, the same fact would lead elsewhere."""
    step = next(step for step in reversed(walk.steps) if any(isinstance(one, MoveStage) for one in step.effects))
    stage = walk.playbook.stages[finding.stage]
    turned = stage.model_copy(update={"next": stage.next[::-1]})
    other = walk.playbook.model_copy(update={"stages": walk.playbook.stages | {finding.stage: turned}})
    world = walk.roster.world(walk.customer, step.at)
    return play(other, step.before, step.fact, world, step.at).state.stage != step.after.stage


@sees("J3.twice", "J3.two-messages")
def both_act(finding: Finding, walk: Walk) -> bool:
    """The rule acts, and another does the same on the same fact."""
    step = next(step for step in reversed(walk.steps) if any(one.rule_id == finding.rule_id for one in step.effects))
    acts = [one for one in step.effects if isinstance(one, Send | AddTask | HoldBack) and one.rule_id]
    kinds = [action_of(walk, one.rule_id) for one in acts if one.rule_id != finding.rule_id]
    return action_of(walk, finding.rule_id) in kinds


def action_of(walk: Walk, rule_id: str) -> str:
    place = walk.playbook.places.get(rule_id)
    return place.rule.action if place and isinstance(place.rule, Rule) else ""


@sees("J3.wait")
def never_opens(finding: Finding, walk: Walk) -> bool:
    moves = (one for step in wander(walk, 3) for one in step.effects if isinstance(one, MoveStage))
    return all(one.rule_id != finding.rule_id for one in moves)


@sees("J3.loop")
def comes_round(finding: Finding, walk: Walk) -> bool:
    entered = [step for step in walk.steps if step.after.stage == finding.stage != step.before.stage]
    return len(entered) >= 3 and all(isinstance(step.fact, facts.TaskDue) for step in entered[-2:])


@sees("J3.repeats")
def is_sent_again(finding: Finding, walk: Walk) -> bool:
    """Twice since their last word."""
    spoke = max(number for number, step in enumerate(walk.steps) if step.fact.from_customer)
    since = [one for step in walk.steps[spoke:] for one in step.effects if isinstance(one, Send)]
    return sum(one.rule_id == finding.rule_id for one in since) >= 2


@sees("J4.variable", "J4.variable-by-hand")
def cannot_be_sent(finding: Finding, walk: Walk) -> bool:
    """The product's own rendering refuses it."""
    from trellis.journeys.messages import Unresolved, names_for, render_message
    from trellis.team.models import Business

    here = Business(name="Ours", phone="1", place="Here")
    for step in reversed(walk.steps):
        for one in step.effects:
            if isinstance(one, Send) and one.rule_id == finding.rule_id:
                names = names_for(walk.roster.world(walk.customer, step.at), step.after, here, step.at)
                try:
                    render_message(walk.playbook.messages[one.message], one.channel, names)
                except Unresolved:
                    return True
                return False
    return False


@sees("J4.opt-out")
def goes_out(finding: Finding, walk: Walk) -> bool:
    return any(isinstance(one, Send) and one.rule_id == finding.rule_id for step in walk.steps for one in step.effects)


@sees("J5.quiet-missing", "J5.quiet-open")
def is_forgotten(finding: Finding, walk: Walk) -> bool:
    return (walk.state.status, walk.state.stage, walk.coming()) == ("open", finding.stage, None)


@sees("J5.after-exit")
def is_gone(finding: Finding, walk: Walk) -> bool:
    """It was waiting, it waits no more, and its time never came."""
    waited = any(task.rule_id == finding.rule_id for step in walk.steps for task in step.before.tasks)
    came = any(one.rule_id == finding.rule_id and not isinstance(one, AddTask) for one in done_effects(walk))
    return waited and not came and walk.task_of(finding.rule_id) is None


def done_effects(walk: Walk) -> Iterator[Effect]:
    """What rules did when their time came."""
    for step in walk.steps:
        task = step.before.task(step.fact.task_id) if isinstance(step.fact, facts.TaskDue) else None
        yield from (one for one in step.effects if task and one.rule_id == task.rule_id)


@sees("J6.nothing-after", "J6.never-asked")
def never_hears_from_us(finding: Finding, walk: Walk) -> bool:
    began = next(n for n, step in enumerate(walk.steps) if any(isinstance(one, Deliver) for one in step.effects))
    later = [one for step in walk.steps[began + 1 :] for one in step.effects]
    return not any(isinstance(one, Send) and not one.suppressed for one in later) and not (walk.coming())


@sees("J6.won-ends")
def won_and_nothing_more(finding: Finding, walk: Walk) -> bool:
    won = any(isinstance(one, Close) and one.outcome == "won" for one in walk.steps[-1].effects)
    return won and not walk.state.delivered and not walk.state.tasks
