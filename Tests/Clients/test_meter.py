"""The meter alone: programs that call providers themselves, and what a key is told of its own spending."""

import concurrent.futures
import http.client
import json
import time
from decimal import Decimal
from urllib.parse import quote

import openai
import pytest

from programs import eventually, tuppence, tuppence_json

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 1, cached_input: 0.25, output: 10 }
routes:
  fast: { targets: [ "sandbox/chat-small" ], max_output_tokens: 100 }
loops: off
keys:
  - { name: meter, secret: tp_test_meter_0123456789abcdef }
  - { name: other, secret: tp_test_other_0123456789abcdef }
  - { name: small, secret: tp_test_small_0123456789abcdef }
  - { name: narrow, secret: tp_test_narrow_0123456789abcde, routes: [fast] }
  - { name: resold, secret: tp_test_resold_0123456789abcde, customer: acme }
  - { name: flat, secret: tp_test_flat_0123456789abcdefg, customer: flat }
customers:
  - { name: acme, markup: 50%, prepaid: true }
  - { name: flat, markup: 10%, prepaid: true, rates: { "chat-small*": { input: 5, output: 50 } } }
budgets:
  - { name: meter, scope: { key: meter }, limit: $10, per: total }
  - { name: by-user, scope: { key: meter, user: each }, limit: $2, per: day }
  - { name: by-model, scope: { key: meter, model: each }, limit: $3, per: month }
  - { name: small, scope: { key: small }, limit: $0.05, per: day }
"""
METER, OTHER, SMALL, NARROW, RESOLD, FLAT = (
    "tp_test_meter_0123456789abcdef", "tp_test_other_0123456789abcdef", "tp_test_small_0123456789abcdef",
    "tp_test_narrow_0123456789abcde", "tp_test_resold_0123456789abcde", "tp_test_flat_0123456789abcdefg")
USAGE = {
    "prompt_tokens": 1_000, "completion_tokens": 200, "total_tokens": 1_200,
    "prompt_tokens_details": {"cached_tokens": 400}}
# 600 at 1, 400 at 0.25 and 200 at 10 dollars a million.
USAGE_COST = Decimal("0.0027")


@pytest.fixture
def gateway(start_gateway):
    """Whatever a test has done, the books add up afterwards."""
    running = start_gateway(CONFIGURATION)
    yield running
    finished = tuppence("ledger", "verify", "--config", running.configuration)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def call(gateway, method, path, body=None, key=METER, **headers):
    """Status and body; amounts are decimals, as they were written."""
    connection = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=30)
    try:
        fields = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        connection.request(method, path, json.dumps(body) if body is not None else None, fields)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read(), parse_float=Decimal)
    finally:
        connection.close()


def hold(gateway, key=METER, **body):
    headers = {name: body.pop(name) for name in list(body) if name.startswith("x_")}
    return call(gateway, "POST", "/v1/holds", {"model": "fast", **body}, key, **headers)


def held(gateway, key=METER, **body):
    status, answer = hold(gateway, key, **body)
    assert status == 201, answer
    return answer


def settle(gateway, id, key=METER, **body):
    return call(gateway, "POST", f"/v1/holds/{id}/settle", body, key)


def settled(gateway, id, key=METER, **body):
    status, answer = settle(gateway, id, key, **body)
    assert status == 200, answer
    return answer


def release(gateway, id, key=METER):
    return call(gateway, "POST", f"/v1/holds/{id}/release", None, key)


def usage(gateway, key=METER, query=""):
    status, answer = call(gateway, "GET", "/v1/usage" + query, None, key)
    assert status == 200, answer
    return answer


def budget(answer, name):
    [found] = [budget for budget in answer["budgets"] if budget["name"] == name]
    return found


def lines(gateway, id):
    return gateway.entries("req_" + id.removeprefix("hold_"))


def error(answer, status, code):
    assert (answer[0], answer[1]["error"]["code"]) == (status, code), answer
    return answer[1]["error"]


def test_a_call_is_held_settled_by_its_usage_and_booked(gateway):
    answer = held(gateway, input_tokens=1_000, max_tokens=300, user="ann", x_tuppence_tags="team=a")
    # 1,000 tokens at 1 and 300 at 10, to the nanodollar.
    assert answer["amount_usd"] == Decimal("0.004")
    assert (answer["object"], answer["status"], answer["model"]) == ("hold", "held", "sandbox/chat-small")
    assert answer["remaining_usd"] == 2 - answer["amount_usd"]
    assert 590 <= answer["expires_at"] - time.time() <= 601
    assert gateway.budget("meter")["held_nanodollars"] == 4_000_000

    done = settled(gateway, answer["id"], usage=USAGE, http_status=200, duration_ms=1_234)
    assert (done["status"], done["cost_usd"], done["late"]) == ("settled", USAGE_COST, False)
    assert "already_settled" not in done and done["remaining_usd"] == 2 - USAGE_COST
    [line] = lines(gateway, answer["id"])
    assert (line["key"], line["user"], line["route"], line["endpoint"]) == ("meter", "ann", "fast", "holds")
    assert (line["status"], line["http_status"], line["duration_ms"]) == ("completed", 200, 1_234)
    assert line["cost_nanodollars"] == 2_700_000 and line["usage"]["cached_input"] == 400
    assert gateway.budget("meter")["spent_nanodollars"] == 2_700_000 and gateway.held() == 0


def test_an_amount_needs_no_price_and_takes_any_target(gateway):
    for amount in ["0.0123", 0.0123, 1.23e-2, "12.3e-3"]:
        answer = held(gateway, model="somewhere/else", amount_usd=amount)
        assert (answer["model"], answer["amount_usd"]) == ("somewhere/else", Decimal("0.0123"))
        assert settled(gateway, answer["id"], cost_usd="0.000000001")["cost_usd"] == Decimal("1E-9")
    # Nothing below a nanodollar is given away.
    answer = held(gateway, model="somewhere/else", amount_usd=0.1 + 0.2)
    assert answer["amount_usd"] == Decimal("0.300000001")
    # Its usage has no price here.
    error(settle(gateway, answer["id"], usage=USAGE), 422, "price_unknown")
    done = settled(gateway, answer["id"], usage=USAGE, cost_usd=0.25)
    assert done["cost_usd"] == Decimal("0.25")
    [line] = lines(gateway, answer["id"])
    assert line["usage"]["output"] == 200 and line["cost_nanodollars"] == 250_000_000


def test_the_usage_of_another_provider_is_read_in_its_own_dialect(gateway):
    answer = held(gateway, amount_usd=1)
    # As its SDK dumps it.
    anthropic = {
        "cache_creation": None, "cache_creation_input_tokens": None, "cache_read_input_tokens": 400,
        "input_tokens": 600, "output_tokens": 200, "server_tool_use": None, "service_tier": "standard"}
    assert settled(gateway, answer["id"], dialect="anthropic", usage=anthropic)["cost_usd"] == USAGE_COST
    answer = held(gateway, amount_usd=1)
    gemini = {"promptTokenCount": 1_000, "cachedContentTokenCount": 400, "candidatesTokenCount": 200}
    assert settled(gateway, answer["id"], dialect="gemini", usage={"usageMetadata": gemini})["cost_usd"] == USAGE_COST


def test_a_repeated_settlement_answers_the_same_and_changes_nothing(gateway):
    id = held(gateway, amount_usd=1)["id"]
    first = settled(gateway, id, cost_usd=0.5)
    for again in [settled(gateway, id, cost_usd=0.5), settled(gateway, id, cost_usd=0.9), release(gateway, id)[1]]:
        assert (again["cost_usd"], again["late"], again["already_settled"]) == (Decimal("0.5"), False, True)
    assert first["cost_usd"] == Decimal("0.5")
    assert len(lines(gateway, id)) == 1 and gateway.budget("meter")["spent_nanodollars"] == 500_000_000


def test_settlements_that_race_book_one_of_them(gateway):
    id = held(gateway, amount_usd=1)["id"]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: settled(gateway, id, cost_usd=f"0.0{n + 10}"), range(16)))
    [first] = [answer for answer in answers if "already_settled" not in answer]
    assert {answer["cost_usd"] for answer in answers} == {first["cost_usd"]}
    [line] = lines(gateway, id)
    assert Decimal(line["cost_nanodollars"]) / 10**9 == first["cost_usd"]


def test_a_release_books_nothing_and_gives_everything_back(gateway):
    id = held(gateway, amount_usd=1)["id"]
    status, answer = release(gateway, id)
    assert (status, answer["status"], answer["cost_usd"]) == (200, "settled", 0)
    assert [line["status"] for line in lines(gateway, id)] == ["aborted"]
    assert gateway.held() == 0 and gateway.budget("meter")["spent_nanodollars"] == 0


def test_fifty_holds_at_once_never_pass_a_small_budget(gateway):
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: hold(gateway, SMALL, amount_usd="0.004"), range(50)))
    assert sorted(status for status, _ in answers) == [201] * 12 + [429] * 38
    refused = [answer for answer in answers if answer[0] == 429]
    assert error(refused[0], 429, "budget_held")["budget"]["needed"] == Decimal("0.004")
    ids = [answer["id"] for status, answer in answers if status == 201]
    assert gateway.budget("small")["held_nanodollars"] == 48_000_000
    for id in ids:
        settled(gateway, id, SMALL, cost_usd="0.004")
    assert gateway.budget("small")["spent_nanodollars"] == 48_000_000
    denial = error(hold(gateway, SMALL, amount_usd="0.004"), 402, "budget_exceeded")
    assert denial["budget"]["remaining"] == Decimal("0.002")
    error(hold(gateway, SMALL, input_tokens=10, max_tokens=20, x_tuppence_max_cost="0.0001"), 402, "max_cost_exceeded")


def test_a_hold_outlives_a_gateway_that_is_killed(gateway):
    first, second = held(gateway, amount_usd=1), held(gateway, amount_usd=2)
    gateway.kill()
    gateway.start()
    assert settled(gateway, first["id"], cost_usd=0.25)["late"] is False
    gateway.kill()
    gateway.start()
    assert settled(gateway, first["id"], cost_usd=0.25)["already_settled"] is True
    assert call(gateway, "GET", f"/v1/holds/{second['id']}")[1]["status"] == "held"
    assert settled(gateway, second["id"], cost_usd=0.5)["cost_usd"] == Decimal("0.5")
    assert gateway.budget("meter")["spent_nanodollars"] == 750_000_000 and gateway.held() == 0


def test_a_hold_that_nobody_settles_expires_and_the_late_truth_is_booked(gateway):
    id = held(gateway, amount_usd=1, expires_in=1)["id"]
    eventually("the hold expires", lambda: call(gateway, "GET", f"/v1/holds/{id}")[1]["status"] == "expired")
    assert gateway.held() == 0
    done = settled(gateway, id, cost_usd=0.25)
    assert (done["late"], done["cost_usd"]) == (True, Decimal("0.25"))
    again = settled(gateway, id, cost_usd=0.25)
    assert (again["late"], again["already_settled"], again["cost_usd"]) == (True, True, Decimal("0.25"))
    assert [line["status"] for line in sorted(lines(gateway, id), key=lambda line: line["attempt"])] == [
        "expired", "completed"]
    assert gateway.budget("meter")["spent_nanodollars"] == 250_000_000
    assert usage(gateway)["total"]["requests"] == 1


def test_nobody_finds_the_holds_of_another_key_or_of_requests_in_flight(gateway):
    id = held(gateway, amount_usd=1)["id"]
    strange = "hold_" + "0" * 32
    for found in [
            settle(gateway, id, OTHER, cost_usd=0), release(gateway, id, OTHER),
            call(gateway, "GET", f"/v1/holds/{id}", key=OTHER), settle(gateway, strange, cost_usd=0),
            release(gateway, "hold_nonsense"), call(gateway, "GET", "/v1/holds/req_" + id[5:])]:
        error(found, 404, "not_found")
    assert call(gateway, "GET", f"/v1/holds/{id}")[1]["status"] == "held"
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(
            lambda: gateway.client(METER).chat.completions.create(
                model="sandbox/chat-small?delay=2s", messages=[{"role": "user", "content": "hi"}], max_tokens=20))
        [request] = eventually("the request is held for", lambda: [
            hold for hold in usage(gateway)["holds"] if hold["id"].startswith("req_")])
        error(release(gateway, "hold_" + request["id"][4:]), 404, "not_found")
        answer = slow.result()
    assert answer.usage.completion_tokens > 0
    assert {line["status"] for line in lines(gateway, "hold_" + request["id"][4:])} == {"completed"}


def test_what_a_key_may_not_use_it_may_not_hold_for(gateway):
    error(hold(gateway, NARROW, model="sandbox/chat-small", amount_usd=1), 403, "model_not_allowed")
    assert hold(gateway, NARROW, amount_usd=1)[0] == 201
    error(hold(gateway, "tp_no_such_key", amount_usd=1), 401, "invalid_api_key")


@pytest.mark.parametrize("body, field", [
    ({}, "input_tokens"), ({"amount_usd": -1}, "amount_usd"), ({"amount_usd": "much"}, "amount_usd"),
    ({"amount_usd": 1, "input_tokens": 1}, "amount_usd"), ({"input_tokens": 1.5}, "input_tokens"),
    ({"amount_usd": 1, "expires_in": 0}, "expires_in"), ({"amount_usd": 1, "expires_in": 86_401}, "expires_in"),
    ({"amount_usd": 1, "model": ""}, "model"), ({"amount_usd": 1, "user": "u" * 257}, "user"),
    ({"amount_usd": 1e12}, "amount_usd")])
def test_a_hold_that_makes_no_sense_is_refused_with_the_field(gateway, body, field):
    assert error(hold(gateway, **body), 400, "invalid_request")["param"] == field


@pytest.mark.parametrize("body, field", [
    ({}, "usage"), ({"usage": {}}, "usage"), ({"usage": 5}, "usage"), ({"cost_usd": -0.5}, "cost_usd"),
    ({"cost_usd": 1, "status": "fine"}, "status"), ({"usage": USAGE, "dialect": "latin"}, "dialect")])
def test_a_settlement_that_makes_no_sense_is_refused_and_the_hold_stays(gateway, body, field):
    id = held(gateway, amount_usd=1)["id"]
    assert error(settle(gateway, id, **body), 400, "invalid_request")["param"] == field
    assert gateway.budget("meter")["held_nanodollars"] == 1_000_000_000


def test_a_wallet_pays_the_price_with_its_markup(gateway):
    denial = error(hold(gateway, RESOLD, amount_usd=1), 402, "wallet_empty")
    # Three nanodollars of room, since parts of a price are rounded up apart.
    assert denial["budget"]["needed"] == Decimal("1.500000003")
    paid = tuppence("wallet", "top-up", "acme", "2", "--config", gateway.configuration)
    assert paid.returncode == 0, paid.stderr
    id = held(gateway, RESOLD, amount_usd=1)["id"]
    assert usage(gateway, RESOLD)["wallet"] == {
        "customer": "acme", "held_usd": Decimal("1.500000003"), "remaining_usd": Decimal("0.499999997")}
    done = settled(gateway, id, RESOLD, usage=USAGE)
    assert (done["cost_usd"], done["charged_usd"]) == (USAGE_COST, USAGE_COST * Decimal("1.5"))
    known = held(gateway, RESOLD, amount_usd=1)["id"]
    assert settled(gateway, known, RESOLD, cost_usd=0.5)["charged_usd"] == Decimal("0.75")
    answer = usage(gateway, RESOLD)
    charged = Decimal("0.75") + USAGE_COST * Decimal("1.5")
    assert answer["wallet"]["remaining_usd"] == 2 - charged
    assert answer["total"]["cost_usd"] == charged and "charged_usd" not in answer["total"]
    [wallet] = tuppence_json("wallet", "list", "--config", gateway.configuration)
    assert Decimal(wallet["remaining_nanodollars"]) / 10**9 == 2 - charged
    assert "wallet" not in usage(gateway)


def test_rates_of_ones_own_are_held_for_by_tokens_and_never_by_an_amount(gateway):
    paid = tuppence("wallet", "top-up", "flat", "1", "--config", gateway.configuration)
    assert paid.returncode == 0, paid.stderr
    assert error(hold(gateway, FLAT, amount_usd="0.01"), 400, "invalid_request")["param"] == "amount_usd"
    # Of another model there is no rate but the markup.
    released = held(gateway, FLAT, model="far/away", amount_usd="0.01")["id"]
    assert release(gateway, released, FLAT)[0] == 200
    id = held(gateway, FLAT, input_tokens=1_000, max_tokens=200)["id"]
    before = usage(gateway, FLAT)["wallet"]
    done = settled(gateway, id, FLAT, usage=USAGE)
    assert done["cost_usd"] == USAGE_COST
    assert done["charged_usd"] == (1_000 * 5 + 200 * 50) / Decimal(1_000_000) <= before["held_usd"]
    # It costs nothing, and is sold all the same.
    free = held(gateway, FLAT, input_tokens=1_000, max_tokens=200)["id"]
    assert settled(gateway, free, FLAT, usage=USAGE, cost_usd=0)["charged_usd"] == done["charged_usd"]


def test_a_key_that_is_disabled_ends_its_holds_all_the_same(gateway):
    key = tuppence_json("keys", "create", "leaving", "--config", gateway.configuration)["key"]
    eventually("the key works", lambda: call(gateway, "GET", "/v1/usage", None, key)[0] == 200)
    first, second = held(gateway, key, amount_usd=1)["id"], held(gateway, key, amount_usd=1)["id"]
    assert tuppence("keys", "disable", "leaving", "--config", gateway.configuration).returncode == 0
    eventually("the key is refused", lambda: hold(gateway, key, amount_usd=1)[0] == 403)
    assert settled(gateway, first, key, cost_usd=0.25)["cost_usd"] == Decimal("0.25")
    assert release(gateway, second, key)[0] == 200
    assert call(gateway, "GET", f"/v1/holds/{first}", None, key)[0] == 403


def test_usage_says_what_spend_says_and_nothing_of_other_keys(gateway):
    client = gateway.client(METER)
    asked = {"messages": [{"role": "user", "content": "hi"}], "user": "ann"}
    for _ in range(2):
        client.chat.completions.create(model="fast", **asked)
    with pytest.raises(openai.InternalServerError):
        client.chat.completions.create(model="sandbox/chat-small?status=503", **asked)
    settled(gateway, held(gateway, model="far/away", amount_usd=1)["id"], cost_usd=0.5)
    settled(gateway, held(gateway, OTHER, model="else/where", amount_usd=3)["id"], OTHER, cost_usd=3)
    open = held(gateway, amount_usd=0.25, user="ann")
    answer = usage(gateway, query="?user=ann")
    spend = gateway.spend()
    [key] = [group for group in spend["keys"] if group["key"] == "meter"]
    for span in ["today", "month", "total"]:
        assert answer[span] == {
            "requests": key["requests"], "attempts": key["attempts"], "input_tokens": key["input_tokens"],
            "output_tokens": key["output_tokens"],
            "cost_usd": Decimal(key["cost_nanodollars"]) / 10**9}
    assert [model["model"] for model in answer["models"]][0] == "far/away"
    by_model = {group["model"]: group for group in spend["models"]}
    for model in answer["models"]:
        group = by_model.pop(model["model"])
        assert (model["requests"], model["cost_usd"]) == (
            group["requests"], Decimal(group["cost_nanodollars"]) / 10**9)
    assert list(by_model) == ["else/where"]
    assert answer["holds"] == [
        {name: open[name] for name in ["id", "model", "amount_usd", "expires_at"]}]
    assert answer["held_usd"] == Decimal("0.25")
    assert {budget["name"] for budget in answer["budgets"]} == {"meter", "by-user"}
    for name, account in [("meter", "meter"), ("by-user", "by-user/ann")]:
        [shown] = [budget for budget in spend["budgets"] if budget["account"] == account]
        got = budget(answer, name)
        assert [got["limit_usd"], got["spent_usd"], got["held_usd"], got["remaining_usd"]] == [
            Decimal(shown[f"{figure}_nanodollars"]) / 10**9 for figure in ["limit", "spent", "held", "remaining"]]
        assert got["resets_at"] == shown.get("resets_at")
    assert {budget["name"] for budget in usage(gateway)["budgets"]} == {"meter"}
    narrowed = usage(gateway, query="?model=" + quote("sandbox/chat-small", safe=""))
    assert budget(narrowed, "by-model")["account"] == "by-model/chat-small"
    others = usage(gateway, OTHER)
    assert (others["total"]["cost_usd"], others["holds"], others["budgets"]) == (3, [], [])
    assert usage(gateway, NARROW)["total"]["requests"] == 0


def test_usage_follows_what_is_booked_after_it_was_asked_for(gateway):
    for count in range(1, 6):
        settled(gateway, held(gateway, amount_usd=1)["id"], cost_usd=0.125)
        assert usage(gateway)["total"]["cost_usd"] == Decimal("0.125") * count


def test_programs_that_hold_settle_and_ask_at_once_agree_with_the_ledger_in_the_end(gateway):
    def program(number):
        for turn in range(10):
            id = held(gateway, OTHER, model=f"made/up{number % 5}", amount_usd="0.01")["id"]
            usage(gateway, OTHER)
            if turn % 3 == 0:
                release(gateway, id, OTHER)
            else:
                settled(gateway, id, OTHER, cost_usd=f"0.00{number:02}")

    with concurrent.futures.ThreadPoolExecutor(20) as pool:
        list(pool.map(program, range(20)))
    answer = usage(gateway, OTHER)
    assert answer["total"]["cost_usd"] == sum(Decimal(f"0.00{number:02}") * 6 for number in range(20))
    assert (answer["total"]["requests"], answer["holds"], answer["held_usd"]) == (200, [], 0)
    assert sum(model["cost_usd"] for model in answer["models"]) == answer["total"]["cost_usd"]


def test_a_hold_is_bounded_by_what_route_and_prices_say(gateway):
    status, answer = call(gateway, "GET", "/v1/holds")
    assert (status, answer["error"]["code"]) == (405, "method_not_allowed")
    assert call(gateway, "POST", "/v1/usage", {})[0] == 405
    error(hold(gateway, model="no-such-model", amount_usd=1), 404, "model_not_found")
    error(hold(gateway, model="sandbox/unpriced", input_tokens=1), 422, "price_unknown")
    # Without a limit of its own, a call has the route's.
    assert held(gateway, input_tokens=0)["amount_usd"] == Decimal("0.001")
    assert held(gateway, input_tokens=0, max_tokens=0)["amount_usd"] == 0
    assert held(gateway, input_tokens=0, max_tokens=10, n=3)["amount_usd"] == Decimal("0.0003")
