"""How likely two contacts are one person, and the reasons in sentences. Pure."""

from dataclasses import dataclass

from trellis.people.linkage.comparisons import QUESTIONS, SAME, Answers, compare
from trellis.people.linkage.traits import Traits
from trellis.people.linkage.weights import Weights

# Answers hang together (who moves has another place and another address), so that their sum promises too much: each
# bit of it counts for so much. Found on the public sets, where the probabilities then come true.
TRUST = 0.85
# Less than so many bits is not worth saying.
WORTH_SAYING = 0.5
# From here on a pair is shown to a person.
SHOWN = 0.5
SPEAKS = {question.key: question.says for question in QUESTIONS}


@dataclass(frozen=True)
class Likeness:
    """`probability` from 0 to 1, `weight` in bits, and why, what says most first."""

    probability: float
    weight: float
    reasons: list[str]

    @property
    def per_mille(self) -> int:
        return round(self.probability * 1000)


def likeness(one: Traits, other: Traits, weights: Weights) -> Likeness:
    """How likely it is that these are one person."""
    answers = compare(one, other)
    weight = weights.weight(answers)
    return Likeness(probability=probability_of(weight), weight=weight, reasons=reasons_of(answers, weights))


def probability_of(weight: float) -> float:
    return 1 / (1 + 2 ** -max(min(TRUST * weight, 500.0), -500.0))


def reasons_of(answers: Answers, weights: Weights) -> list[str]:
    """Sentences, first what speaks most, for or against."""
    told: dict[str, float] = {
        SPEAKS[key][level]: weights.of(key, level, value) for key, (level, value) in answers.items()
    }
    if answers.get("given", ("", ""))[0] == SAME and answers.get("family", ("", ""))[0] == SAME:
        told["Same name"] = told.pop("Same first name") + told.pop("Same last name")
    worth = {sentence: bits for sentence, bits in told.items() if abs(bits) >= WORTH_SAYING}
    return sorted(worth, key=lambda sentence: -abs(worth[sentence]))
