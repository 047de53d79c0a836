"""How near two words are, by their letters and by their sound. Pure."""

from functools import lru_cache

from trellis.people.names import plain_letters

# Consonants that are heard, written or misread alike; what is not here (vowels, h, w, y) is not told apart.
_SOUNDS = {
    letter: digit
    for digit, letters in {"1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}
_PREFIX, _PREFIX_SHARE = 4, 0.1


@lru_cache(maxsize=20_000)
def jaro_winkler(one: str, other: str) -> float:
    """From 0 to 1: how many letters they share near the same place, more where they begin alike."""
    if one == other:
        return 1.0
    jaro = _jaro(one, other)
    begins = 0
    while begins < min(len(one), len(other), _PREFIX) and one[begins] == other[begins]:
        begins += 1
    return jaro + begins * _PREFIX_SHARE * (1 - jaro)


def _jaro(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    reach = max(len(one), len(other)) // 2 - 1
    free = list(other)
    found: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(one):
        for near in range(max(0, place - reach), min(len(other), place + reach + 1)):
            if free[near] == letter:
                free[near] = ""
                found.append(letter)
                places.append(near)
                break
    if not found:
        return 0.0
    mirrored = [other[place] for place in sorted(places)]
    moved = sum(a != b for a, b in zip(found, mirrored, strict=True)) / 2
    share = len(found)
    return (share / len(one) + share / len(other) + (share - moved) / share) / 3


def one_apart(one: str, other: str) -> bool:
    """Whether one letter was added, left out, replaced or swapped with its neighbor; or none."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    swapped = len(a) > 1 and len(b) > 1 and a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b or a == b[1:] or a[1:] == b[1:]


@lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """Words that sound alike have the same: Meyer and Meier, Philips and Filips. In other scripts the word itself."""
    word = plain_letters(word)
    if not word.isascii() or not word.isalpha():
        return word
    heard = word.replace("ph", "f").replace("ck", "k").replace("gh", "g")
    code, last = heard[0], _SOUNDS.get(heard[0], "")
    for letter in heard[1:]:
        digit = _SOUNDS.get(letter, "")
        if digit and digit != last:
            code += digit
        if letter not in "hw":
            last = digit
    return code[:4]
