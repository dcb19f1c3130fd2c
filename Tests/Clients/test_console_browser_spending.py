"""Spending, the audit log and where a request would go, in a real browser."""

import csv
import io
from pathlib import Path

import pytest

from programs import APP
# The fixtures as well: what is seen is looked at there in the same way.
from test_console_browser import VIEWS, asked, chromium, go, own, signed_in  # noqa: F401


@pytest.mark.parametrize("view", VIEWS)
def test_spending_leads_to_its_requests_by_keyboard(chromium, own, view):
    watched = signed_in(chromium, own, view)
    page = watched.page
    go(watched, "Spending")
    assert page.get_by_text("Nothing was spent in this time").is_visible()
    watched.check("spending-empty", view)
    assert asked(own, APP) is None
    page.get_by_label("By", exact=True).select_option("customer")
    page.get_by_role("button", name="Show").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**by=customer**")
    watched.check("spending", view)
    page.get_by_role("row").nth(1).get_by_role("link", name="acme").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Requests").wait_for()
    assert page.get_by_label("Customer").input_value() == "acme" and page.get_by_label("From").input_value()
    assert page.get_by_role("row").count() == 2
    with page.expect_download() as download:
        page.get_by_role("link", name="All attempts of this kind as CSV").click()
    assert len(list(csv.DictReader(io.StringIO(Path(download.value.path()).read_text())))) == 1

    go(watched, "Audit log")
    assert "token.create" in page.get_by_role("row").nth(1).inner_text()
    watched.check("audit", view)
    page.get_by_role("navigation").get_by_role("link", name="What if").click()
    page.get_by_role("heading", level=1, name="Where would a request go?").wait_for()
    watched.check("what-if", view)
