"""Cutting off what a reply quotes, in the languages and layouts of mail programs. The whole stays in the raw."""

import re

# How an attribution starts and ends: “On Tue, Dec 9 2025, Dana wrote:”, “30.09.2025, 18.30, Dana <d@ridge.example>:”.
STARTS = re.compile(
    r"(?:on|le|am|el|il|in data|op|em|w dniu|dnia|den|på|dne)\b|\d|\w{2,10}[.,]{0,2} +\d", re.IGNORECASE
)
EVIDENCE = re.compile(r"\d[:.]\d\d|\b(?:19|20)\d\d\b|\S@\S")
WROTE = re.compile(
    r".*\b(?:wrote|a écrit|schrieb|escribió|ha scritto|schreef|escreveu|napisał(?:\(a\))?|napsal\(?a?\)?|skrev|"
    r"kirjoitti|írta|написал(?:\(а\)|а)?|пишет|yazdı)\s*:?",
    re.IGNORECASE,
)
ADDRESSED = re.compile(r".*\S+@\S+\s*[>)\]]+\s*:")
LONGEST_ATTRIBUTION = 4  # Lines.
WIDEST_ATTRIBUTION = 500  # Characters: nobody's name is longer, and patterns take their time with what is.

SEPARATOR = re.compile(
    r"[-_=*\s]*\b(?:begin )?(?:original message|original appointment|forwarded message|message d.origine|"
    r"message transféré|ursprüngliche nachricht|weitergeleitete nachricht|mensaje original|mensaje reenviado|"
    r"messaggio originale|mensagem original|oorspronkelijk bericht|doorgestuurd bericht|"
    r"oprindelig (?:besked|meddelelse)|opprinnelig melding|ursprungligt meddelande|alkuperäinen viesti|"
    r"исходное сообщение|пересылаемое сообщение)\s*:?[-_=*\s]*",
    re.IGNORECASE,
)
# The names of headers that programs copy above a quoted letter, by what they tell.
NAMES = {
    "from": r"from|de|von|van|da|fra|från|od|от|lähettäjä",
    "date": r"sent|date|envoyé(?: le)?|gesendet|verzonden|datum|inviato|data|enviado(?: el| em)?|fecha|dato|sendt|"
    r"skickat|wysłano|дата|отправлено|lähetetty|message du",
    "to": r"to|à|a|an|aan|para|til|till|do|кому|vastaanottaja|cc|copie à",
    "subject": r"subject|objet|sujet|betreff|onderwerp|oggetto|asunto|assunto|emne|ämne|temat|тема|aihe",
}
HEADERS = {kind: re.compile(rf"[\s*]*(?:{names})\s*\*?\s*:", re.IGNORECASE) for kind, names in NAMES.items()}
HEADER_LINES = 7
HEADER_KINDS = 3

RULE = re.compile(r"[\s>]*[-_=*]{2,}\s*")
SIGNATURE = re.compile(r"\s*(?:-{2,}|_{2,}|—+)\s*")
WRAPS_AT = 60


def visible_text(text: str) -> str:
    """What they wrote themselves; everything where nothing would be left, or where answers stand between quotes."""
    lines = [line.rstrip() for line in text.splitlines()]
    start, end = _attribution(lines)
    own = lines[:start]
    if end and _is_prefixed(lines[end:]):
        after = _unquoted(lines[end:])
        if after and any(line.strip() for line in own):
            own = lines
        elif after:
            own = after
    return _joined(_without_tail(own)) or _joined(lines)


def _attribution(lines: list[str]) -> tuple[int, int]:
    """Where what announces the quote starts and ends; (count of lines, 0) where nothing does."""
    for index in range(len(lines)):
        if length := _separator(lines, index) or _wrote(lines, index) or _headers(lines, index):
            return index, index + length
    return len(lines), 0


def _separator(lines: list[str], index: int) -> int:
    return 1 if lines[index].strip() and SEPARATOR.fullmatch(lines[index]) else 0


def _wrote(lines: list[str], index: int) -> int:
    """How many lines an attribution takes that starts here: programs wrap it at will."""
    said = ""
    for length, line in enumerate(lines[index : index + LONGEST_ATTRIBUTION], start=1):
        said = f"{said} {line.strip()}".strip("- ")
        if len(said) > WIDEST_ATTRIBUTION or not STARTS.match(said):
            return 0
        if not line.strip() or (line.startswith(">") and line != ">:"):
            return 0
        if EVIDENCE.search(said) and (WROTE.fullmatch(said) or ADDRESSED.fullmatch(said)):
            return length
    return 0


def _headers(lines: list[str], index: int) -> int:
    """Whether the headers of a quoted letter start here; they are part of what is cut off."""
    if not _header_kinds(lines[index]):
        return 0
    block = lines[index : index + HEADER_LINES]
    ends = next((at for at, line in enumerate(block) if not line.strip()), len(block))
    kinds = {kind for line in block[:ends] for kind in _header_kinds(line)}
    return 1 if "from" in kinds and len(kinds) >= HEADER_KINDS else 0


def _header_kinds(line: str) -> list[str]:
    return [kind for kind, pattern in HEADERS.items() if pattern.match(line)]


def _is_prefixed(lines: list[str]) -> bool:
    return next((line for line in lines if line.strip()), "").startswith(">")


def _unquoted(lines: list[str]) -> list[str]:
    """What stands between and below quoted lines, up to a signature. A long quoted line may have been wrapped."""
    own, above = [], ""
    for line in lines:
        is_wrapped = above.startswith(">") and len(above) >= WRAPS_AT
        if SIGNATURE.fullmatch(line):
            break
        if line.startswith(">"):
            above = line
        elif not is_wrapped or not line.strip():
            own.append(line)
            above = ""
    return own if any(line.strip() for line in own) else []


def _without_tail(lines: list[str]) -> list[str]:
    """Without the quoted, ruled and empty lines at the end."""
    kept = list(lines)
    while kept and (not kept[-1].strip() or kept[-1].startswith(">") or RULE.fullmatch(kept[-1])):
        kept.pop()
    return kept


def _joined(lines: list[str]) -> str:
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
