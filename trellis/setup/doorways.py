"""The pages of this room in the navigation, and what the palette finds of it by the words that people have for it."""

from collections.abc import Callable
from typing import Any

from trellis.team.permissions import can_administer, can_manage, can_see_history, can_shape_forms, may
from trellis.web.navigation import Doorway, Entry


def sees(noun: str) -> Callable[[Any], bool]:
    return lambda user: may(user, "see", noun)


ENTRIES = (
    Entry(
        key="people",
        label="People & hours",
        icon="users-round",
        url_name="setup:people",
        words="team colleagues users staff schedule",
        place=20,
        group="Structure",
        keys="h",
        noun="person",
    ),
    Entry(
        key="settings",
        label="Settings",
        icon="settings",
        url_name="setup:settings",
        words="options setup configuration admin",
        place=30,
        group="Structure",
        keys="o",
        noun="settings",
    ),
    Entry(
        key="playbooks",
        label="Playbooks",
        icon="waypoints",
        url_name="setup:playbooks",
        words="rules automation workflow stages",
        place=10,
        group="Structure",
        keys="p",
        noun="playbook",
    ),
)
OF_PEOPLE = (
    Doorway(
        label="Add a person",
        words="invite new colleague user teammate staff hire invitation",
        icon="user-round-plus",
        url_name="setup:add_person",
        is_for=can_administer,
        opens_dialog=True,
    ),
    Doorway(
        label="Add an absence",
        words="holiday vacation leave sick away time off colleague",
        icon="calendar-plus",
        url_name="setup:add_absence",
        opens_dialog=True,
    ),
    Doorway(
        label="Who is there",
        words="absences holidays vacations leave away duty planner",
        icon="users-round",
        url_name="setup:absences",
        is_for=sees("hours"),
    ),
    Doorway(
        label="Hours and public holidays",
        words="opening closed calendar week time",
        icon="clock",
        url_name="setup:hours",
        is_for=sees("hours"),
    ),
    Doorway(
        label="Add hours",
        words="new opening calendar night weekend shift",
        icon="calendar-clock",
        url_name="setup:add_hours",
        is_for=can_manage,
        opens_dialog=True,
    ),
    Doorway(
        label="Who answers",
        words="coverage duty call rota next two weeks gaps",
        icon="clock",
        url_name="setup:coverage",
        is_for=sees("hours"),
    ),
    Doorway(
        label="Teams",
        words="who gets leads turns",
        icon="users",
        url_name="setup:teams",
        is_for=sees("person"),
    ),
    Doorway(
        label="Add a team",
        words="new group",
        icon="users",
        url_name="setup:add_team",
        is_for=can_administer,
        opens_dialog=True,
    ),
    Doorway(
        label="Roles",
        words="rights permissions access who may do what allowed",
        icon="shield-check",
        url_name="setup:roles",
        is_for=can_administer,
    ),
    Doorway(
        label="Preferences",
        words="dark light theme language clock time zone keyboard keys single letter profile",
        icon="sliders-horizontal",
        url_name="setup:preferences",
    ),
)
OF_THE_BUSINESS = (
    Doorway(
        label="Business and branding",
        words="company name logo color address region language currency",
        icon="house",
        url_name="setup:business",
        is_for=sees("settings"),
    ),
    Doorway(
        label="Sign-in",
        words="second step two-factor 2fa required single sign-on sso",
        icon="shield-check",
        url_name="setup:sign_in",
        is_for=can_administer,
    ),
    Doorway(
        label="What was changed",
        words="history audit log who did when trail accountability changes",
        icon="history",
        url_name="setup:history",
        is_for=can_see_history,
    ),
    Doorway(
        label="Fields",
        words="custom own properties attributes of people companies leads",
        icon="list-plus",
        url_name="setup:fields",
        is_for=sees("settings"),
    ),
    Doorway(
        label="Connect mail and phone",
        words="connections email texts sms calls smtp twilio website",
        icon="plug",
        url_name="setup:connections",
        is_for=sees("settings"),
    ),
    Doorway(
        label="Inbound email",
        words="incoming receive forward replies mail",
        icon="mail-open",
        url_name="setup:inbound_email",
        is_for=sees("settings"),
    ),
    Doorway(
        label="API tokens",
        words="keys machines programs developers webhooks integrations",
        icon="key-round",
        url_name="setup:tokens",
        is_for=sees("settings"),
    ),
    Doorway(
        label="Forms",
        words="web website embed questions",
        icon="globe",
        url_name="setup:forms",
        is_for=sees("form"),
    ),
    Doorway(
        label="New form",
        words="add create web website",
        icon="file-plus",
        url_name="setup:form_new",
        is_for=can_shape_forms,
    ),
    Doorway(
        label="Add a playbook",
        words="new create rules workflow automation",
        icon="waypoints",
        url_name="setup:playbook_add",
        is_for=can_administer,
    ),
)
DOORWAYS = OF_PEOPLE + OF_THE_BUSINESS
