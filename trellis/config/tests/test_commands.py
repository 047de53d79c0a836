"""The `trellis` command, word by word."""

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from tests.cast import Business
from trellis.config.cli import main
from trellis.core.memory import forget
from trellis.journeys.guards import drop_guards
from trellis.journeys.models import Playbook
from trellis.journeys.publish import pack
from trellis.team.models import ApiToken, Membership, User
from trellis.team.queries import find_token


def test_audit_counts_open_journeys_and_finds_no_violation(ridgeline: Business, capsys: pytest.CaptureFixture) -> None:
    ridgeline.lead()
    assert main(["audit", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["open"], said["violations"], said["guards"]) == (1, 0, "present")
    assert set(said["by_rule"].values()) == {0}


def test_audit_fails_while_a_guard_is_missing(ridgeline: Business, capsys: pytest.CaptureFixture) -> None:
    drop_guards()
    assert main(["audit"]) == 1
    assert "guard_next_step_is_not_closed" in capsys.readouterr().out


def test_signals_add_up(db: None, capsys: pytest.CaptureFixture) -> None:
    assert main(["signals", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said == {"received": 0, "attached": 0, "joined": 0, "set_aside": 0, "waiting": 0}
    assert main(["signals"]) == 0
    assert "set aside: 0" in capsys.readouterr().out


def test_a_token_is_shown_once_and_opens_the_door(db: None, capsys: pytest.CaptureFixture) -> None:
    assert main(["token", "create", "website", "--role", "admin", "--json"]) == 0
    text = json.loads(capsys.readouterr().out)["token"]
    assert text.startswith("trl_")
    token = find_token(text)
    assert token is not None
    assert (token.name, token.role) == ("website", "admin")
    assert text not in str(ApiToken.objects.values().get())


def test_a_person_is_added_and_can_log_in_with_the_password_that_is_shown(
    db: None, capsys: pytest.CaptureFixture
) -> None:
    assert main(["user", "create", "Ana Reyes", "--email", "ana@roofs.example"]) == 0
    password = capsys.readouterr().out.split()[-1]
    ana = User.objects.get(email="ana@roofs.example")
    assert (ana.name, ana.role) == ("Ana Reyes", "admin")
    assert ana.check_password(password)


def test_two_people_cannot_have_one_email(ridgeline: Business, capsys: pytest.CaptureFixture) -> None:
    assert main(["user", "create", "Maya Two", "--email", "maya@ridgeline.example"]) == 1
    assert "is here already" in capsys.readouterr().err


def test_whoever_is_locked_out_gets_a_link_at_the_server(
    ridgeline: Business, client: Client, capsys: pytest.CaptureFixture
) -> None:
    TOTP.activate(ridgeline.maya, generate_totp_secret())
    assert main(["user", "link", "Maya@ridgeline.example", "--without-second-step"]) == 0
    link = capsys.readouterr().out.split()[-1]
    new = {"password1": "quiet-river-stone", "password2": "quiet-river-stone"}
    assert client.post(link.partition(":8000")[2], new).headers["Location"] == "/"
    assert client.get("/board/").status_code == 200


def test_nobody_is_linked_to_an_address_that_nobody_has(db: None, capsys: pytest.CaptureFixture) -> None:
    assert main(["user", "link", "nobody@ridgeline.example"]) == 1
    assert "Nobody works here with the email nobody@ridgeline.example." in capsys.readouterr().err


def test_a_token_of_an_unknown_role_is_refused(db: None, capsys: pytest.CaptureFixture) -> None:
    assert main(["token", "create", "website", "--role", "boss"]) == 1
    said = capsys.readouterr()
    assert "boss" in said.err
    assert "admin" in said.err
    assert said.out == ""
    assert not ApiToken.objects.exists()


def test_a_playbook_is_published_from_its_file(db: None, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "storm.yaml"
    file.write_text(pack("storm-and-repair"))
    assert main(["playbook", "publish", str(file)]) == 0
    assert "version 1" in capsys.readouterr().out
    assert Playbook.objects.get().active_at is not None


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (lambda file: file.write_text("playbook: x\nstages: 7\n"), "storm.yaml: line 2"),
        (lambda file: file.write_bytes(b"\xff\xfe\x00"), "cannot be read"),
        (lambda file: None, "cannot be read"),
    ],
    ids=["faulty", "no text", "missing"],
)
def test_a_playbook_that_is_none_is_refused_with_the_reason(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture, write: Callable[[Path], object], says: str
) -> None:
    file = tmp_path / "storm.yaml"
    write(file)
    assert main(["playbook", "publish", str(file)]) == 1
    assert says in capsys.readouterr().err
    assert not Playbook.objects.exists()


def test_a_playbook_is_proved_without_a_database(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "storm.yaml"
    file.write_text(pack("storm-and-repair"))
    assert main(["playbook", "lint", str(file)]) == 0
    assert capsys.readouterr().out == "0 errors, 0 warnings.\n"


def test_what_is_wrong_with_a_playbook_is_told_with_its_line_and_a_story(
    tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "storm.yaml"
    old, new = "id: rest, after: 6d, park: 90d, reason: No answer", "id: rest, after: 6d, tag: a"
    file.write_text(pack("storm-and-repair").replace(old, new))
    assert main(["playbook", "lint", str(file)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{file}:18:3: error J5.quiet-open: The quiet path of “New” has no end")
    assert lines[2].strip().startswith("lead arrives by form Tue 10:00 -> ")
    assert lines[-1] == "1 error, 0 warnings."
    assert main(["playbook", "lint", str(file), "--json"]) == 1
    [finding] = json.loads(capsys.readouterr().out)["findings"]
    assert (finding["code"], finding["stage"], finding["path"]["kind"]) == ("J5.quiet-open", "new", "form")


def test_what_is_no_playbook_is_a_finding_too(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    file = tmp_path / "storm.yaml"
    file.write_text("playbook: x\nstages: 7\n")
    assert main(["playbook", "lint", str(file), "--json"]) == 1
    assert {one["code"] for one in json.loads(capsys.readouterr().out)["findings"]} == {"J0.unreadable"}


def test_with_our_people_an_empty_team_is_found(
    ridgeline: Business, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    file = tmp_path / "storm.yaml"
    file.write_text(pack("storm-and-repair"))
    Membership.objects.filter(team__key="crew").delete()
    forget()
    assert main(["playbook", "lint", str(file), "--business"]) == 1
    assert "J2.team-empty: The team “crew” has nobody in it" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["up", "serve"])
def test_a_port_in_use_is_refused_before_anything_else(word: str, capsys: pytest.CaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main([word, "--port", str(port)]) == 1
    assert f"Port {port} is in use by another program. Choose another one: PORT={port + 1}" in capsys.readouterr().err


def test_a_port_that_is_no_number_is_refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    monkeypatch.setenv("PORT", "http")
    with pytest.raises(SystemExit):
        main(["up"])
    assert "invalid int value: 'http'" in capsys.readouterr().err


@pytest.mark.parametrize("words", [[], ["fly"], ["token"], ["serve", "--port", "http"]])
def test_words_that_mean_nothing_are_answered_with_those_that_do(
    words: list[str], capsys: pytest.CaptureFixture
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert "usage: trellis" in capsys.readouterr().err


def test_the_doctor_says_what_is_missing_and_how_to_mend_it(
    db: None, capsys: pytest.CaptureFixture, settings: Any, tmp_path: Path
) -> None:
    settings.DATA = tmp_path
    assert main(["doctor"]) == 1
    said = capsys.readouterr().out
    assert "missing  accounts: nobody has one yet\n         Set up your business at http://127.0.0.1:" in said
    assert "ok       guards: present" in said
    assert "missing  worker: never seen\n         Start one: trellis work" in said
    kept = "not connected: messages are kept here"
    assert f"missing  email: {kept}\n         Connect email under Settings. Or set TRELLIS_SMTP_URL" in said
    assert f"missing  texts and calls: {kept}\n         Connect Twilio under Settings." in said
    assert "missing  incoming email: not connected" in said


def test_the_doctor_is_content_with_a_worker_though_mail_is_not_connected(
    worker_seen: None, capsys: pytest.CaptureFixture
) -> None:
    assert main(["doctor", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["worker"]["is_well"]
    assert not said["email"]["is_well"]
    assert "TRELLIS_SMTP_URL" in said["email"]["fix"]


def test_the_doctor_reports_a_database_that_is_down(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    from django.db import OperationalError, connection

    def refuse() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    assert main(["doctor"]) == 1
    assert "missing  database: connection refused\n         Start it, or set DATABASE_URL" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["audit", "signals"])
def test_a_database_that_is_down_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture, word: str
) -> None:
    from django.db import OperationalError, connection

    def refuse() -> None:
        raise OperationalError("connection refused\n")

    monkeypatch.setattr(connection, "ensure_connection", refuse)
    assert main([word]) == 1
    said = capsys.readouterr().err
    assert said == "The database cannot do that: connection refused\nIs it running and migrated? trellis doctor\n"


def test_scenarios_are_run_from_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "storm.yaml"
    file.write_text(pack("storm-and-repair"))
    assert main(["playbook", "test", str(file)]) == 0
    assert "passed  A missed call on Saturday night" in capsys.readouterr().out


def test_a_scenario_that_fails_says_what_happened_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "storm.yaml"
    file.write_text(pack("storm-and-repair").replace('due: "mon 08:15"}', 'due: "mon 08:10"}'))
    assert main(["playbook", "test", str(file)]) == 1
    said = capsys.readouterr().out
    assert "FAILED  A missed call on Saturday night" in said
    assert "is due mon 08:15, not mon 08:10" in said
    assert main(["playbook", "test", str(file), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["passed"] is False


def test_scenarios_of_a_file_that_is_no_playbook_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "storm.yaml"
    file.write_text("playbook: storm")
    assert main(["playbook", "test", str(file)]) == 1
    assert f"{file}: line 1, column 1: `title` is missing" in capsys.readouterr().err
