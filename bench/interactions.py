"""How soon a key is answered: from the keydown to the frame in which its answer stands, in Chromium, on Today."""

from collections.abc import Iterator
from statistics import median

from playwright.sync_api import Page, sync_playwright

from bench.figures import Figure
from bench.pages import reader
from bench.server import serving
from tests.chromium import find

# J stops at the last row of the page.
TIMES, QUICK_TIMES = 12, 8
TIMED = """
window.timed = (ready) => new Promise((done) => addEventListener("keydown", ({ timeStamp }) => {
  const look = () => ready() ? done(performance.now() - timeStamp) : requestAnimationFrame(look);
  requestAnimationFrame(look);
}, { once: true, capture: true }));
"""
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]"
OPEN = 'document.querySelector(".queue-row[data-open]")?.id'
# By key of the figure: what is pressed, when it is answered, and what brings the page back.
ACTS = {
    "act.next": ("j", f"{OPEN} !== before", ""),
    "act.palette": ("Control+k", 'document.querySelector("dialog.palette[open]") !== null', "Escape"),
    "act.dialog": ("s", 'document.querySelector("dialog#dialog[open]") !== null', "Escape"),
}


def measure(*, quick: bool) -> Iterator[Figure]:
    path = find()
    if path is None:
        return
    # Before Playwright's event loop runs in this thread: Django would take the question for one of an async view.
    session = reader().cookies["sessionid"].value
    with serving() as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = look_at_today(
            browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True).new_page(), port, session
        )
        paint = page.evaluate(f"{PAINTED}.startTime")
        yield Figure("act.paint", paint)
        for key, (pressed, answered, back) in ACTS.items():
            spans = [press(page, pressed, answered, back) for _ in range(QUICK_TIMES if quick else TIMES)]
            yield Figure(key, median(spans), f"longest {max(spans):.0f} ms")
        browser.close()


def look_at_today(page: Page, port: int, session: str) -> Page:
    address = f"http://127.0.0.1:{port}"
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    page.add_init_script(TIMED)
    page.goto(f"{address}/?who=team")
    for element in ("queue-list", "command-palette"):
        page.locator(f"{element}:defined").wait_for(state="attached")
    # Chromium drops what is pressed before the page is painted for the first time.
    page.wait_for_function(PAINTED)
    return page


def press(page: Page, key: str, answered: str, back: str) -> float:
    page.evaluate(f"() => {{ const before = {OPEN}; window.span = window.timed(() => {answered}); }}")
    page.keyboard.press(key)
    span: float = page.evaluate("() => window.span")
    page.wait_for_timeout(150)
    if back:
        page.keyboard.press(back)
        page.wait_for_timeout(400)
    return span
