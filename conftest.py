"""The cast of every story."""

pytest_plugins = ["tests.again", "tests.cast", "tests.no_skips"]
