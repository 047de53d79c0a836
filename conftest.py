"""The cast of every story."""

pytest_plugins = ["tests.again", "tests.cast", "tests.long_first", "tests.no_skips"]
