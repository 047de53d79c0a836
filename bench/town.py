"""Who the people of the big business are, and what became of each of them."""

from random import Random

from bench.business import Setting
from bench.records import Life, Records
from bench.walks import Planned, Standing, standings

# More would not make the indexes work harder.
FIRST = [
    "Renee", "Kevin", "Tasha", "Marcus", "Dana", "Elena", "Andre", "Priscilla", "Lorna", "Curtis", "Dee", "Jon",
    "Gwen", "Sam", "Lin", "Marsha", "Joe", "Nadia", "Hank", "Bobbie", "Paul", "Ada", "Gary", "Sue", "Ruth", "Terry",
]  # fmt: skip
LAST = [
    "Castillo", "Doyle", "Greer", "Hale", "Whitlock", "Ruiz", "Baptiste", "Yoon", "Pike", "Webb", "Franklin", "Abara",
    "Adler", "Okeke", "Zhao", "Bell", "Pruitt", "Fields", "Morrow", "Nash", "Lindsey", "Brooks", "Thompson", "Delaney",
    "Vance", "Sutton", "Maddox", "Crane", "Tolbert", "Ferris", "Knox", "Lowry", "Mabry", "Norwood", "Oakes", "Purcell",
]  # fmt: skip
PLACES = ("Conway", "Vilonia", "Greenbrier", "Mayflower", "Maumelle", "Cabot", "Morrilton", "Little Rock")

HOUR, DAY = 60, 24 * 60
TWO_YEARS = 2 * 365 * DAY
# What became of the contacts: of a hundred, how many. The others never asked for anything.
SHARES = {"open": 0.20, "parked": 0.02, "won": 0.15, "lost": 0.10}
# Where the open ones stand, stage by stage.
STANDING = (0.19, 0.30, 0.17, 0.15, 0.11, 0.08)
# When their next step is due: a share of them, from and until.
DUE = (
    (0.003, -4 * HOUR, 0),
    (0.006, 1, HOUR),
    (0.04, HOUR, 6 * HOUR),
    (0.06, 22 * HOUR, 31 * HOUR),
    (1, 2 * DAY, 12 * DAY),
)
# One contact in so many has a long story.
LONG_STORY_EVERY, LONG_STORY = 5_000, 400
# One company for so many contacts; a third of them belong to it.
COMPANY_EVERY = 60
# The share of people who wear a tag.
TAGGED = 0.25
# The share of open journeys that wait for a reply of ours, and for how long at most.
OWED, OWED_FOR = 0.1, 8 * HOUR


class Town:
    """Settles people one by one and has their rows recorded."""

    def __init__(self, setting: Setting, size: int, random: Random) -> None:
        self.size = size
        self.random = random
        self.standings = standings(setting.document)
        self.users = [user.pk.hex for user in setting.users]
        self.company = ""
        self.records = Records(setting)

    def settle(self, number: int) -> None:
        """One person, with everything that happened."""
        records = self.records
        contact, created = records.contacts.new_id(), (number - self.size) * TWO_YEARS // self.size
        first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
        email = f"{first}.{last}.{number}@example.com".lower()
        if number % COMPANY_EVERY == 0:
            self.company = records.company(f"{last} Properties {number // COMPANY_EVERY}", created)
        company = self.company if number % 3 == 0 else None
        records.contact(contact, f"{first} {last}", company, PLACES[number % len(PLACES)], created)
        if self.random.random() < TAGGED:
            records.wear(contact, int(self.random.random() * 1_000))
        records.point(contact, "email", email, created)
        if number % 2:
            records.point(contact, "phone", f"+1501{number:07d}", created)
        if status := self.what_became():
            self.walk(self.life_of(number, contact, first, email, status, created))
        else:
            records.story(contact, None, None, created, 2 + number % 2)
            if number % 10 == 0:
                records.spam(created)
        if number % LONG_STORY_EVERY == 0:
            records.story(contact, None, self.users[0], created, LONG_STORY)

    def what_became(self) -> str:
        luck = self.random.random()
        for status, share in SHARES.items():
            if luck < share:
                return status
            luck -= share
        return ""

    def life_of(self, number: int, contact: str, first_name: str, email: str, status: str, created: int) -> Life:
        """Who walks today came back within two months, however long ago they were first here."""
        lately = -HOUR - int(self.random.random() * 60 * DAY)
        return Life(
            number=number,
            contact=contact,
            journey=self.records.journeys.new_id(),
            first_name=first_name,
            email=email,
            status=status,
            stage=len(STANDING) - 1 if status == "won" else self.some_stage(),
            began=max(created, lately) if status == "open" else created,
            owner=self.users[number % len(self.users)],
        )

    def some_stage(self) -> int:
        luck = self.random.random()
        for stage, share in enumerate(STANDING):
            if luck < share:
                return stage
            luck -= share
        return 0

    def walk(self, life: Life) -> None:
        """The journey as it stands, and its trail."""
        records = self.records
        {"open": self.go_on, "parked": self.rest}.get(life.status, self.end)(life)
        records.path(life)
        records.clock(life, "first_response", "first-reply", life.began + 5, life.began + 4)
        for sentence in ("Queued “We got it” by email: New: form", f"Set “Call {life.first_name}”: New: form"):
            records.decision(life, sentence)
        records.talk(life, they_wrote=life.number % 5 < 3, we_called=life.number % 5 < 2)
        records.signal(life)
        records.story(life.contact, life.journey, life.owner, life.began, 8)

    def go_on(self, life: Life) -> None:
        """Open: a person's step where there is one, and what the machine does if nobody acts."""
        records, standing = self.records, self.standings[life.stage]
        dues = {}
        for planned, days in ((standing.quiet, 10), (standing.late, 14)):
            due = 1 + int(self.random.random() * days * DAY)
            dues[records.task(life, planned, due)] = due
        records.clock(life, "stage", standing.limit_id, due, None)
        if self.random.random() < OWED:
            records.clock(life, "reply", "reply", int((self.random.random() - 0.1) * OWED_FOR), None)
        if step := self.step_of(life, standing):
            due = self.some_due()
            records.journey(life, records.task(life, step, due, assignee=life.owner), due)
        else:
            first = min(dues, key=lambda task: (dues[task], task))
            records.journey(life, first, dues[first])
        if life.stage:
            records.done(life)

    def step_of(self, life: Life, standing: Standing) -> Planned | None:
        """Some wait for the customer: then the machine's step leads."""
        return standing.step if life.number % 12 else None

    def some_due(self) -> int:
        luck = self.random.random()
        for share, first, last in DUE:
            if luck < share:
                return first + int(self.random.random() * (last - first))
            luck -= share
        return DAY

    def rest(self, life: Life) -> None:
        until = DAY + int(self.random.random() * 80 * DAY)
        records = self.records
        records.journey(life, records.task(life, Planned("wake", "rest", "Wake this up again"), until), until)

    def end(self, life: Life) -> None:
        self.records.journey(life, None, None)
        self.records.done(life)
