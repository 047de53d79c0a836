"""A report as a picture: an SVG of our own, for a file or inside a page. Pure."""

from collections.abc import Iterator

from trellis.journeys.simulate import charts
from trellis.journeys.simulate.drawing import sheet, text
from trellis.journeys.simulate.report import Report
from trellis.journeys.simulate.words import breaking, counted

WIDTH, MARGIN, ROW = 960, 32, 22


def picture(report: Report, *, alone: bool = True) -> str:
    """The SVG. `alone` is for a file; inside one of our pages the page's own colors are used."""
    load_top = 376
    river_top = load_top + len(report.load) * ROW + 90
    height = river_top + 226
    parts = [*head(report), *answers(report), *busy(report, load_top), *path(report, river_top)]
    return sheet(WIDTH, height, label(report), parts, alone=alone)


def label(report: Report) -> str:
    kept = report.first_response.in_promise
    said = f", {kept:.0%} of first responses in time" if kept is not None else ""
    return f"{report.title} simulated: {counted(report.leads, 'lead')} in {report.days:.0f} days{said}"


def head(report: Report) -> Iterator[str]:
    yield text(MARGIN, 44, report.title, "ink", size=20, bold=True)
    said = f"{counted(report.leads, 'lead')} in {report.days:.0f} days, simulated with seed {report.seed}"
    yield text(MARGIN, 66, said, "ink-meta", size=13)


def answers(report: Report) -> Iterator[str]:
    yield text(MARGIN, 108, "First response, in working time", "ink", size=14, bold=True)
    yield from charts.first_response(report.first_response, MARGIN + 44, 134, WIDTH - 2 * MARGIN - 60, 130)
    if report.breaking:
        yield text(MARGIN, 310, breaking(report.breaking)[0], size=12)


def busy(report: Report, top: float) -> Iterator[str]:
    yield text(MARGIN, top - 34, "Load by hour of the week", "ink", size=14, bold=True)
    yield from charts.load(report.load, MARGIN + 112, top, WIDTH - 2 * MARGIN - 160, ROW)


def path(report: Report, top: float) -> Iterator[str]:
    yield text(MARGIN, top - 56, "How far leads come, and where they stay or leave", "ink", size=14, bold=True)
    yield from charts.river(report, MARGIN, top, WIDTH - 2 * MARGIN, 220)
