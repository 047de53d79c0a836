"""The measuring process: everything about one database, which the environment names. Prints a line for each figure."""

import argparse
from collections.abc import Iterator
from unittest.mock import patch

import django
from django.db import connection

from bench.figures import Figure


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=["fill", "measure"])
    parser.add_argument("--contacts", type=int, required=True)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    django.setup()
    if options.task == "fill":
        fill(options.contacts)
    else:
        measure(quick=options.quick)


def fill(contacts: int) -> None:
    from django.core.management import call_command

    from bench import bulk
    from trellis.journeys.queries import audit

    call_command("migrate", interactive=False, verbosity=0)
    filled = bulk.fill(contacts)
    found = audit()
    assert found["violations"] == 0, found
    Figure("bulk", filled.rows_per_second, f"{filled.rows:,} rows in {filled.seconds:.0f} s, audit 0").send()
    settle()


def settle() -> None:
    """What a database that has run for a day has done by itself: its log is in the file, its statistics are there."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if connection.vendor == "sqlite" else "ANALYZE")
    connection.close()


def measure(*, quick: bool) -> None:
    """What only reads comes first, what wears the database out last."""
    from bench import (
        commits,
        deciding,
        defects,
        dues,
        first_load,
        importing,
        interactions,
        linking,
        pages,
        plans,
        posts,
        scenario_mutants,
        segments,
        simulating,
    )
    from bench.moment import NOW
    from trellis.config.prepare import collect_assets

    collect_assets()
    send(deciding.measure(quick=quick))
    send(defects.measure(quick=quick))
    send(scenario_mutants.measure(quick=quick))
    send(simulating.measure(quick=quick))
    send(linking.measure(quick=quick))
    with patch("django.utils.timezone.now", return_value=NOW):
        send(plans.measure())
        send(pages.measure(quick=quick))
        send(segments.measure(quick=quick))
    bare = send(commits.measure())[-1].value
    send(first_load.measure())
    send(interactions.measure(quick=quick))
    send(posts.measure(bare, quick=quick))
    send(importing.measure(quick=quick))
    send(dues.measure(1 if connection.vendor == "sqlite" else 2, quick=quick))


def send(figures: Iterator[Figure]) -> list[Figure]:
    """Tell each as soon as it is found."""
    sent = []
    for figure in figures:
        figure.send()
        sent.append(figure)
    return sent


if __name__ == "__main__":
    main()
