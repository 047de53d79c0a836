"""What of two people is compared, and how it can come out. Pure.

Each question has levels, the most alike first; its last level says that they differ. Where one side is unknown there is
no answer, and no weight.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from trellis.people.linkage.nearness import jaro_winkler, one_apart
from trellis.people.linkage.traits import Traits
from trellis.people.names import is_short_for

SAME, SHORT, NEAR, SWAPPED, LOCAL, SOME, OTHER = "same", "short", "near", "swapped", "local", "some", "other"
NEAR_ENOUGH = 0.88
# How many letters a word needs for one of them to be a slip: Ana and Ada are two names.
LONG_ENOUGH = 4

# The level of a question, and the value that both share where some values are commoner than others.
Answer = tuple[str, str]
Answers = dict[str, Answer]


@dataclass(frozen=True)
class Question:
    """One thing that is compared. `says` has the sentence of each level."""

    key: str
    says: dict[str, str]
    ask: Callable[[Traits, Traits], Answer | None]


def compare(one: Traits, other: Traits) -> Answers:
    """The answer to each question that both sides can answer."""
    answers = compare_names(one, other)
    for question in QUESTIONS:
        if question.key not in ("given", "family") and (answer := question.ask(one, other)):
            answers[question.key] = answer
    return answers


def compare_names(one: Traits, other: Traits) -> Answers:
    (given, family), (given_b, family_b) = one.name_parts, other.name_parts
    if not given or not given_b:
        return {}
    if family and family_b:
        if is_crossed(given, family, given_b, family_b):
            return {"given": (SWAPPED, "")}
        return {"given": compare_given(given, given_b), "family": compare_family(family, family_b)}
    single, (first, last) = (given_b, (given, family)) if family else (given, (given_b, family_b))
    if last and compare_family(single, last)[0] != OTHER:
        return {"family": compare_family(single, last)}
    return {"given": compare_given(single, first)}


def is_crossed(given: str, family: str, given_b: str, family_b: str) -> bool:
    """Family name first on one side."""
    straight = is_near(given, given_b) or is_near(family, family_b)
    return not straight and is_near(given, family_b) and is_near(family, given_b)


def compare_given(one: str, other: str) -> Answer:
    if one == other:
        return SAME, one
    if is_short_for(one, other):
        return SHORT, ""
    return (NEAR, "") if is_near(one, other) else (OTHER, "")


def compare_family(one: str, other: str) -> Answer:
    if one == other:
        return SAME, one
    return (NEAR, "") if is_near(one, other) else (OTHER, "")


def is_near(one: str, other: str) -> bool:
    """Perhaps one word, misspelled."""
    if one == other:
        return True
    longest = max(len(one), len(other))
    return jaro_winkler(one, other) >= NEAR_ENOUGH or (longest >= LONG_ENOUGH and one_apart(one, other))


def compare_emails(one: Traits, other: Traits) -> Answer | None:
    if not one.emails or not other.emails:
        return None
    if one.emails & other.emails:
        return SAME, ""
    if {local_part(email) for email in one.emails} & {local_part(email) for email in other.emails}:
        return LOCAL, ""
    return near_of(one.emails, other.emails, lambda a, b: one_apart(a, b) or jaro_winkler(a, b) >= 0.94)


def compare_phones(one: Traits, other: Traits) -> Answer | None:
    if not one.phones or not other.phones:
        return None
    return (SAME, "") if one.phones & other.phones else near_of(one.phones, other.phones, one_apart)


def near_of(some: Collection[str], others: Collection[str], is_alike: Callable[[str, str], bool]) -> Answer:
    return (NEAR, "") if any(is_alike(a, b) for a in some for b in others) else (OTHER, "")


def local_part(email: str) -> str:
    """What stands before the @; of a box that a whole office reads, all of it."""
    local = email.partition("@")[0]
    return email if local in OFFICES or len(local) < LONG_ENOUGH else local


_OFFICES = "info office contact hello mail admin sales support service kontakt team hallo post"
OFFICES = frozenset(_OFFICES.split())


def compare_addresses(one: Traits, other: Traits) -> Answer | None:
    return compare_words(one.address_words, other.address_words, most=0.7, some=0.4)


def compare_places(one: Traits, other: Traits) -> Answer | None:
    return compare_words(one.place_words, other.place_words, most=0.99, some=0.3)


def compare_words(ours: frozenset[str], theirs: frozenset[str], *, most: float, some: float) -> Answer | None:
    if not ours or not theirs:
        return None
    if ours == theirs:
        return SAME, ""
    share = shared(*sorted((ours, theirs), key=len))
    if share >= most:
        return NEAR, ""
    return (SOME, "") if share >= some else (OTHER, "")


def shared(fewer: frozenset[str], more: frozenset[str]) -> float:
    """How much of both is in both; a word that is nearly there counts nearly as much."""
    found = sum(1.0 if word in more else 0.8 * any(is_slip(word, other) for other in more) for word in fewer)
    return found / (len(fewer) + len(more) - found)


def is_slip(word: str, other: str) -> bool:
    return min(len(word), len(other)) >= LONG_ENOUGH and is_near(word, other)


def compare_birthdays(one: Traits, other: Traits) -> Answer | None:
    a, b = one.birthday, other.birthday
    if not a or not b:
        return None
    if a == b:
        return SAME, ""
    return (NEAR, "") if one_apart(a, b) or a == f"{b[:5]}{b[8:]}-{b[5:7]}" else (OTHER, "")


def compare_companies(one: Traits, other: Traits) -> Answer | None:
    a, b = one.company_words, other.company_words
    if not a or not b:
        return None
    if a == b:
        return SAME, ""
    return (NEAR, "") if is_near("".join(a), "".join(b)) or set(a) < set(b) or set(b) < set(a) else (OTHER, "")


def asked_with_the_name(key: str) -> Callable[[Traits, Traits], Answer | None]:
    return lambda one, other: compare_names(one, other).get(key)


QUESTIONS = (
    Question(
        "given",
        {
            SAME: "Same first name",
            SHORT: "One first name may be short for the other",
            NEAR: "First names differ by a letter or two",
            SWAPPED: "Same names in another order",
            OTHER: "Different first names",
        },
        asked_with_the_name("given"),
    ),
    Question(
        "family",
        {SAME: "Same last name", NEAR: "Last names differ by a letter or two", OTHER: "Different last names"},
        asked_with_the_name("family"),
    ),
    Question(
        "email",
        {
            SAME: "Same email address",
            LOCAL: "Email addresses differ only after the @",
            NEAR: "Email addresses are nearly the same",
            OTHER: "Different email addresses",
        },
        compare_emails,
    ),
    Question(
        "phone",
        {
            SAME: "Same phone number",
            NEAR: "Phone numbers differ by one digit",
            OTHER: "Different phone numbers",
        },
        compare_phones,
    ),
    Question(
        "address",
        {
            SAME: "Same address",
            NEAR: "Nearly the same address",
            SOME: "Addresses are partly the same",
            OTHER: "Different addresses",
        },
        compare_addresses,
    ),
    Question(
        "place",
        {
            SAME: "Same place",
            NEAR: "Same place, spelled otherwise",
            SOME: "Places are partly the same",
            OTHER: "Different places",
        },
        compare_places,
    ),
    Question(
        "birthday",
        {SAME: "Same birthday", NEAR: "Birthdays differ by one digit", OTHER: "Different birthdays"},
        compare_birthdays,
    ),
    Question(
        "company",
        {SAME: "Same company", NEAR: "Nearly the same company", OTHER: "Different companies"},
        compare_companies,
    ),
)
