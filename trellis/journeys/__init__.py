"""The spine: one customer walking one playbook, with owner, next step and deadline.

Nouns: Playbook, Draft, Stage, Journey, Task, StageVisit, Clock, Decision, Handover.
Verbs: capture, apply, wake, publish, roll back, audit; and before anything runs: lint, rehearse, simulate, replay."""
