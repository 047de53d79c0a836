"""How a file is brought in: where its columns go, what happens to values that are there, how a row is matched. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any, Self

from trellis.core.quick import quick
from trellis.transfer.reading.columns import TARGETS, Target

KEEP, FILL, OVERWRITE = "keep", "fill", "overwrite"
POLICIES = {FILL: "Fill what is empty", OVERWRITE: "Overwrite", KEEP: "Only for new contacts"}
CUSTOM, NEW = "custom.", "new."
# The column that the file of rows to mend has beside those of the file.
WHAT_WAS_WRONG = "What was wrong"
# What may be made of a column that has no field yet.
NEW_KINDS = {
    "text": "text",
    "number": "number",
    "money": "money",
    "date": "date",
    "yes_no": "yes or no",
    "link": "link",
}
# Columns that together make one field; the policy is that of the field.
NAMES = ("name", "first_name", "last_name")
STREET = ("address", "postal_code", "region", "country")
EMAILS = ("email", "email_2", "email_3")
PHONES = ("phone", "mobile", "phone_2", "phone_3")
MATCHES = {"address": "Email address, then phone number", "email": "Email address alone", "phone": "Phone number alone"}
NOT_YET = frozenset({"owner", "time_zone", "website", "birthday", "external_id"})
# Who asked us to stop elsewhere asked us to stop.
REFUSALS = (
    Target("refuse_email", "Wants no email (opt-out)", "yes_no"),
    Target("refuse_sms", "Wants no text messages (opt-out)", "yes_no"),
)
# Whose the journeys are that begin with the import.
JOURNEY_OWNER = Target("journey_owner", "Owner of the lead (a colleague’s email or name)", "text")
OFFERED = (*(target for target in TARGETS if target.key not in NOT_YET), *REFUSALS, JOURNEY_OWNER)
# What becomes of rows that no address matches and that are likely somebody here, or another row.
QUEUE, ASIDE = "queue", "aside"
LIKELY = {
    QUEUE: "Bring in, ask about pairs after",
    ASIDE: "Set aside, to be looked at first",
}
# Those that become a field of the business, with its kind: Trellis has no place of its own for them.
BECOME_CUSTOM = {"website": "link", "birthday": "date", "external_id": "text", "owner": "text"}


@dataclass(frozen=True)
class Column:
    """Where a column goes: a target of `reading.columns`, custom.<key>, new.<kind>, or "" to leave it out."""

    target: str = ""
    policy: str = FILL


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`match` is a key of MATCHES, or custom.<key> for a field that tells people apart.

    `date_order` is dmy, mdy or ymd, empty where nobody was asked yet; so is `decimal_comma` None, and then each number
    must say it by itself. `likely` is a key of LIKELY. `begins` is where a
    journey begins for everybody, as playbook/stage; empty where they are only written down.
    """

    columns: Sequence[Column] = ()
    match: str = "address"
    date_order: str = ""
    decimal_comma: bool | None = None
    likely: str = QUEUE
    begins: str = ""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        columns = [Column(**column) for column in told.get("columns", [])]
        return cls(**{**told, "columns": columns}) if told else cls()

    def told(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def targets(self) -> list[str]:
        return [column.target for column in self.columns if column.target]

    def faults(self) -> list[str]:
        """What stands in the way, in sentences."""
        found: list[str] = []
        if not {*NAMES, *EMAILS, *PHONES}.intersection(self.targets):
            found.append("Choose which column is the name, the email address or the phone number.")
        twice = {target for target in self.targets if self.targets.count(target) > 1 and not target.startswith(NEW)}
        if twice:
            labels = {target.key: target.label for target in TARGETS}
            found.append(f"{', '.join(labels.get(one, one) for one in sorted(twice))}: chosen for two columns.")
        needed = {"email": EMAILS, "phone": PHONES, "address": (*EMAILS, *PHONES)}.get(self.match, (self.match,))
        if not set(needed).intersection(self.targets) and self.match != "address":
            found.append("Rows are matched by a field that no column has: choose another, or the column that has it.")
        return found


@dataclass(frozen=True)
class Unread:
    """What cannot be read of a row: the target and its label, the text that stands there, and why, in a sentence."""

    target: str
    label: str
    text: str
    why: str


@quick
@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a row says of a person. `values` are the plain fields, `custom` stored values by their keys.

    `owner` is the id of the colleague who shall have the lead. With a `problem` the row is not brought in; else it
    comes in without what is `unread`, which is noted.
    """

    number: int
    name: str = ""
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    tags: Sequence[str] = ()
    notes: Sequence[str] = ()
    source: str = ""
    created_at: str = ""
    consents: Mapping[str, bool] = field(default_factory=dict)
    owner: str = ""
    unread: Sequence[Unread] = ()
    problem: str = ""

    @cached_property
    def addresses(self) -> list[tuple[str, str]]:
        """Each by kind and value, once."""
        both = [*(("email", value) for value in self.emails), *(("phone", value) for value in self.phones)]
        return list(dict.fromkeys(both)) if len(both) > 1 else both

    @property
    def faults(self) -> str:
        """What it comes in without, in sentences; empty where it is whole."""
        return " ".join(one.why for one in self.unread)
