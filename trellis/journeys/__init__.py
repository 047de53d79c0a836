"""The spine: one customer walking one playbook, with owner, next step and deadline.

Nouns: Playbook, Stage, Journey, Task, StageVisit, Clock, Decision.
Verbs: publish, start, apply, wake, audit."""
