"""A small playbook in every style that YAML has, for edits to go through without disturbing anybody."""

from trellis.journeys.playbook.load import load_playbook

# Written by three people: in braces, in lines, and with what they thought of it.
SMALL = """\
# Gutters, for the season.
playbook: gutters
title: Gutter cleaning
kind: sales
calendar: office
starts_on: [form]
quiet_hours:
  from: "20:00"
  to: '08:00'
cap: {messages: 2}
questions:
- key: floors
  ask: How many floors?
stages:
  new:
    title: New
    phase: new
    means: >-
      Someone reached out, and nobody
      has spoken with them.
    owner: {team: crew}
    limits:
      - {id: first, clock: first_response, within: 5m, late: [{id: first-late, reassign: next_free}]}
      - id: stay
        clock: stage
        within: 3d
        late:
          - {id: stay-late, escalate: manager}
          - {id: stay-later, after: 2h, escalate: manager}
    enter:
      - id: ask-them
        if: {any: [{field: stage, is: new}, {field: answers.floors, more_than: 2}]}
        task: {call: "Ask {{ contact.first_name }}", due: 1h}
      - {
          id: note,
          send: hello,
        }
    when:
      - on: [form]
        do: [{id: ack, send: hello}, {id: tag-it, tag: gutters}]
      - {on: [missed_call], do: [{id: back, task: {call: Back, due: 1h}}]}

    quiet:
      -
        id: rest
        after: 6d
        park: 30d
        reason: |
          No answer.
    next:
      - {id: spoke, to: done, on: [call_answered], done: [ask-them, back]}
      - {id: time, to: done, after: 9d}


  done:
    title: Done
    phase: customer
    means: The gutters are clean.
    owner: {team: crew, by: keep}
    limits: [{id: done-stay, clock: stage, within: 9d, late: [{id: done-late, escalate: manager}]}]
    next: [{id: again, to: new, after: 300d}]
messages:
  hello:
    title: Hello
    acknowledge: Hi.
    ask: One floor or two?
    next_step: We call.
  bye: {title: Bye, acknowledge: Thanks., ask: All good?, next_step: "Until then."}
after_delivery:
- {id: review, after: 3d, send: bye}
parking: {at_most: 2, reason: Rested twice, wake: [{id: wake, task: {call: See, due: 1d}}]}
"""

GUTTERS = load_playbook(SMALL)
