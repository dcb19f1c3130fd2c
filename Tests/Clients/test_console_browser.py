"""The console in a real browser: what is seen, by whom it can be used, and what it says to others.

With TUPPENCE_SCREENSHOTS set to a folder, each page is pictured there at both widths.
"""

import os
import shutil
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from conftest import CONFIGURATION
from console_client import first_token
from programs import APP, Gateway

SCREENSHOTS = os.environ.get("TUPPENCE_SCREENSHOTS")
# A phone held at night, and a desk by day.
VIEWS = {"390": {"width": 390, "height": 844, "scheme": "dark"}, "1440": {"width": 1440, "height": 900, "scheme": "light"}}


@pytest.fixture(scope="module")
def chromium():
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert binary, "no Chromium: scripts/test installs it"
    with sync_playwright() as playwright:
        # Who runs as root, as containers do, has no sandbox of Chromium's.
        browser = playwright.chromium.launch(executable_path=binary, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield browser
        browser.close()


@pytest.fixture
def own(tmp_path, sandbox):
    program = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    yield program
    program.stop()


class Watched:
    """A page, and everything about it that should not be."""

    def __init__(self, page: Page, origin: str):
        self.page, self.faults = page, []
        page.on("console", lambda message: message.type in ("error", "warning") and self.faults.append(message.text))
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: request.url.startswith(origin) or self.faults.append(f"asks {request.url}"))

    def check(self, name: str, view: str):
        """Nothing has gone wrong, nothing hangs over the side, and everybody can use it."""
        assert not self.faults, self.faults
        overhang = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert overhang <= 0, f"{name} is {overhang} pixels wider than {view}"
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        if SCREENSHOTS:
            self.page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{view}.png", full_page=True)


def look(chromium, gateway: Gateway, view: str) -> Watched:
    shape = VIEWS[view]
    context = chromium.new_context(
        viewport={"width": shape["width"], "height": shape["height"]}, color_scheme=shape["scheme"])
    context.set_default_timeout(15_000)
    return Watched(context.new_page(), f"http://127.0.0.1:{gateway.console_port}")


@pytest.mark.parametrize("view", VIEWS)
def test_an_operator_signs_in_by_keyboard_and_sees_traffic_move(chromium, own, view):
    watched = look(chromium, own, view)
    page = watched.page
    page.goto(f"http://127.0.0.1:{own.console_port}/")
    assert page.title().startswith("Sign in")
    watched.check("sign-in", view)

    page.keyboard.type(first_token(own))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Overview").wait_for()
    assert page.get_by_text("Nothing has been spent this month").is_visible()
    watched.check("overview-empty", view)

    # It comes by itself: nobody reloads the page.
    for name in ("Ada", "Grace", "Barbara"):
        own.client(APP).chat.completions.create(
            model="fast-llm", messages=[{"role": "user", "content": f"Hello, {name}!"}])
    row = page.get_by_role("region", name="By model").get_by_role("row").nth(1)
    row.wait_for()
    page.wait_for_function("document.body.innerText.includes('chat-small')")
    spent = page.get_by_role("heading", name="Overview")
    assert spent.is_visible()
    watched.check("overview", view)

    page.get_by_role("button", name="Sign out").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Token").wait_for()
    page.go_back()
    assert page.get_by_label("Token").is_visible(), "what was seen is not seen by who comes next"
    assert not watched.faults, watched.faults
