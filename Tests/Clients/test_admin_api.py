"""The admin API as programs use it, held against its own OpenAPI document, and against what the commands say."""

import csv
import io
import itertools
import json
import urllib.parse
from pathlib import Path

import jsonschema
import openai
import openapi_spec_validator
import pytest

from conftest import CONFIGURATION
from console_client import API, Browser, first_token
from programs import APP, Gateway, eventually, tuppence, tuppence_json

MESSAGES = [{"role": "user", "content": "Hello!"}]
ROLES = ["viewer", "operator", "owner"]


@pytest.fixture(scope="module")
def own(tmp_path_factory, sandbox):
    configuration = CONFIGURATION + "customers:\n  - { name: acme, prepaid: true }\n"
    program = Gateway(tmp_path_factory.mktemp("admin"), configuration, sandbox).start()
    yield program
    program.stop()


@pytest.fixture(scope="module")
def tokens(own) -> dict[str, str]:
    made = {
        role: tuppence_json("console", "token", "create", f"a-{role}", "--role", role, "--config", own.configuration)["token"]
        for role in ("viewer", "operator")
    }
    return {**made, "owner": first_token(own)}


@pytest.fixture(scope="module")
def api(own, tokens):
    return {role: API(own.console_port, token) for role, token in tokens.items()} | {None: API(own.console_port, None)}


@pytest.fixture(scope="module")
def document(api) -> dict:
    answer = api[None].call("GET", "/admin/v1/openapi.json")
    assert answer.status == 200
    return answer.json()


def operations(document: dict) -> list[tuple[str, str, dict]]:
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items() for method, operation in item.items()
    ]


def check(document: dict, method: str, path: str, answer):
    """The answer is one that the document has for this call, and looks as it says."""
    response = document["paths"][path][method.lower()]["responses"].get(str(answer.status))
    assert response, f"{method} {path} has no {answer.status}: {answer.text}"
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    schema = response["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": document["components"]})


def example(path: str, operation: dict) -> tuple[str, dict | None]:
    """A call that changes nothing: what it names is not there."""
    filled = path
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            filled = filled.replace("{" + parameter["name"] + "}", "nobody")
    return filled, ({"unknown": 1} if "requestBody" in operation else None)


def test_the_document_is_openapi(document):
    openapi_spec_validator.validate(document)
    assert document["openapi"].startswith("3.1")
    names = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(set(names)) == len(names) > 15


def test_every_call_of_the_document_is_served_and_denied_to_each_role_that_may_not(document, api):
    """A table that is made of the document: each endpoint, each role and nobody."""
    for (method, path, operation), role in itertools.product(operations(document), [*ROLES, None]):
        filled, body = example(path, operation)
        answer = api[role].call(method, filled, body)
        check(document, method, path, answer)
        may = role is not None and ROLES.index(role) >= ROLES.index(operation["x-role"])
        if role is None:
            assert (answer.status, answer.code) == (401, "not_signed_in"), (method, path)
        elif not may:
            assert (answer.status, answer.code) == (403, "forbidden"), (method, path, role)
        else:
            assert answer.status not in (401, 403, 405), (method, path, role, answer.text)


def test_who_looks_may_look_at_everything_and_nothing_else(document):
    for method, path, operation in operations(document):
        changes = method != "GET" and path != "/admin/v1/routes/explain"
        assert (operation["x-role"] == "viewer") == (not changes), (method, path)
        if "/tokens" in path and changes:
            assert operation["x-role"] == "owner"


def test_what_the_document_does_not_have_is_not_there(document, api):
    known = {path for _, path, _ in operations(document)}
    for path in ("/admin/v1", "/admin/v1/", "/admin/v1/nothing", "/admin/v2/keys", "/admin/v1/keys/a/b/c"):
        assert path not in known
        for method in ("GET", "POST", "PUT", "DELETE"):
            answer = api["owner"].call(method, path)
            assert answer.status in (404, 405) and answer.code in ("not_found", "method_not_allowed"), (method, path)
    for path, item in document["paths"].items():
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - {method.upper() for method in item}:
            filled, _ = example(path, {"parameters": [
                {"in": "path", "name": part[1:-1]} for part in path.split("/") if part.startswith("{")]})
            assert api["owner"].call(method, filled).status in (404, 405), (method, path)


@pytest.mark.parametrize("token", ["", "x", "tp_admin_" + "a" * 32, APP])
def test_what_is_no_token_counts_for_nothing(own, token):
    answer = API(own.console_port, token).call("GET", "/admin/v1/keys")
    assert (answer.status, answer.code) == (401, "invalid_token")


def test_a_key_is_made_used_rotated_and_disabled(own, document, api):
    operator = api["operator"]
    made = operator.call("POST", "/admin/v1/keys", {"name": "team"})
    check(document, "POST", "/admin/v1/keys", made)
    assert made.status == 201
    secret = made.json()["key"]

    def works(key: str) -> bool:
        try:
            own.client(key).chat.completions.create(model="fast-llm", messages=MESSAGES)
            return True
        except openai.AuthenticationError:
            return False
        except openai.PermissionDeniedError:
            return False

    eventually("the key counts", lambda: works(secret))
    assert operator.call("POST", "/admin/v1/keys", {"name": "team"}).status == 409
    assert operator.call("POST", "/admin/v1/keys", {"name": "app"}).status == 409, "it is in the configuration"

    rotated = operator.call("POST", "/admin/v1/keys/team/rotate", {"overlap_seconds": 3600})
    check(document, "POST", "/admin/v1/keys/{name}/rotate", rotated)
    new = rotated.json()["key"]
    eventually("the new secret counts", lambda: works(new))
    assert works(secret), "the former one counts beside it"
    [line] = [line for line in operator.call("GET", "/admin/v1/keys").json()["data"] if line["name"] == "team"]
    assert line["former_until"] == rotated.json()["former_until"]

    for seconds in (-1, -(2**63), 2**63 - 1, 30 * 86_400 + 1):
        refused = operator.call("POST", "/admin/v1/keys/team/rotate", {"overlap_seconds": seconds})
        assert (refused.status, refused.code) == (422, "invalid_request")

    once_more = operator.call("POST", "/admin/v1/keys/team/rotate").json()["key"]
    eventually("the third one counts", lambda: works(once_more))
    eventually("the second one does not", lambda: not works(new))
    assert not works(secret), "nor the first, which was to count for an hour beside the second"

    assert operator.call("POST", "/admin/v1/keys/team/disable").json() == {"name": "team", "disabled": True}
    eventually("it is refused", lambda: not works(once_more))
    assert operator.call("POST", "/admin/v1/keys/team/enable").status == 200
    eventually("it counts again", lambda: works(once_more))
    assert operator.call("POST", "/admin/v1/keys/app/disable").status == 409
    listed = operator.call("GET", "/admin/v1/keys")
    check(document, "GET", "/admin/v1/keys", listed)
    assert listed.json()["data"] == tuppence_json("keys", "list", "--config", own.configuration)
    for secret in (secret, new, once_more):
        assert secret not in listed.text


def test_a_key_may_have_an_end(own, document, api):
    operator, path = api["operator"], "/admin/v1/keys/brief"
    made = operator.call("POST", "/admin/v1/keys", {"name": "brief", "expires_in": "30d"})
    check(document, "POST", "/admin/v1/keys", made)
    assert made.status == 201
    got = operator.call("GET", path).json()
    assert (got["expires_at"], got["expired"]) == (made.json()["expires_at"], False)

    def code() -> str | None:
        try:
            own.client(made.json()["key"]).models.list()
            return None
        except openai.APIStatusError as error:
            return error.code

    eventually("it counts", lambda: code() is None)
    first = operator.call("GET", path).headers["etag"]
    changed = operator.call("PATCH", path, {"expires_in": "2s"}, if_match=first)
    check(document, "PATCH", "/admin/v1/keys/{name}", changed)
    assert changed.status == 200 and changed.headers["etag"] != first
    assert operator.call("PATCH", path, {"expires_in": "1d"}, if_match=first).status == 412
    eventually("it is over", lambda: code() == "key_disabled")
    assert operator.call("GET", path).json()["expired"] is True
    lasting = operator.call("PATCH", path, {"expires_at": None})
    check(document, "PATCH", "/admin/v1/keys/{name}", lasting)
    assert "expires_at" not in lasting.json() and lasting.json()["expired"] is False
    eventually("it counts again", lambda: code() is None)

    for body in ({}, {"expires_in": "soon"}, {"expires_in": None}, {"expires_at": "2020-01-01"}, {"expires_at": "tomorrow"},
                 {"expires_at": None, "expires_in": "1d"}, {"expires_at": "2120-01-01", "expires_in": "1d"}):
        refused = operator.call("PATCH", path, body)
        assert (refused.status, refused.code) == (422, "invalid_request"), body
    assert operator.call("PATCH", "/admin/v1/keys/app", {"expires_in": "1d"}).status == 409, "it is in the configuration"
    assert operator.call("PATCH", "/admin/v1/keys/nothing", {"expires_in": "1d"}).status == 404
    told = [line["action"] for line in operator.call("GET", "/admin/v1/audit").json()["data"] if line["subject"] == "brief"]
    assert told == ["key.expire", "key.expire", "key.create"]


def test_a_change_to_a_key_may_say_which_version_it_means(own, document, api):
    operator, path = api["operator"], "/admin/v1/keys/versioned"
    operator.call("POST", "/admin/v1/keys", {"name": "versioned"})
    got = operator.call("GET", path)
    check(document, "GET", "/admin/v1/keys/{name}", got)
    first = got.headers["etag"]
    assert first == f'"{got.json()["version"]}"'
    assert operator.call("POST", f"{path}/disable", if_match=first).status == 200
    second = operator.call("GET", path).headers["etag"]
    assert second != first
    for action, body in (("enable", None), ("disable", None), ("rotate", {})):
        answer = operator.call("POST", f"{path}/{action}", body, if_match=first)
        assert (answer.status, answer.code) == (412, "stale_version"), action
        check(document, "POST", f"/admin/v1/keys/{{name}}/{action}", answer)
    assert operator.call("GET", path).json()["disabled"] is True
    assert operator.call("POST", f"{path}/rotate", {}, if_match=second).status == 200
    assert operator.call("POST", f"{path}/enable", if_match="*").status == 200
    assert operator.call("POST", "/admin/v1/keys/nothing/enable", if_match="*").status == 404
    assert operator.call("POST", "/admin/v1/keys/nothing/enable", if_match='"1"').status == 404
    assert operator.call("GET", "/admin/v1/keys/nothing").status == 404
    told = [line["action"] for line in operator.call("GET", "/admin/v1/audit").json()["data"] if line["subject"] == "versioned"]
    assert told == ["key.enable", "key.rotate", "key.disable", "key.create"]


def test_commands_and_api_say_the_same(own, document, api):
    own.client().chat.completions.create(model="fast-llm", messages=MESSAGES)
    viewer = api["viewer"]
    assert viewer.call("GET", "/admin/v1/spend").json() == own.spend()
    for query in ("", "?by=provider,route&since=2026-01-01&forecast=true", "?by=customer&until=2020-01-01",
                  "?by=user,tag,tag:team,family"):
        check(document, "GET", "/admin/v1/spend", viewer.call("GET", "/admin/v1/spend" + query))
    by_route = viewer.call("GET", "/admin/v1/spend?by=route").json()
    assert by_route["routes"] == tuppence_json("spend", "--by", "route", "--config", own.configuration)["routes"]
    assert viewer.call("GET", "/admin/v1/spend?by=weather").status == 422
    assert viewer.call("GET", "/admin/v1/budgets").json()["data"] == own.spend()["budgets"]
    assert viewer.call("GET", "/admin/v1/ledger?limit=500").json()["data"] == own.ledger()
    assert viewer.call("GET", "/admin/v1/tokens").json()["data"] == tuppence_json(
        "console", "token", "list", "--config", own.configuration)
    assert viewer.call("GET", "/admin/v1/me").json() == {"name": "a-viewer", "role": "viewer"}


def test_money_goes_into_a_wallet_once(own, document, api):
    path, template = "/admin/v1/wallets/acme/top-ups", "/admin/v1/wallets/{customer}/top-ups"
    first = api["operator"].call("POST", path, {"amount_usd": "20.5", "note": "invoice 7"})
    check(document, "POST", template, first)
    assert first.json()["remaining_nanodollars"] == 20_500_000_000
    again = api["operator"].call("POST", path, {"amount_usd": "20.5", "id": first.json()["id"]})
    assert again.json()["repeated"] is True and again.json()["remaining_nanodollars"] == 20_500_000_000
    for other, amount in ((path, "21"), (path.replace("acme", "umbrella"), "20.5")):
        refused = api["operator"].call("POST", other, {"amount_usd": amount, "id": first.json()["id"]})
        check(document, "POST", template, refused)
        assert refused.status == 409 and "another top-up" in refused.json()["error"]["message"]
    back = api["operator"].call("POST", path, {"amount_usd": "-0.5"})
    assert back.json()["remaining_nanodollars"] == 20_000_000_000
    wallets = api["viewer"].call("GET", "/admin/v1/wallets")
    check(document, "GET", "/admin/v1/wallets", wallets)
    assert wallets.json()["data"] == tuppence_json("wallet", "list", "--config", own.configuration)
    numbers = [api["operator"].call("POST", path, {"amount_usd": amount}) for amount in (5, 0.25, -5.25)]
    check(document, "POST", template, numbers[-1])
    assert [number.json()["remaining_nanodollars"] for number in numbers] == [25_000_000_000, 25_250_000_000, 20_000_000_000]
    for amount in ("", "twenty", "0", "1e3", "0.0000000001", 0, 0.1 + 0.2, 1e12, True, None):
        assert api["operator"].call("POST", path, {"amount_usd": amount}).status == 422, amount


@pytest.mark.parametrize("path", ["keys", "tokens", "budgets", "wallets", "holds"])
def test_lists_come_in_pages(own, document, api, path):
    operator, path = api["operator"], f"/admin/v1/{path}"
    operator.call("POST", "/admin/v1/keys", {"name": "paged"})
    for customer in ("page-1", "page-2"):
        operator.call("POST", f"/admin/v1/wallets/{customer}/top-ups", {"amount_usd": "1"})
    for number in (1, 2):
        operator.call("POST", "/admin/v1/budgets", {"name": f"page-{number}", "scope": {"key": "app"}, "limit": "100", "per": "day"})

    def page(**query):
        answer = operator.call("GET", f"{path}?{urllib.parse.urlencode(query)}")
        check(document, "GET", path, answer)
        return answer.json()

    everything, found, cursor = page(limit=500), [], None
    assert "next_cursor" not in everything
    while True:
        part = page(limit=1, **({"cursor": cursor} if cursor else {}))
        found += part["data"]
        cursor = part.get("next_cursor")
        if not cursor:
            break
        assert len(part["data"]) == 1
    assert [sorted(line.items(), key=str) for line in found] == [sorted(line.items(), key=str) for line in everything["data"]]
    assert "holds" in path or len(found) >= 2
    for wrong in ("limit=0", "limit=501", "limit=x", "cursor=x", "cursor=0.a", "cursor=1"):
        refused = operator.call("GET", f"{path}?{wrong}")
        assert (refused.status, refused.code) == (422, "invalid_request"), wrong


def test_the_ledger_is_searched_and_paged(own, document, api):
    client = own.client()
    for customer, model in itertools.product(("north", "south"), ("fast-llm", "falls-over")):
        client.chat.completions.create(
            model=model, messages=MESSAGES,
            extra_headers={"x-tuppence-customer": customer, "x-tuppence-tags": f"from={customer},job=nightly"})
    viewer = api["viewer"]

    def search(**query) -> list[dict]:
        lines, cursor, pages = [], None, 0
        while True:
            more = {"cursor": cursor} if cursor else {}
            answer = viewer.call("GET", "/admin/v1/ledger?" + urllib.parse.urlencode({**query, "limit": 2, **more}))
            check(document, "GET", "/admin/v1/ledger", answer)
            page = answer.json()
            lines += page["data"]
            pages += 1
            assert len(page["data"]) <= 2 and pages < 100
            cursor = page.get("next_cursor")
            if not cursor:
                return lines

    ledger = own.ledger()
    assert search() == ledger
    for query, wanted in [
        ({"customer": "north"}, lambda line: line.get("customer") == "north"),
        ({"route": "falls-over", "customer": "south"},
         lambda line: line["route"] == "falls-over" and line.get("customer") == "south"),
        ({"status": "failed"}, lambda line: line["status"] == "failed"),
        ({"model": "chat-large", "provider": "sandbox"}, lambda line: line["model"] == "chat-large"),
        ({"key": "nobody"}, lambda line: False),
        ({"tag": "from=north"}, lambda line: line.get("customer") == "north"),
        ({"tag": "job"}, lambda line: "job=nightly" in line.get("tags", "")),
        ({"tag": "north"}, lambda line: False),
        ({"since": ledger[1]["at"]}, lambda line: line["at"] >= ledger[1]["at"]),
        ({"until": ledger[1]["at"]}, lambda line: line["at"] < ledger[1]["at"]),
    ]:
        assert search(**query) == [line for line in ledger if wanted(line)], query

    request = next(line["request_id"] for line in ledger if line["route"] == "falls-over")
    one = viewer.call("GET", f"/admin/v1/ledger/{request}")
    check(document, "GET", "/admin/v1/ledger/{request_id}", one)
    assert [line["status"] for line in one.json()["data"]] == ["failed", "completed"]
    assert sorted(one.json()["data"], key=lambda line: line["attempt"]) == sorted(
        own.entries(request), key=lambda line: line["attempt"])
    assert viewer.call("GET", "/admin/v1/ledger/req_00000000000000000000000000000000").status in (404, 422)
    for query in ("limit=0", "limit=501", "limit=x", "cursor=x", "cursor=-1.0", "status=paid", "since=yesterday", "tag=", "tag=a%20b"):
        answer = viewer.call("GET", f"/admin/v1/ledger?{query}")
        assert answer.status == 422, query
        check(document, "GET", "/admin/v1/ledger", answer)


def test_the_ledger_is_told_as_csv(own, document, api):
    client = own.client()
    for number in range(3):
        client.chat.completions.create(model="fast-llm", messages=MESSAGES, user=f"user, no. {number}")
    answer = api["viewer"].call("GET", "/admin/v1/ledger?format=csv")
    assert answer.status == 200 and answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "text/csv" in document["paths"]["/admin/v1/ledger"]["get"]["responses"]["200"]["content"]
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    lines = own.ledger()
    assert [row["place"] for row in rows] == [line["place"] for line in lines]
    for row, line in zip(rows, lines):
        usage = line.pop("usage")
        assert {kind: int(row.pop(f"usage_{kind}")) for kind in usage} == usage
        assert row == {name: "" for name in row} | {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in line.items()}
    assert tuppence("ledger", "--csv", "--config", own.configuration).stdout.splitlines() == answer.text.splitlines()
    some = api["viewer"].call("GET", "/admin/v1/ledger?format=csv&limit=2&cursor=" + lines[0]["place"]).text
    assert [row["place"] for row in csv.DictReader(io.StringIO(some, newline=""))] == [line["place"] for line in lines[1:3]]
    for wrong in ("format=xml", "format=csv&cursor=x", "format=csv&limit=0"):
        refused = api["viewer"].call("GET", f"/admin/v1/ledger?{wrong}")
        check(document, "GET", "/admin/v1/ledger", refused)
        assert refused.status == 422, wrong


def test_customers_and_prices_are_listed(own, document, api):
    own.client().chat.completions.create(model="fast-llm", messages=MESSAGES, extra_headers={"x-tuppence-customer": "guest"})
    operator = api["operator"]
    customers = operator.call("GET", "/admin/v1/customers?limit=500")
    check(document, "GET", "/admin/v1/customers", customers)
    lines = {line["customer"]: line for line in customers.json()["data"]}
    assert list(lines) == sorted(lines)
    assert (lines["acme"]["listed"], lines["acme"]["prepaid"]) == (True, True)
    assert (lines["guest"]["listed"], lines["guest"]["prepaid"]) == (False, False)
    assert lines["guest"]["requests"] == 1 and lines["guest"]["markup_percent"] == 0

    prices = operator.call("GET", "/admin/v1/prices?provider=openai&model=gpt-4o*&limit=500")
    check(document, "GET", "/admin/v1/prices", prices)
    assert prices.json()["data"] == tuppence_json("prices", "list", "openai/gpt-4o*", "--config", own.configuration)
    page = operator.call("GET", "/admin/v1/prices?limit=1").json()
    assert len(page["data"]) == 1
    [after] = operator.call("GET", f"/admin/v1/prices?limit=1&cursor={page['next_cursor']}").json()["data"]
    assert after["target"] > page["data"][0]["target"]
    assert operator.call("GET", "/admin/v1/prices?provider=nobody").json() == {"data": []}


def test_routes_and_providers_show_how_targets_are_doing(own, document, api):
    client = own.client()
    for _ in range(3):
        client.chat.completions.create(model="falls-over", messages=MESSAGES)
    routes = api["viewer"].call("GET", "/admin/v1/routes")
    check(document, "GET", "/admin/v1/routes", routes)
    [route] = [route for route in routes.json()["data"] if route["name"] == "falls-over"]
    ill, well = [choice["target"] for choice in route["targets"]]
    assert ill["share"] < 1 and well["share"] == 1 and well["standing"] == "open"
    providers = api["viewer"].call("GET", "/admin/v1/providers")
    check(document, "GET", "/admin/v1/providers", providers)
    [provider] = providers.json()["data"]
    assert provider["name"] == "sandbox"
    shares = {target["target"]: target["share"] for target in provider["targets"]}
    assert shares[ill["target"]] == ill["share"]
    assert "none" not in provider.values(), "no provider's key is shown"


def test_a_route_is_explained_as_the_command_does(own, document, api, tmp_path):
    # One whose targets are well: how others do the gateway alone knows.
    body = {"model": "fast-llm", "messages": MESSAGES}
    answer = api["viewer"].call("POST", "/admin/v1/routes/explain?key=app", body)
    check(document, "POST", "/admin/v1/routes/explain", answer)
    file = tmp_path / "request.json"
    file.write_text(json.dumps(body))
    finished = tuppence("routes", "explain", file, "--key", "app", "--json", "--config", own.configuration)
    assert answer.json() == json.loads(finished.stdout)
    refused = api["viewer"].call("POST", "/admin/v1/routes/explain", {"model": "nowhere", "messages": MESSAGES})
    assert refused.status == 422 and "nowhere" in refused.json()["error"]["message"]


def test_the_configuration_is_read_anew_and_one_with_a_mistake_changes_nothing(own, document, api):
    file, path = Path(own.configuration), "/admin/v1/configuration/reload"
    before = file.read_text()

    def models() -> set[str]:
        with own.client() as client:
            return {model.id for model in client.models.list()}

    try:
        assert "another-route" not in models()
        file.write_text(before.replace("routes:\n", "routes:\n  another-route: { targets: [ sandbox/chat-small ] }\n", 1))
        assert api["viewer"].call("POST", path).status == 403
        answer = api["operator"].call("POST", path)
        check(document, "POST", path, answer)
        assert answer.json() == {"file": str(file), "reloaded": True, "needs_restart": []}
        assert "another-route" in models()
        file.write_text(file.read_text() + "nonsense: true\n")
        answer = api["operator"].call("POST", path)
        check(document, "POST", path, answer)
        assert (answer.status, answer.code) == (409, "conflict") and "nonsense" in answer.json()["error"]["message"]
        assert "another-route" in models()
    finally:
        file.write_text(before)
    assert api["operator"].call("POST", path).status == 200
    assert "another-route" not in models()
    line = api["viewer"].call("GET", "/admin/v1/audit?limit=1").json()["data"][0]
    assert (line["actor"], line["action"], line["subject"]) == ("a-operator", "configuration.reload", str(file))


def test_every_change_is_written_down_and_no_secret_with_it(own, document, api, tokens):
    made = api["owner"].call("POST", "/admin/v1/tokens", {"name": "for-audit", "role": "viewer", "lasting_seconds": 60})
    check(document, "POST", "/admin/v1/tokens", made)
    token = made.json()["token"]
    key = api["operator"].call("POST", "/admin/v1/keys", {"name": "audited"}).json()["key"]
    tuppence("keys", "disable", "audited", "--config", own.configuration)
    assert api["owner"].call("POST", "/admin/v1/tokens/for-audit/disable").status == 200
    api["viewer"].call("POST", "/admin/v1/keys", {"name": "never"})

    answer = api["viewer"].call("GET", "/admin/v1/audit?limit=500")
    check(document, "GET", "/admin/v1/audit", answer)
    told = [(line["actor"], line["origin"], line["action"], line["subject"]) for line in answer.json()["data"]]
    assert told[:4] == [
        ("owner", "console", "token.disable", "for-audit"),
        (told[1][0], "command", "key.disable", "audited"),
        ("a-operator", "console", "key.create", "audited"),
        ("owner", "console", "token.create", "for-audit"),
    ]
    assert all(subject != "never" for *_, subject in told)
    for secret in (token, key, *tokens.values()):
        assert secret not in answer.text
    pages, cursor = [], ""
    while True:
        page = api["viewer"].call("GET", f"/admin/v1/audit?limit=3&cursor={cursor}").json()
        pages += page["data"]
        cursor = page.get("next_cursor")
        if not cursor:
            break
    assert pages == answer.json()["data"]


def test_a_session_changes_things_with_its_form_token_alone(own, tokens):
    browser = Browser(own.console_port)
    browser.sign_in(tokens["operator"])
    form_token = browser.get("/").text.split('name="csrf" value="')[1].split('"')[0]
    body = json.dumps({"name": "by-browser"}).encode()

    def create(**headers: str):
        return browser.send("POST", "/admin/v1/keys", body, content_type="application/json", **headers)

    assert browser.get("/admin/v1/keys").status == 200
    assert create().code == "foreign_form"
    assert create(x_csrf_token="wrong").code == "foreign_form"
    assert create(x_csrf_token=form_token, origin="http://evil.example").code == "foreign_form"
    assert create(x_csrf_token=form_token, origin=browser.origin).status == 201


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"name": 1}', b'{"name": ""}', b'{"name": "a/b"}',
                                  b'{"name": "ok", "extra": 1}', b"\xff\xfe", b'{"name": "' + b"x" * 200 + b'"}'])
def test_a_body_with_a_mistake_is_told_so(own, document, tokens, body):
    browser = Browser(own.console_port)
    answer = browser.send("POST", "/admin/v1/keys", body, authorization=f"Bearer {tokens['operator']}")
    assert answer.status == 422 and answer.code == "invalid_request"
    check(document, "POST", "/admin/v1/keys", answer)


def test_a_body_that_is_too_long_is_refused(own, document, tokens):
    body = b'{"name": "' + b"x" * (300 << 10) + b'"}'
    answer = Browser(own.console_port).send("POST", "/admin/v1/keys", body, authorization=f"Bearer {tokens['operator']}")
    assert (answer.status, answer.code) == (413, "request_too_large")
    check(document, "POST", "/admin/v1/keys", answer)


def test_a_body_that_is_compressed_is_refused_and_told_how_to_be_sent(own, document, tokens):
    fields = {"authorization": f"Bearer {tokens['operator']}", "content_encoding": "gzip"}
    answer = Browser(own.console_port).send("POST", "/admin/v1/keys", b"\x1f\x8b\x08", **fields)
    assert (answer.status, answer.code) == (415, "unsupported_encoding")
    assert answer.headers["accept-encoding"] == "identity"
    check(document, "POST", "/admin/v1/keys", answer)
