"""What a row says of a person, in words: each value as it would be written."""

from collections.abc import Iterator, Mapping

from trellis.people.custom_values import as_text
from trellis.transfer.importing.drafts import LABELS, Reader
from trellis.transfer.importing.plan import JOURNEY_OWNER, Draft


def in_words(draft: Draft, reader: Reader, colleagues: Mapping[str, str]) -> list[tuple[str, str]]:
    """Label and value of all that the draft says, but for the name. `colleagues` are names by id."""
    told = [*plain_values(draft), *own_values(draft, reader, colleagues)]
    told += [(LABELS["note"], note) for note in draft.notes]
    told += [(LABELS[f"consent_{channel}"], "yes" if given else "no") for channel, given in draft.consents.items()]
    told += [(JOURNEY_OWNER.label, colleagues.get(draft.owner, ""))]
    return [(label, value) for label, value in told if value]


def plain_values(draft: Draft) -> Iterator[tuple[str, str]]:
    yield from ((LABELS["email"], value) for value in draft.emails)
    yield from ((LABELS["phone"], value) for value in draft.phones)
    yield from ((LABELS[key], value) for key, value in draft.values.items())
    yield LABELS["tags"], ", ".join(draft.tags)
    yield LABELS["source"], draft.source
    yield LABELS["created_at"], draft.created_at[:10]


def own_values(draft: Draft, reader: Reader, colleagues: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Of fields of the business, those among them that the import will make."""
    for target, key in reader.keys.items():
        if draft.custom.get(key) is not None:
            field, _ = reader.fields[target]
            yield field.label, as_text(field.kind, draft.custom[key], colleagues)
