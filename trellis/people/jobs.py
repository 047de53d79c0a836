"""Looking through all contacts for those who may be one person: a batch at a time, resumed where it stopped.

Whether a contact is new or has changed is seen by its blocks: where they are not the ones that are kept, it is compared
with whoever shares one. No door has to say so, and none can forget it. All reading and weighing is done outside of any
transaction; only what was found is written in one, of a few milliseconds.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from trellis.core.rows import find_rows, insert_rows
from trellis.people.linkage.blocking import block_key, blocks
from trellis.people.linkage.learning import learn
from trellis.people.linkage.likeness import SHOWN, Likeness, likeness
from trellis.people.linkage.traits import Traits
from trellis.people.linkage.weights import Weights
from trellis.people.matching import neighbors, traits_of, weights_of, write_pairs
from trellis.people.merging import move
from trellis.people.models import BlockKey, Contact, DuplicateSearch, Merge
from trellis.people.tracing import pointers

BATCH = 40
EVERY = timedelta(hours=20)
# Whose nights are quiet: the hours of the business, between which a new search may begin.
NIGHT = range(1, 5)
# So many contacts teach enough.
PUPILS = 4_000
STRAGGLING = timedelta(minutes=2)

Pair = tuple[UUID, UUID]


def look_for_duplicates(*, at: datetime, hour: int) -> int:
    """Look at the next contacts; how many that were. `hour` is that of the business: a new search begins at night."""
    gather_stragglers(at=at)
    search = DuplicateSearch.objects.order_by("-began_at").first()
    if search is None:
        search = begin_search(at)
    batch = next_batch(search)
    if batch:
        return look_at(search, batch, at)
    if search.ended_at is None:
        DuplicateSearch.objects.filter(pk=search.pk).update(ended_at=at)
    elif search.began_at <= at - EVERY and hour in NIGHT:
        begin_search(at)
    return 0


def begin_search(at: datetime) -> DuplicateSearch:
    """The one before is done: only what it learned is kept, until this one has learned anew."""
    total = Contact.objects.genuine().count()
    weights = learn(traits_of(pupils(total)), total=total)
    search = DuplicateSearch(began_at=at, weights=weights.as_json())
    with transaction.atomic():
        DuplicateSearch.objects.all().delete()
        search.save(force_insert=True)
    return search


def pupils(total: int) -> Sequence[UUID]:
    """From whom the weights are learned: everybody, or of very many those in some blocks, with all who share these."""
    if total <= PUPILS:
        return list(Contact.objects.genuine().values_list("pk", flat=True))
    start = Random(total).randrange(-(2**63), 2**62)
    chosen = BlockKey.objects.filter(key__gte=start).order_by("key").values_list("contact_id", flat=True)[:PUPILS]
    return list(set(chosen)) or list(Contact.objects.genuine().order_by("pk").values_list("pk", flat=True)[:PUPILS])


def next_batch(search: DuplicateSearch) -> list[UUID]:
    people = Contact.objects.genuine().order_by("pk")
    if search.reached:
        people = people.filter(pk__gt=search.reached)
    return list(people.values_list("pk", flat=True)[:BATCH])


def look_at(search: DuplicateSearch, batch: Sequence[UUID], at: datetime) -> int:
    people = traits_of(batch)
    wanted = {pk: {block_key(block) for block in blocks(traits)} for pk, traits in people.items()}
    kept = kept_keys(batch)
    changed = {pk: people[pk] for pk, keys in wanted.items() if keys != kept[pk].keys()}
    likely = weigh(changed, {pk: wanted[pk] for pk in changed}, weights_of(search))
    with transaction.atomic():
        mine = DuplicateSearch.objects.filter(pk=search.pk, reached=search.reached)
        if not mine.update(reached=batch[-1], seen=search.seen + len(batch)):
            # Another worker was faster.
            return 0
        write_keys({pk: wanted[pk] for pk in changed}, kept)
        found = write_pairs(likely, at=at)
        if found:
            DuplicateSearch.objects.filter(pk=search.pk).update(found=search.found + found)
    return len(batch)


def kept_keys(batch: Sequence[UUID]) -> dict[UUID, dict[int, UUID]]:
    """The blocks that are kept of each contact, with the id of their row."""
    found: dict[UUID, dict[int, UUID]] = defaultdict(dict)
    for row in find_rows(BlockKey, contact=batch):
        found[row.contact_id][row.key] = row.pk
    return found


def write_keys(wanted: Mapping[UUID, set[int]], kept: Mapping[UUID, Mapping[int, UUID]]) -> None:
    gone = [row for pk, keys in wanted.items() for key, row in kept.get(pk, {}).items() if key not in keys]
    if gone:
        BlockKey.objects.filter(pk__in=gone).delete()
    insert_rows(
        BlockKey(contact_id=pk, key=key)
        for pk, keys in wanted.items()
        for key in sorted(keys - kept.get(pk, {}).keys())
    )


def weigh(people: Mapping[UUID, Traits], keys: Mapping[UUID, set[int]], weights: Weights) -> dict[Pair, Likeness]:
    """Each of these with whoever shares a block, here or among all; the pairs that a person should look at."""
    members = neighbors({key for theirs in keys.values() for key in theirs})
    for pk, theirs in keys.items():
        for key in theirs:
            members.setdefault(key, []).append(pk)
    pairs = {
        (max(pk, other), min(pk, other))
        for pk, theirs in keys.items()
        for key in theirs
        for other in members[key]
        if other != pk
    }
    known = {**traits_of({pk for pair in pairs for pk in pair} - people.keys()), **people}
    found = {pair: likeness(known[pair[0]], known[pair[1]], weights) for pair in pairs if known.keys() >= set(pair)}
    return {pair: one for pair, one in found.items() if one.probability >= SHOWN}


def gather_stragglers(*, at: datetime) -> int:
    """What was still being written about somebody while they were merged: it follows them."""
    gathered = 0
    recent = Merge.objects.filter(at__gt=at - STRAGGLING, undone_at=None)
    for pk in list(recent.values_list("pk", flat=True)):
        gathered += follow(pk)
    return gathered


@transaction.atomic
def follow(merge_id: UUID) -> int:
    merges = Merge.objects.select_related("other__merged_into").select_for_update(of=("self",))
    merge = merges.filter(pk=merge_id, undone_at=None).first()
    # Into whom they were merged may have been merged itself.
    to = merge.other.merged_into if merge else None
    if merge is None or to is None:
        return 0
    late = {one.name: ids for one in pointers() if (ids := move(one, one.of(merge.other), to))}
    for name, ids in late.items():
        merge.moved.setdefault(name, []).extend(ids)
    if late:
        merge.save(update_fields=["moved"])
    return sum(map(len, late.values()))
