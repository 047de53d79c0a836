"""What this room holds about a person: the rows of files that they came from."""

from typing import Any

from django.db.models import Q, QuerySet

from trellis.people.holdings import Holding, Person, register_holding, without_names
from trellis.transfer.models import Import, ImportedRow


def register_all() -> None:
    register_holding(
        Holding(
            model=ImportedRow,
            called="rows of files",
            rows=rows_of,
            erase={"before": None, "cells": None, "problem": without_names("problem")},
            keeps=("did",),
        ),
        Holding(
            model=Import,
            rows=lambda person: Import.objects.filter(
                Q(pk__in=rows_of(person).values("import_of")) | person.mentioned_in("sample")
            ),
            erase={
                "sample": lambda imported, person: [],
                "doubts": lambda imported, person: [],
                "name": without_names("name"),
            },
            keeps=("shape", "headers", "origin", "plan", "counts"),
        ),
    )


def rows_of(person: Person) -> QuerySet[Any]:
    """Those that became them, and those that could not be read and have an address of theirs in it."""
    mentions = person.mentioned_in("cells") | person.mentioned_in("before")
    return ImportedRow.objects.filter(Q(contact_id__in=person.ids) | mentions)
