"""Saying no: what a verb raises when it cannot be done, mapped to a form error or problem+json at the doors."""


class Refused(ValueError):
    """It cannot be done. `code` is for machines, `sentence` says why and what to do instead."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
