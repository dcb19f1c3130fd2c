"""Customers: markups, wallets, statements; and the ledger that all of it is in."""

import csv
import html.parser
import io
import math
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import openai
import pytest

from programs import Gateway, tuppence, tuppence_json

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 1, output: 10 }
loops: off
keys:
  - { name: backend, secret: tp_test_backend_0123456789abcd }
  - { name: theirs, secret: tp_test_theirs_0123456789abcde, customer: acme }
  - { name: resold, secret: tp_test_resold_0123456789abcde, markup: 50% }
customers:
  - { name: acme, markup: 20%, prepaid: true }
  - { name: flat, rates: { "chat-small*": { input: 7, output: 70 } } }
  - { name: each, markup: 30% }
budgets:
  - { name: costs, scope: { key: each }, limit: $5, per: total }
"""
BACKEND, THEIRS, RESOLD = (
    "tp_test_backend_0123456789abcd", "tp_test_theirs_0123456789abcde", "tp_test_resold_0123456789abcde")
MESSAGES = [{"role": "user", "content": "Say something."}]


@pytest.fixture
def gateway(tmp_path, sandbox):
    running = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    yield running
    running.stop()


def raw(gateway, key, customer=None, **options):
    headers = {"x-tuppence-customer": customer} if customer else None
    return gateway.client(key).chat.completions.with_raw_response.create(
        **{"model": "sandbox/chat-small", "messages": MESSAGES, "max_tokens": 50, "extra_headers": headers, **options})


def the_entry(gateway, response):
    [entry] = gateway.entries(response.headers["x-tuppence-request-id"])
    return entry


def top_up(gateway, customer, amount, *more):
    return tuppence_json("wallet", "top-up", customer, amount, *more, "--config", gateway.configuration)


def wallet(gateway, customer):
    wallets = tuppence_json("wallet", "list", "--config", gateway.configuration)
    return next((wallet["remaining_nanodollars"] for wallet in wallets if wallet["customer"] == customer), None)


@pytest.mark.parametrize("key, customer, factor", [
    (BACKEND, None, 1), (BACKEND, "flat", 7), (BACKEND, "anybody", 1.3), (RESOLD, None, 1.5)])
def test_the_caller_sees_the_price_and_the_ledger_has_both(gateway, key, customer, factor):
    response = raw(gateway, key, customer)
    entry = the_entry(gateway, response)
    assert entry["customer"] == customer if customer else "customer" not in entry
    # Input and output are rounded up apart.
    assert 0 <= entry["price_nanodollars"] - math.floor(entry["cost_nanodollars"] * factor) <= 2
    assert not entry["prepaid"]
    charged = entry["price_nanodollars"] / 1e9
    assert float(response.headers["x-tuppence-cost-usd"]) == pytest.approx(charged, abs=1e-12)
    assert response.parse().usage.cost == pytest.approx(charged, abs=1e-12)


def test_a_stream_shows_the_price_too(gateway):
    stream = gateway.client(BACKEND).chat.completions.create(
        model="sandbox/chat-small", messages=MESSAGES, max_tokens=50, stream=True,
        stream_options={"include_usage": True}, extra_headers={"x-tuppence-customer": "flat"})
    usage = [chunk.usage for chunk in stream if chunk.usage][-1]
    entry = gateway.ledger()[0]
    assert entry["price_nanodollars"] == 7 * entry["cost_nanodollars"]
    assert usage.cost == pytest.approx(entry["price_nanodollars"] / 1e9, abs=1e-12)


def test_an_empty_wallet_refuses_and_a_top_up_lets_the_next_request_through(gateway, sandbox):
    before = sandbox.bill()["requests"]
    with pytest.raises(openai.APIStatusError) as refused:
        raw(gateway, THEIRS)
    assert refused.value.status_code == 402
    assert refused.value.code == "wallet_empty"
    assert refused.value.response.headers["x-should-retry"] == "false"
    assert "tuppence wallet top-up acme" in refused.value.message
    assert sandbox.bill()["requests"] == before

    paid = top_up(gateway, "acme", "0.01", "--note", "invoice 1")
    assert paid["remaining_nanodollars"] == 10_000_000
    response = raw(gateway, THEIRS)
    entry = the_entry(gateway, response)
    assert entry["prepaid"] and entry["customer"] == "acme"
    assert 0 <= entry["price_nanodollars"] - entry["cost_nanodollars"] * 1.2 <= 2
    assert wallet(gateway, "acme") == 10_000_000 - entry["price_nanodollars"]
    # Budgets count what the provider is owed.
    assert gateway.budget("costs")["spent_nanodollars"] == entry["cost_nanodollars"]


def test_a_top_up_that_is_tried_again_is_booked_once(gateway):
    first = top_up(gateway, "acme", "3")
    again = top_up(gateway, "acme", "3", "--id", first["id"])
    assert again["repeated"] and again["remaining_nanodollars"] == 3_000_000_000
    # The id of one top-up is not that of another.
    for customer, amount in (("acme", "4"), ("umbrella", "3")):
        refused = tuppence("wallet", "top-up", customer, amount, "--id", first["id"], "--config", gateway.configuration)
        assert refused.returncode != 0 and "another top-up" in refused.stderr
    back = top_up(gateway, "acme", "1", "--take-back")
    assert back["remaining_nanodollars"] == 2_000_000_000


def test_a_customer_cannot_be_named_by_another_customers_key(gateway):
    with pytest.raises(openai.BadRequestError) as refused:
        raw(gateway, THEIRS, "flat")
    assert refused.value.param == "x-tuppence-customer"


def test_many_at_once_never_spend_more_than_the_wallet_has(gateway):
    top_up(gateway, "acme", "0.005")

    def ask(_):
        try:
            return the_entry(gateway, raw(gateway, BACKEND, "acme", max_tokens=200))["price_nanodollars"]
        except openai.APIStatusError as error:
            assert error.code in ("wallet_empty", "budget_held")
            return 0

    with ThreadPoolExecutor(16) as pool:
        charged = sum(pool.map(ask, range(40)))
    assert 0 < charged <= 5_000_000
    assert wallet(gateway, "acme") == 5_000_000 - charged


def test_a_statement_is_what_was_charged_and_paid(gateway):
    top_up(gateway, "acme", "1", "--note", 'paid, by "card"')
    prices = [the_entry(gateway, raw(gateway, THEIRS))["price_nanodollars"] for _ in range(3)]
    raw(gateway, BACKEND, "flat")
    statement = tuppence_json("statement", "acme", "--config", gateway.configuration)
    assert statement["charged_nanodollars"] == sum(prices)
    assert [line["requests"] for line in statement["lines"]] == [3]
    assert statement["paid_in_nanodollars"] == 1_000_000_000
    assert statement["wallet_nanodollars"] == 1_000_000_000 - sum(prices)
    rows = list(csv.DictReader(io.StringIO(
        tuppence("statement", "acme", "--csv", "--config", gateway.configuration).stdout)))
    assert [row["what"] for row in rows] == ["sandbox/chat-small", 'paid, by "card"']
    assert round(float(rows[0]["charged_usd"]) * 1e9) == sum(prices)
    assert rows[1]["paid_in_usd"] == "1"
    nothing = tuppence_json("statement", "acme", "--until", "2020-01-01", "--since", "2019-01-01",
                            "--config", gateway.configuration)
    assert nothing["lines"] == [] and nothing["payments"] == []


def test_the_ledger_is_read_in_pieces_and_by_request(gateway):
    top_up(gateway, "acme", "1")
    asked = [raw(gateway, key, customer).headers["x-tuppence-request-id"] for key, customer in [
        (THEIRS, None), (BACKEND, "flat"), (BACKEND, None), (THEIRS, None), (BACKEND, "flat")]]
    everything = gateway.ledger()
    assert [line["request_id"] for line in everything] == asked[::-1]

    def pieces(*filters):
        found, place = [], ()
        while piece := tuppence_json("ledger", "--limit", "2", *place, *filters, "--config", gateway.configuration):
            assert len(piece) <= 2
            found += piece
            place = ("--before", piece[-1]["place"])
        return found

    assert pieces() == everything
    assert pieces("--key", "theirs") == [line for line in everything if line["key"] == "theirs"] != []
    assert pieces("--customer", "flat") == [line for line in everything if line.get("customer") == "flat"] != []
    for request in asked:
        assert gateway.entries(request) == [line for line in everything if line["request_id"] == request] != []
    assert gateway.entries("req_" + "0" * 32) == []
    people = tuppence("ledger", "--limit", "2", "--config", gateway.configuration).stdout
    assert f"--before {everything[1]['place']}" in people
    assert tuppence("ledger", "--before", "nowhere", "--config", gateway.configuration).returncode != 0


class Cells(html.parser.HTMLParser):
    """The cells of every row of a page's tables."""

    def __init__(self, page):
        super().__init__()
        self.rows, self.tags, self.is_open = [], set(), False
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        self.is_open = tag in ("td", "th", "bdi")
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.is_open = False

    def handle_data(self, data):
        if self.is_open and self.rows:
            self.rows[-1][-1] += data


def test_a_statement_as_a_page_says_what_the_ledger_says(gateway):
    note = '<img src=x onerror="alert(1)">'
    top_up(gateway, "acme", "1", "--note", note)
    entries = [the_entry(gateway, raw(gateway, THEIRS)) for _ in range(3)]
    month = time.strftime("%Y-%m", time.gmtime())
    printed = tuppence("statement", "acme", "--month", month, "--html", "--cost", "--config", gateway.configuration)
    assert printed.returncode == 0, printed.stderr
    cells = Cells(printed.stdout)
    assert not cells.tags & {"img", "script", "link", "iframe"}

    def nanodollars(text):
        return round(float(text) * 1e9)

    charged = sum(entry["price_nanodollars"] for entry in entries)
    cost = sum(entry["cost_nanodollars"] for entry in entries)
    sums = {row[0]: nanodollars(row[1]) for row in cells.rows if len(row) == 2}
    assert sums == {
        "Charged": charged, "Paid to providers": cost, "Margin": charged - cost, "In the wallet before": 0,
        "Paid in": 10**9, "Used of it": charged, "In the wallet after": 10**9 - charged, "To be paid": 0}
    totals = [row for row in cells.rows if row[0] == "Total"]
    assert [nanodollars(text) for text in totals[0][-3:]] == [charged, cost, charged - cost]
    assert note in [row[1] for row in cells.rows]
    plain = tuppence("statement", "acme", "--html", "--config", gateway.configuration).stdout
    assert "Margin" not in plain and "Paid to providers" not in plain


def test_a_statement_says_what_is_owed_without_a_wallet(gateway):
    prices = [the_entry(gateway, raw(gateway, BACKEND, "flat"))["price_nanodollars"] for _ in range(2)]
    statement = tuppence_json("statement", "flat", "--cost", "--config", gateway.configuration)
    assert statement["owed_nanodollars"] == sum(prices) and "wallet" not in statement
    assert statement["cost_nanodollars"] * 7 == sum(prices)
    wrong = tuppence("statement", "flat", "--month", "2026-13", "--config", gateway.configuration)
    assert wrong.returncode != 0 and "is not a month" in wrong.stderr


def test_statements_of_all_say_what_each_customer_owes(gateway):
    top_up(gateway, "acme", "1")
    entries = [the_entry(gateway, raw(gateway, key, customer)) for key, customer in [
        (THEIRS, None), (BACKEND, "flat"), (BACKEND, "each"), (BACKEND, None)]]
    lines = tuppence_json("statement", "--cost", "--config", gateway.configuration)["customers"]
    assert {line["customer"]: (
        line["charged_nanodollars"], line["prepaid_nanodollars"], line["owed_nanodollars"], line["cost_nanodollars"])
        for line in lines} == {
            entry.get("customer", ""): (
                entry["price_nanodollars"], entry["price_nanodollars"] if entry["prepaid"] else 0,
                0 if entry["prepaid"] else entry["price_nanodollars"], entry["cost_nanodollars"])
            for entry in entries}
    rows = list(csv.DictReader(io.StringIO(tuppence("statement", "--csv", "--config", gateway.configuration).stdout)))
    assert {row["customer"] for row in rows} == {"acme", "flat", "each", ""} and "cost_usd" not in rows[0]
    assert "flat" in tuppence("statement", "--config", gateway.configuration).stdout
    assert tuppence("statement", "--html", "--config", gateway.configuration).returncode != 0


def test_spend_is_told_by_whatever_it_is_asked_by(gateway):
    top_up(gateway, "acme", "1")
    entries = [the_entry(gateway, raw(gateway, key, customer)) for key, customer in [
        (THEIRS, None), (BACKEND, "flat"), (BACKEND, None), (RESOLD, None)]]
    total = sum(entry["cost_nanodollars"] for entry in entries)
    by_all = [argument for name in ("key", "customer", "provider", "model", "route") for argument in ("--by", name)]
    spend = tuppence_json("spend", *by_all, "--since", "1d", "--config", gateway.configuration)
    groups = {name: {group[name]: group["cost_nanodollars"] for group in spend[name + "s"]}
              for name in ("key", "customer", "provider", "model", "route")}
    assert all(sum(costs.values()) == total for costs in groups.values())
    assert set(groups["customer"]) == {"acme", "flat", ""} and set(groups["key"]) == {"theirs", "backend", "resold"}
    assert groups["provider"] == {"sandbox": total} and spend["total"]["cost_nanodollars"] == total
    nothing = tuppence_json("spend", "--until", "2020-01-01", "--config", gateway.configuration)
    assert nothing["total"]["requests"] == 0 and nothing["keys"] == []
    # What was spent today is no whole day.
    early = tuppence("spend", "--forecast", "--config", gateway.configuration)
    assert early.returncode == 0 and "no whole day yet" in early.stdout
    assert tuppence("spend", "--by", "colour", "--config", gateway.configuration).returncode != 0


def test_the_ledger_verifies_until_a_byte_of_it_is_changed(gateway, tmp_path):
    top_up(gateway, "acme", "1")
    for _ in range(3):
        raw(gateway, THEIRS)
    sound = tuppence_json("ledger", "verify", "--config", gateway.configuration)
    assert sound["entries"] == 3 and sound["open_holds"] == 0 and sound["topped_up_nanodollars"] == 10**9
    assert sound["cost_nanodollars"] == sum(entry["cost_nanodollars"] for entry in gateway.ledger())
    raw(gateway, THEIRS)
    kept = tuppence_json("ledger", "verify", "--seal", sound["seal"], "--config", gateway.configuration)
    assert kept["pages"] > sound["pages"] and re.fullmatch("[0-9a-f]{64}", kept["seal"])
    assert gateway.stop() == 0

    def verify(*more):
        return tuppence("ledger", "verify", "--config", gateway.configuration, *more)

    with sqlite3.connect(tmp_path / "tuppence.db") as database:
        last, = database.execute("SELECT max(id) FROM journal").fetchone()
        database.execute("DELETE FROM journal WHERE id = ?", (last,))
    cut = verify("--seal", kept["seal"])
    assert cut.returncode == 1 and "are gone" in cut.stderr
    with sqlite3.connect(tmp_path / "tuppence.db") as database:
        page, = database.execute("SELECT page FROM journal WHERE id = 2").fetchone()
        database.execute("UPDATE journal SET page = ? WHERE id = 2", (page[:-1] + bytes([page[-1] ^ 1]),))
    changed = verify()
    assert changed.returncode == 1 and "page 2 of the journal" in changed.stderr

