"""What this room holds about a person: the rows of files that they came from."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from trellis.people.holdings import Holding, Person, if_any, register_holding, without_names
from trellis.team.models import Run
from trellis.transfer.actions import forget_file
from trellis.transfer.models import Import, ImportedRow

# Nothing was made of it.
NEVER_BEGUN = Q(run=None, imported_rows=None)


def register_all() -> None:
    register_holding(
        Holding(
            model=ImportedRow,
            called="rows of files",
            rows=rows_of,
            erase={"before": None, "cells": None, "problem": if_any("problem")},
            keeps=("did",),
        ),
        Holding(
            model=Import,
            rows=lambda person: imports_of(person).exclude(NEVER_BEGUN),
            erase={
                "sample": lambda imported, person: [],
                "doubts": lambda imported, person: [],
                "name": without_names("name"),
            },
            keeps=("shape", "headers", "origin", "plan", "counts"),
        ),
        Untouched(model=Import, rows=lambda person: imports_of(person).filter(NEVER_BEGUN)),
        Holding(
            model=Run,
            rows=runs_of,
            erase={"title": without_names("title")},
            keeps=("kind", "given", "kept", "said"),
        ),
    )


class Untouched(Holding):
    """A file that was looked at and never brought in goes as a whole: nothing was made of it."""

    def forget(self, person: Person) -> int:
        files = list(self.rows(person))
        for imported in files:
            transaction.on_commit(partial(forget_file, imported))
        Import.objects.filter(pk__in=[imported.pk for imported in files]).delete()
        return len(files)


def imports_of(person: Person) -> QuerySet[Any]:
    theirs = Q(pk__in=rows_of(person).values("import_of"))
    return Import.objects.filter(theirs | person.mentioned_in("sample"))


def runs_of(person: Person) -> QuerySet[Run]:
    """They are called by the file; what takes one back, by that one."""
    files = imports_of(person).values("pk")
    return Run.objects.filter(Q(imported__in=files) | Q(undoes__imported__in=files))


def rows_of(person: Person) -> QuerySet[Any]:
    """Those that became them, that are likely they, and that could not be read and have an address of theirs in it."""
    mentions = person.mentioned_in("cells") | person.mentioned_in("before")
    return ImportedRow.objects.filter(Q(contact_id__in=person.ids) | likely_them(person) | mentions)


def likely_them(person: Person) -> Q:
    """By what was noted, and by their name where it was not noted yet whom a row likely is."""
    likely = Q(likely_id__in=person.ids)
    for name in person.names:
        named = Q(problem__istartswith=f"Perhaps {name} (") | Q(problem__istartswith=f"Perhaps {name} of row ")
        likely |= named & Q(did="aside", likely_id=None)
    return likely
