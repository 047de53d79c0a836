"""The cast of every story."""

pytest_plugins = ["tests.cast", "tests.no_skips"]
