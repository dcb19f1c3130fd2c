"""The admin API against what its own OpenAPI document lets one think up: Schemathesis makes calls of it, right ones and wrong
ones, and holds every answer against it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import CONFIGURATION
from console_client import API, first_token
from programs import Gateway, REPOSITORY, clean_environment

# Whoever tries many tokens gets 429, whatever they are, so that test_admin_api.py tries each call without one. Which requests make
# sense to be explained no document says, nor what a budget may be, nor which version a key has or when it may end, nor which numbers are exact amounts:
# what is thought up of these mostly gets 422 or 412.
SETTINGS = """\
[checks]
ignored_auth.enabled = false

[[operations]]
include-path-regex = "^/admin/v1/(routes/explain|budgets|keys|wallets/)"
checks.positive_data_acceptance.enabled = false
"""
MESSAGES = [{"role": "user", "content": "Hello!"}]
DOCUMENT = REPOSITORY / "docs/reference/admin-api.md"
ROLES = ["viewer", "operator", "owner"]


@pytest.fixture
def own(tmp_path, sandbox):
    configuration = CONFIGURATION + "customers:\n  - { name: acme, prepaid: true }\n"
    program = Gateway(tmp_path, configuration, sandbox).start()
    yield program
    program.stop()


def schemathesis(gateway: Gateway, token: str, folder: Path) -> str:
    """What it has to complain of; nothing, if all is well."""
    (folder / "schemathesis.toml").write_text(SETTINGS)
    finished = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "run",
            f"http://127.0.0.1:{gateway.console_port}/admin/v1/openapi.json",
            "--header", f"Authorization: Bearer {token}", "--max-examples", "25", "--seed", "20261127",
            "--request-timeout", "10", "--no-color", "--warnings", "off",
        ],
        cwd=folder, env=clean_environment(folder), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=400)
    assert token not in finished.stdout
    return "" if finished.returncode == 0 else finished.stdout[-12_000:] + finished.stderr[-2_000:]


@pytest.mark.parametrize("role", ROLES)
def test_no_call_that_can_be_thought_up_is_answered_otherwise_than_the_document_says(own, tmp_path, role):
    """No 5xx, no status, type or shape of an answer that it does not have; what is wrong is refused, what is right is done."""
    owner = API(own.console_port, first_token(own))
    for name in ("Ada", "Grace"):
        own.client().chat.completions.create(model="fast-llm", messages=MESSAGES, user=name)
    made = owner.call("POST", "/admin/v1/tokens", {"name": f"the-{role}", "role": role})
    assert made.status == 201
    complaints = schemathesis(own, made.json()["token"], tmp_path)
    assert not complaints, complaints
    assert own.process.poll() is None
    assert "could not answer" not in own.output(), own.output()[-4_000:]


def table(document: dict) -> str:
    """Each call with the roles that may make it."""
    rows = [
        (path.removeprefix("/admin/v1"), method.upper(), operation)
        for path, item in document["paths"].items() for method, operation in item.items()
    ]
    lines = [
        "# Who may call what",
        "",
        "Made of the console's own OpenAPI document by `test_admin_schema.py`, which fails where this page is stale.",
        "`test_admin_api.py` makes every call in every role. Without a token each is answered with 401, without the role with",
        "403. What the calls do is in [console.md](console.md#admin-api).",
        "",
        "| Call, below `/admin/v1` | viewer | operator | owner | |",
        "|---|---|---|---|---|",
    ]
    for path, method, operation in sorted(rows, key=lambda row: (row[0], row[1])):
        least = ROLES.index(operation["x-role"])
        may = " | ".join("yes" if index >= least else "no" for index in range(len(ROLES)))
        lines.append(f"| `{method} {path}` | {may} | {operation['summary']} |")
    return "\n".join(lines) + "\n"


def test_the_page_of_calls_and_roles_says_what_is_served(own):
    document = API(own.console_port, None).call("GET", "/admin/v1/openapi.json").json()
    written = table(document)
    if os.environ.get("TUPPENCE_WRITE_DOCS"):
        DOCUMENT.write_text(written)
    assert DOCUMENT.is_file() and DOCUMENT.read_text() == written, (
        "docs/reference/admin-api.md is stale. Run: TUPPENCE_WRITE_DOCS=1 pytest Tests/Clients/test_admin_schema.py")
