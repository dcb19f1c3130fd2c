"""What is changed on one of three gateways on one PostgreSQL counts on all of them within a second."""

import http.client
import json
import time

import pytest

from conftest import CONFIGURATION
from console_client import API, first_token
from nodes import Nodes
from programs import Gateway, eventually, tuppence, tuppence_json

MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture
def nodes(start_nodes, postgres) -> Nodes:
    return start_nodes(postgres, CONFIGURATION)


@pytest.fixture
def api(nodes) -> API:
    """That of the first node, which has made the first token."""
    return API(nodes[0].console_port, first_token(nodes[0]))


def refusal(gateway: Gateway, key: str) -> str | None:
    """The code that a request is refused with; None where it is answered."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=10)
    try:
        connection.request(
            "POST", "/v1/chat/completions", json.dumps({"model": "fast-llm", "messages": MESSAGES}),
            {"authorization": f"Bearer {key}", "content-type": "application/json"})
        answer = connection.getresponse()
        document = json.loads(answer.read())
    finally:
        connection.close()
    return None if answer.status == 200 else document["error"]["code"]


def within_a_second(what: str, check):
    """Of the machine that has to look, too, so that there is some time on top."""
    began = time.monotonic()
    eventually(what, check)
    took = time.monotonic() - began
    print(f"{what}: {took:.2f} s")
    assert took < 2, what


def test_a_key_counts_on_all_nodes_and_is_refused_on_all_once_it_is_revoked(nodes, api):
    key = api.call("POST", "/admin/v1/keys", {"name": "team"}).json()["key"]
    within_a_second("the key counts", lambda: all(refusal(node, key) is None for node in nodes))
    assert api.call("POST", "/admin/v1/keys/team/disable", {}).status == 200
    within_a_second("it is refused", lambda: all(refusal(node, key) == "key_disabled" for node in nodes))
    # And by a command, on the configuration of another node.
    assert tuppence("keys", "enable", "team", "--config", nodes[2].configuration).returncode == 0
    within_a_second("it counts again", lambda: all(refusal(node, key) is None for node in nodes))


def test_a_budget_that_is_raised_on_one_node_admits_on_all(nodes, api):
    key = api.call("POST", "/admin/v1/keys", {"name": "team"}).json()["key"]
    within_a_second("the key counts", lambda: all(refusal(node, key) is None for node in nodes))
    budget = {"name": "team-daily", "scope": {"key": "team"}, "limit": "0.000001", "per": "day"}
    assert api.call("POST", "/admin/v1/budgets", budget).status == 201
    within_a_second("it binds", lambda: all(refusal(node, key) == "budget_exceeded" for node in nodes))
    tag = api.call("GET", "/admin/v1/budgets/team-daily").headers["etag"]
    assert api.call("PATCH", "/admin/v1/budgets/team-daily", {"limit": "1"}, if_match=tag).status == 200
    within_a_second("it admits", lambda: all(refusal(node, key) is None for node in nodes))
    # What one node has sent another one shows.
    [shown] = [
        budget for budget in tuppence_json("spend", "--config", nodes[1].configuration)["budgets"]
        if budget["name"] == "team-daily"
    ]
    assert shown["limit_nanodollars"] == 1_000_000_000 and shown["spent_nanodollars"] > 0
