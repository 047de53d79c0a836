"""The filter above a list of open journeys: whose, with which tag, due when, with priority, and any other condition.

It is read from the query of an address, so that a filtered page can be kept and sent. What it does not know it ignores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from urllib.parse import urlencode

from django.core.cache import cache
from django.db.models import Exists, OuterRef, Q, QuerySet

from trellis.core.memory import keep
from trellis.desk.queries.conditions import Conditions
from trellis.desk.queries.open_journeys import open_journeys
from trellis.journeys.models import Journey
from trellis.people.models import Tag
from trellis.team.models import User
from trellis.team.queries import active_people
from trellis.web.times import Viewer

MINE = "me"
DUE = {"overdue": "Overdue", "today": "Due today"}
MOST_TAGS = 100
MANY_WEAR_IT = 4_000
# Of so many, those that are due first, it is asked whether a condition holds that any field may be part of.
NEAREST = 2_000


@dataclass(frozen=True, kw_only=True)
class Chip:
    """One part of the filter that is on: what it says, and the query of the page without it."""

    words: str
    without: str


@dataclass(frozen=True, kw_only=True)
class JourneyFilter:
    """What to show. `kept` are the other parameters of the page, such as the playbook: links and the form keep them.

    With conditions only those that are due until `horizon` are looked at, where very many are open.
    """

    viewer: Viewer
    user: User
    people: Sequence[User]
    tags: Sequence[Tag]
    owner: User | None = None
    tag: Tag | None = None
    tag_is_common: bool = False
    due: str = ""
    priority: bool = False
    conditions: Conditions = field(default_factory=Conditions)
    horizon: datetime | None = None
    kept: Mapping[str, str] = field(default_factory=dict)

    def narrow(self, journeys: QuerySet[Journey], *, in_order: bool = False) -> QuerySet[Journey]:
        """Only those that the filter lets through. `in_order`: only the first ones of a long list are read."""
        return journeys.filter(self.plain_condition(), self.tag_condition(in_order=in_order))

    def tag_condition(self, *, in_order: bool) -> Q:
        """From the side of those who wear the tag; from the list where that is one person's, or where so many wear it
        that its first ones soon come.
        """
        if self.tag is None:
            return Q()
        if self.tag_is_common and (in_order or self.owner):
            return Q(Exists(self.tag.contact_tags.filter(contact=OuterRef("contact"))))
        return Q(contact__in=self.tag.contact_tags.values("contact"))

    def plain_condition(self) -> Q:
        wanted = self.conditions.q(self.viewer.now.astimezone(self.viewer.zone))
        if self.owner:
            wanted &= Q(owner=self.owner.pk)
        if self.due:
            wanted &= Q(due_at__lte=self.due_until)
        if self.priority:
            wanted &= Q(priority_at__isnull=False)
        if self.horizon:
            wanted &= Q(due_at__lte=self.horizon)
        return wanted

    @property
    def due_until(self) -> datetime:
        """Now, or the end of the viewer's day."""
        midnight = datetime.combine(self.viewer.today + timedelta(days=1), time(), self.viewer.zone)
        return self.viewer.now if self.due == "overdue" else midnight

    @property
    def is_on(self) -> bool:
        return bool(self.parameters)

    @property
    def is_mine(self) -> bool:
        return self.owner is not None and self.owner.pk == self.user.pk

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The filter as parameters of an address."""
        owner = MINE if self.is_mine else str(self.owner.pk) if self.owner else ""
        given = {
            "owner": owner,
            "tag": self.tag.name if self.tag else "",
            "due": self.due,
            "priority": "1" if self.priority else "",
        }
        return [*((name, value) for name, value in given.items() if value), *self.conditions.parameters]

    @property
    def query(self) -> str:
        """For links to the same list seen another way."""
        return urlencode([*self.kept.items(), *self.parameters])

    @property
    def kept_by_form(self) -> list[tuple[str, str]]:
        """What the form has no field for."""
        return [*self.kept.items(), *self.conditions.parameters]

    @property
    def list_query(self) -> str:
        """The conditions alone, for the list that they came from."""
        return urlencode(self.conditions.parameters)

    @property
    def nearest(self) -> int:
        """How many were looked at, where not all were."""
        return NEAREST if self.horizon else 0

    @property
    def own_query(self) -> str:
        """The filter alone, for links to other lists."""
        return urlencode(self.parameters)

    @property
    def query_without(self) -> str:
        """Everything but the filter."""
        return urlencode(self.kept)

    @property
    def chips(self) -> list[Chip]:
        """What is on, each with a way to take it off."""
        owner = "Mine" if self.is_mine else self.owner.name if self.owner else ""
        said: list[tuple[str, JourneyFilter]] = [
            (owner, replace(self, owner=None)),
            (self.tag.name if self.tag else "", replace(self, tag=None)),
            (DUE.get(self.due, ""), replace(self, due="")),
            ("Priority" if self.priority else "", replace(self, priority=False)),
            *((words, replace(self, conditions=rest)) for words, rest in self.conditions.parts),
        ]
        return [Chip(words=words, without=rest.query) for words, rest in said if words]

    @property
    def dues(self) -> list[tuple[str, str]]:
        """The choices of when it is due."""
        return [("", "Any time"), *DUE.items()]


def read_filter(
    given: Mapping[str, str],
    *,
    user: User,
    viewer: Viewer,
    conditions: Conditions,
    kept: Mapping[str, str] | None = None,
) -> JourneyFilter:
    """The filter that the parameters of an address ask for, beside the conditions that it has."""
    people = sorted(active_people(), key=lambda person: person.name)
    tags: list[Tag] = keep("desk.tags", lambda: list(Tag.objects.order_by("name")[:MOST_TAGS]))
    owner, due = given.get("owner", ""), given.get("due", "")
    tag = tag_named(given.get("tag", ""), tags)
    return JourneyFilter(
        viewer=viewer,
        user=user,
        people=people,
        tags=tags,
        owner=user if owner == MINE else next((person for person in people if str(person.pk) == owner), None),
        tag=tag,
        tag_is_common=tag is not None and is_common(tag),
        due=due if due in DUE else "",
        priority=given.get("priority") == "1",
        conditions=conditions,
        horizon=horizon_of(user) if conditions.asked.condition else None,
        kept={name: value for name, value in (kept or {}).items() if value},
    )


def horizon_of(user: User) -> datetime | None:
    """Until when those are due that conditions are asked of; None where that is everybody whom they see."""
    return open_journeys(user).order_by("due_at").values_list("due_at", flat=True)[NEAREST : NEAREST + 1].first()


def tag_named(name: str, tags: Sequence[Tag]) -> Tag | None:
    """One of the first tags, or a later one that an address names."""
    if not name or "\x00" in name:
        return None
    small = name.lower()
    return next((one for one in tags if one.small == small), None) or Tag.objects.filter(small=small).first()


def is_common(tag: Tag) -> bool:
    """Whether more wear it than are quickly looked up one by one; asked once a minute."""
    key = f"desk.common-tag.{tag.pk}"
    found: bool | None = cache.get(key)
    if found is None:
        found = tag.contact_tags.all()[: MANY_WEAR_IT + 1].count() > MANY_WEAR_IT
        cache.set(key, found, 60)
    return found
