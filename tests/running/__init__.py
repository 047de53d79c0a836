"""Setting up, running and checking, as somebody who just cloned the repository would."""
