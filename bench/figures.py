"""What is measured, what must be, what we aim for, and how it is shown."""

import json
import sys
from dataclasses import asdict, dataclass
from typing import Self

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One line of the table. `more` says that more is better; without limits it is shown for comparison."""

    says: str
    unit: str
    must: float | None = None
    aim: float | None = None
    more: bool = False

    def mark(self, value: float) -> str:
        """✓ within the aim, · within the must, ✗ neither; nothing where nothing is asked."""
        if self.aim is not None and self._meets(value, self.aim):
            return "✓"
        if self.must is not None:
            return "·" if self._meets(value, self.must) else "✗"
        return "·" if self.aim is not None else " "

    def _meets(self, value: float, limit: float) -> bool:
        return value >= limit if self.more else value <= limit


LINES = {
    "commit.one": Line("Bare one-row commits, 1 client", "/s", more=True),
    "commit.eight": Line("Bare one-row commits, 8 clients", "/s", more=True),
    "post.median": Line("Form post over HTTP, 1 client: median", "ms", None, 7),
    "post.p95": Line("Form post over HTTP, 1 client: p95", "ms", 25),
    "post.rate": Line("Form posts over HTTP, 8 clients", "/s", 120, 310, more=True),
    "post.share": Line("… as a share of the bare commit rate, 8 clients", "", None, 0.1, more=True),
    "post.writes": Line("Write statements of a form post", "", 12),
    "post.others": Line("Other statements of a form post", ""),
    **{
        f"{key}.{part}": Line(f"{title}: {said}", unit, must, aim)
        for key, title in {
            "today.mine": "Today, mine",
            "today.team": "Today, team",
            "contact": "A contact",
            "contact.long": "A contact with a long story",
            "signals": "Signals",
            "signals.some": "Signals of one kind",
            "board": "Board",
            "board.tag": "Board, mine with a tag",
            "board.asked": "Board, with a condition",
            "table": "Board as a table",
            "inbox": "Inbox, needs reply",
            "inbox.mine": "Inbox, mine",
            "inbox.waiting": "Inbox, waiting",
            "inbox.done": "Inbox, done",
            "thread": "A conversation",
            "contacts": "Contacts",
            "contacts.name": "Contacts by name",
            "contacts.deep": "Contacts, somewhere in the middle",
            "contacts.found": "Contacts, found",
            "lists": "The list of contacts",
            "lists.filtered": "The list of contacts, filtered",
            "lists.sorted": "The list of contacts, in another order",
            "lists.found": "The list of contacts, searched",
            "lists.looked": "A list that no index helps, a stretch of it",
            "coverage": "The proof of the guarantee",
            "people": "People",
            "away": "Who is away",
            "teams": "Teams",
            "playbooks": "Playbooks",
            "playbook": "A playbook",
            "settings": "Settings",
            "forms": "Forms",
            "segments.list": "The people in a segment",
            "segments.page": "Segments",
        }.items()
        for part, said, unit, must, aim in (
            ("median", "server time, median", "ms", None, 20),
            ("p95", "server time, p95", "ms", 50, None),
            ("queries", "queries", "", 15, None),
        )
    },
    "search.median": Line("People as one types: server time, median", "ms", None, 10),
    "search.p95": Line("People as one types: server time, p95", "ms", 30, None),
    "search.queries": Line("People as one types: queries", "", 15),
    "changes.median": Line("“Did anything change?”: server time, median", "ms", None, 5),
    "changes.p95": Line("“Did anything change?”: server time, p95", "ms", 50),
    "changes.queries": Line("“Did anything change?”: queries", "", 15),
    "dues": Line("Due tasks applied (2 workers; 1 on SQLite)", "/s", 1000, 2000, more=True),
    "decisions": Line("Decisions of the engine, pure", "/s", 20_000, 50_000, more=True),
    "lint.seconds": Line("Lint of the slowest playbook that ships", "s", 1),
    "lint.seeded": Line("Defects put into sound playbooks", "", 500, more=True),
    "lint.recall": Line("… found by the linter, the worst kind", "", 0.98, 1, more=True),
    "lint.alarms": Line("Errors that it finds in sound playbooks", "", 0),
    "scenarios.mutants": Line("Rules of the packs changed one at a time", "", more=True),
    "scenarios.noticed": Line("… noticed by a scenario of the pack", "", None, 0.5, more=True),
    "simulation.decisions": Line("Decisions of a simulation, end to end", "/s", 20_000, 50_000, more=True),
    "linking.precision": Line("Pairs shown as one person that are, the worst public set", "", 0.98, 0.99, more=True),
    "linking.recall": Line("… of all that are, found, the worst public set", "", 0.75, 0.9, more=True),
    "linking.gap": Line("… how far their chances are from what came true", "", 0.1, 0.05),
    "linking.rate": Line("… compared", "/s", 2_000, more=True),
    "segments.fill": Line("Twenty segments filled", "s"),
    "segments.keep": Line("Segments agree after 1,000 contacts changed", "ms", 2_000, 1_000),
    "segments.hour": Line("Everybody looked through for one segment, by the hour", "s", 30, 10),
    "segments.write": Line("… the longest write transaction of it all", "ms", 100, 50),
    "load.bytes": Line("First load of Today, on the wire", "kB", 120),
    "load.requests": Line("First load of Today, requests", "", 15),
    "act.paint": Line("First contentful paint of Today", "ms", None, 300),
    "act.next": Line("Key to the next lead, answered in", "ms", 100),
    "act.palette": Line("Key to the open palette, answered in", "ms", 100),
    "act.dialog": Line("Key to a question in its dialog, answered in", "ms", 100),
    "import.rate": Line("Rows of a list brought in, processor time", "/s", 5_000, more=True),
    "import.step": Line("… the longest that it kept others from writing", "ms", 100),
    "bulk": Line("Rows of the bulk generator", "/s", more=True),
    "scans": Line("Hot queries that read a big table from end to end", "", 0),
}


@dataclass(frozen=True)
class Figure:
    """A measured value. It travels from the measuring process as one line of JSON."""

    key: str
    value: float
    note: str = ""

    def send(self) -> None:
        print(json.dumps(asdict(self)), flush=True)

    @classmethod
    def receive(cls, line: str) -> Self:
        return cls(**json.loads(line))


Found = dict[str, dict[str, Figure]]


def show(found: Found, *, title: str) -> None:
    """One table: a line for each measurement, a column for each database."""
    table = Table(title=title, title_justify="left", header_style="")
    table.add_column("")
    for heading in ("must", "aim", *found):
        table.add_column(heading, justify="right")
    for key, line in LINES.items():
        if any(key in figures for figures in found.values()):
            values = (cell(line, figures.get(key)) for figures in found.values())
            table.add_row(line.says, limit(line, line.must), limit(line, line.aim), *values)
    console = Console(width=max(Console().width, 116), file=sys.stdout)
    console.print(table)
    for database, figures in found.items():
        for figure in figures.values():
            if figure.note:
                console.print(f"{database}, {LINES[figure.key].says}: {figure.note}", highlight=False)


def cell(line: Line, figure: Figure | None) -> str:
    return f"{number(figure.value)} {line.unit} {line.mark(figure.value)}" if figure else ""


def limit(line: Line, value: float | None) -> str:
    return "" if value is None else f"{'≥' if line.more else '≤'} {number(value)} {line.unit}".rstrip()


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
