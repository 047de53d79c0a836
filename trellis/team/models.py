"""The people of the business, when they work, and the keys that machines use."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from trellis.core.models import Base
from trellis.team.roles import Reach
from trellis.team.roles import Role as Role


class Business(Base):
    """The one business that this database belongs to."""

    name = models.CharField(max_length=120)
    place = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    time_zone = models.CharField(max_length=64, default="UTC")
    region = models.CharField(max_length=2, default="US", help_text="ISO 3166, for phone numbers without a prefix")
    currency = models.CharField(max_length=3, default="USD")
    locale = models.CharField(max_length=8, default="en-US")
    brand = models.CharField(max_length=40, blank=True, help_text="A CSS color for public pages")
    sampled_at = models.DateTimeField(null=True, blank=True, help_text="Set while sample records are in the database")
    two_steps_since = models.DateTimeField(null=True, blank=True, help_text="Set while everybody needs two steps")


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def active(self) -> models.QuerySet["User"]:
        return self.filter(deactivated_at=None)


class User(Base, AbstractBaseUser):
    """A person of the business. Deactivated, never deleted, after their journeys are handed over."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role, default=Role.SALES)
    phone = models.CharField(max_length=40, blank=True)
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; the business's when empty")
    hour_cycle = models.CharField(max_length=3, choices={"h12": "1:30 PM", "h23": "13:30"}, default="h12")
    locale = models.CharField(max_length=8, blank=True, help_text="en-US, en-GB, …; the business's when empty")
    week_starts_on = models.CharField(max_length=3, blank=True, help_text="mon, sun or sat; the locale's when empty")
    single_keys = models.CharField(max_length=3, choices={"on": "On", "off": "Off"}, default="on")
    theme = models.CharField(max_length=6, choices={"": "System", "light": "Light", "dark": "Dark"}, blank=True)
    hue = models.PositiveSmallIntegerField(default=150, help_text="0 to 360, of the avatar")
    calendar = models.ForeignKey("Calendar", null=True, blank=True, on_delete=models.RESTRICT, related_name="users")
    covers = models.JSONField(default=list, help_text="Areas and skills, in lower case: what a playbook may match")
    created_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True, blank=True)
    sampled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django asks for the name; we keep a when.
        return self.deactivated_at is None

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (words[0][0] + words[-1][0]).upper() if len(words) > 1 else self.name[:2].upper()

    def __str__(self) -> str:
        return self.name


class Team(Base):
    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    users: "models.ManyToManyField[User, Membership]" = models.ManyToManyField(
        User, through="Membership", related_name="teams"
    )


class Membership(Base):
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in which leads are dealt, lowest first")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team", "user"], name="a_person_is_once_in_a_team")]


class Calendar(Base):
    """Named working hours. `windows` holds local times by weekday, read by `core.business_time`.

    {"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "fri": [["20:00", "02:00"]]}: a window whose end is not
    after its start runs past midnight. `holidays` is a country or country-subdivision code ("US-AR") or empty.
    """

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64)
    windows = models.JSONField(default=dict)
    holidays = models.CharField(max_length=16, blank=True)


class CalendarDay(Base):
    """One date that differs from the week: closed when `windows` is empty."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days", db_index=False)
    date = models.DateField()
    windows = models.JSONField(default=list)
    label = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["calendar", "date"], name="a_date_differs_once")]


class Absence(Base):
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="absences", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="an_absence_ends_after_it_starts"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["user", "ends_at"], name="absence_of_user")]


class Notice(Base):
    """Something a person must be told: shown in the app until read."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices", db_index=False)
    text = models.CharField(max_length=240)
    journey_id = models.UUIDField(null=True, blank=True)
    contact_id = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "-created_at"], name="notice_of_user")]


class Change(Base):
    """What a person changed in plain rows at one moment, and how these stood before: enough to take it back.

    Kept for some minutes (see `undoing`). A row is {"table", "id", "before", "after"}: its columns that are different,
    all of them where it was added (`before` is null) or deleted (`after` is null).
    """

    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    at = models.DateTimeField(db_index=True)
    rows = models.JSONField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["by", "at"], name="a_change_is_kept_once")]


class Run(Base):
    """Long work in steps that a person can watch, pause, go on with and take back: a change of many, an import.

    `given` is what was asked for, `kept` where it stands; both are the kind's own (see `team.runs`).
    """

    kind = models.CharField(max_length=24)
    title = models.CharField(max_length=160)
    by = models.ForeignKey(User, on_delete=models.RESTRICT, related_name="runs")
    given = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0, help_text="How many records are behind it")
    failed = models.PositiveIntegerField(default=0, help_text="How many of them could not be done")
    total = models.PositiveIntegerField(null=True, help_text="Of how many, where that is known")
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often in a row a step went wrong")
    paused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=400, blank=True, help_text="How it ended, in a sentence")
    undoes = models.OneToOneField("self", null=True, on_delete=models.RESTRICT, related_name="undone_by")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(ended_at=None), name="run_to_do"),
            models.Index(fields=["-created_at"], name="run_by_age"),
        ]

    @property
    def has_failed(self) -> bool:
        """It ended before it was through, as `said` tells: it went wrong each time, or its person may no longer."""
        return bool(self.ended_at and self.attempts)

    @property
    def is_tried_again(self) -> bool:
        """Something went wrong the last time that it was carried on: each time is counted before a step goes well."""
        return self.attempts > 1

    @property
    def can_go_on(self) -> bool:
        """Somebody paused it, or it has failed."""
        return self.has_failed or bool(self.paused_at and not self.ended_at)


class RunPart(Base):
    """What one step of a run changed: the rows as a `Change` has them, so that it can be taken back."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    rows = models.JSONField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["run", "number"], name="a_run_has_a_part_once")]


class Grant(Base):
    """Where an admin made a role reach further, or less far, than it does by default (see `roles`)."""

    role = models.CharField(max_length=12, choices=Role)
    noun = models.CharField(max_length=16)
    verb = models.CharField(max_length=8)
    reach = models.PositiveSmallIntegerField(choices=Reach)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["role", "noun", "verb"], name="a_role_reaches_one_way_with_a_verb"),
            models.CheckConstraint(condition=Q(reach__in=[0, 1, 2, 3]), name="a_grant_has_a_known_reach"),
            models.CheckConstraint(condition=~Q(role="admin"), name="nothing_is_taken_from_admins"),
        ]


class ApiToken(Base):
    """A key for machines. Only the SHA-256 of `trl_…` is stored; the token itself is shown once."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="First characters, to recognise it by")
    role = models.CharField(max_length=12, choices=Role)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Shared(models.Model):
    """What several web processes must know at once, for a while: read and written by Django's cache in the database."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)
