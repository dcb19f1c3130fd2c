"""Experiments as the console shows them: the figures are those of the report, and an arm may be called what it likes."""

import html
import re

import pytest

from console_client import API, Browser, first_token
from programs import Gateway, tuppence_json
from test_console_overview import Page
from test_experiments import CONFIGURATION, ask


@pytest.fixture(scope="module")
def tried(tmp_path_factory, sandbox):
    """A gateway on whose experiment 100 users have made a request or two, and scored it."""
    gateway = Gateway(tmp_path_factory.mktemp("trial"), CONFIGURATION, sandbox).start()
    with gateway.client() as client:
        for number in range(100):
            headers, _ = ask(client, f"user-{number}")
            client.post("/feedback", cast_to=object, body={
                "request_id": headers["x-tuppence-request-id"],
                "score": (0.9 if headers["x-tuppence-arm"].endswith("control") else 0.4) + (number % 3) / 100})
            if number < 30:
                ask(client, f"user-{number}")
    yield gateway
    gateway.stop()


@pytest.fixture(scope="module")
def text(tried) -> str:
    browser = Browser(tried.console_port)
    assert browser.sign_in(first_token(tried)).status == 303
    answer = browser.get("/experiments?days=1")
    assert answer.status == 200
    return answer.text


@pytest.fixture(scope="module")
def experiment(tried) -> dict:
    found = API(tried.console_port, first_token(tried)).call("GET", "/admin/v1/experiments?days=1")
    [experiment] = found.json()["data"]
    return experiment


def plain(text: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def test_the_api_says_what_the_command_does(tried, experiment):
    [command] = tuppence_json("routes", "report", "--since", "1d", "--config", tried.configuration)["experiments"]
    # Sums of fractions depend on their order, in the last digits.
    assert rounded(command) == rounded(experiment)


def rounded(value):
    if isinstance(value, dict):
        return {name: rounded(member) for name, member in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else (
        round(value, 9) if isinstance(value, float) else value)


def test_each_arm_has_its_figures_between_their_bounds(text, experiment):
    assert [arm["arm"] for arm in experiment["arms"]] == ["control", "small"]
    for arm in experiment["arms"]:
        assert arm["count"] >= 30 and set(arm["intervals"]) == {"cost", "errors", "first_content", "total", "score"} - (
            set() if arm.get("first_content_ms") else {"first_content"})
        cost = arm["intervals"]["cost"]
        assert cost["low"] <= arm["cost_nanodollars"] / arm["count"] <= cost["high"]
        errors = arm["intervals"]["errors"]
        assert errors["low"] == 0 and 0 < errors["high"] < 1 and errors["estimate"] == arm["error_rate"]
        assert arm["intervals"]["score"]["low"] < arm["score"] < arm["intervals"]["score"]["high"]
        assert f"{arm['units']} users" in plain(text) and f"({arm['scores']})" in plain(text)


def test_what_is_told_apart_is_said_and_drawn(text, experiment):
    [comparison] = experiment["comparisons"]
    words = plain(text)
    assert comparison["called"] and comparison["sentence"] in words
    assert "small against control" in words and "cheaper" in words and "lower" in words
    assert "not told apart from chance" in words, "no request has failed in either"
    for picture in Page(text).of("svg"):
        assert picture["role"] == "img" and "times that of the control" in picture["aria-label"]
    assert len(Page(text).of("svg")) >= 2


def test_one_that_nobody_has_asked_for_yet_stands_there(text):
    assert "No request of this time was divided by it" in plain(text) and "away" in plain(text)


def test_days_that_are_none_are_told_so(tried):
    browser = Browser(tried.console_port)
    browser.sign_in(first_token(tried))
    for days in ("0", "91", "x", "<b>"):
        answer = browser.get(f"/experiments?days={days}")
        assert answer.status == 422 and "is a number from 1 to 90" in answer.text and not Page(answer.text).of("b")
    api = API(tried.console_port, first_token(tried))
    assert api.call("GET", "/admin/v1/experiments?days=91").status == 422
