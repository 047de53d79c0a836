"""What everything stands on: ids, the base model, business time, money.

Imports nothing of ours."""
