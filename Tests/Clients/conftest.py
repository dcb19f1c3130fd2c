"""Real clients against the real binary.

    python3 -m venv /tmp/clients && /tmp/clients/bin/pip install -r Tests/Clients/requirements.txt
    swift build && /tmp/clients/bin/pytest Tests/Clients          # TUPPENCE_BINARY=… for another binary

One sandbox provider and one gateway in front of it serve the whole run; a test that needs a store or limits of its own
starts its own gateway. What tests share is in `support`, where pytest.ini has Python look for it.
"""

import os

import pytest

from nodes import Nodes
from postgres import Postgres
from programs import Gateway, Program, Sandbox

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  sandbox: { dialect: openai, base_url: "@SANDBOX@", api_key: none }
prices:
  sandbox/chat-small*: { input: 0.10, cached_input: 0.025, output: 0.40 }
  sandbox/chat-large*: { input: 3, output: 15 }
  sandbox/embed-small: { input: 0.02 }
routes:
  fast-llm:
    targets:
      - { target: sandbox/chat-small, weight: 80 }
    max_output_tokens: 256
  talkative:
    targets: [ "sandbox/chat-small?tokens=5000" ]
    max_output_tokens: 50
  falls-over:
    targets:
      - { target: "sandbox/chat-small?status=503", priority: 1 }
      - { target: sandbox/chat-large, priority: 2 }
  breaks-early:
    targets:
      - { target: "sandbox/chat-small?reset", priority: 1 }
      - { target: sandbox/chat-large, priority: 2 }
  limited:
    targets: [ "sandbox/chat-small?status=429" ]
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
  - { name: poor, secret: tp_test_poor_0123456789abcdef }
  - { name: narrow, secret: tp_test_narrow_0123456789abcde, routes: [fast-llm] }
budgets:
  - { name: app-daily, scope: { key: app }, limit: $1000, per: day, hard: reject }
  - { name: poor-daily, scope: { key: poor }, limit: $0.000001, per: day, hard: reject }
"""


def pytest_configure():
    # The SDK reads these; a test says itself what it wants.
    for name in [name for name in os.environ if name.startswith(("OPENAI_", "ANTHROPIC_", "GOOGLE_", "GEMINI_")) or name.lower().endswith("_proxy")]:
        del os.environ[name]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the end of every log that was written to while it ran."""
    report = yield
    if report.failed:
        for program in dict.fromkeys(Program.started):
            if program.log.exists() and program.log.stat().st_mtime >= call.start:
                report.sections.append((f"end of {program.log}", program.output()[-4000:]))
    return report


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    program = Sandbox(tmp_path_factory.mktemp("sandbox")).start()
    yield program
    program.stop()


@pytest.fixture(scope="session")
def gateway(tmp_path_factory, sandbox):
    program = Gateway(tmp_path_factory.mktemp("gateway"), CONFIGURATION, sandbox).start()
    yield program
    program.stop()


@pytest.fixture(scope="session")
def client(gateway):
    with gateway.client() as client:
        yield client


@pytest.fixture
def start_gateway(tmp_path, sandbox):
    """Starts a gateway of the test's own; it ends with the test."""
    gateways = []

    def start(configuration: str) -> Gateway:
        gateways.append(Gateway(tmp_path, configuration, sandbox).start())
        return gateways[-1]

    yield start
    for gateway in gateways:
        if gateway.process.poll() is None:
            gateway.stop()


@pytest.fixture(scope="session")
def postgres():
    """For all tests that leave it alone; each has a database of its own."""
    server = Postgres()
    try:
        yield server.start()
    finally:
        server.remove()


@pytest.fixture
def start_nodes(tmp_path, sandbox):
    """Starts three gateways on one new database of a server; they end with the test."""
    started = []

    def start(server: Postgres, configuration: str) -> Nodes:
        store = server.make_database(f"books-{len(started)}-{os.urandom(4).hex()}")
        started.append(Nodes(tmp_path, configuration, sandbox, store))
        return started[-1].start()

    yield start
    for nodes in started:
        nodes.stop()
