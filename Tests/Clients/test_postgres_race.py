"""Three gateways on one PostgreSQL, and callers of all of them after the same money: by the provider's own count nobody gets
more than there is.

bench/nodes is the same at length, and with faults.
"""

import asyncio
import os
import threading

import pytest

from money import NANODOLLARS
from nodes import Nodes
from programs import BillingProvider
from race import Race, Size

SIZE = Size(callers=90, shared_limit=NANODOLLARS // 5, small_keys=30)


@pytest.fixture
def provider(tmp_path):
    program = BillingProvider(tmp_path, "--seconds", 0.4).start()
    yield program
    program.stop()


@pytest.fixture
def nodes(tmp_path, postgres, provider):
    name = f"race-{os.urandom(4).hex()}"
    nodes = Nodes(tmp_path, SIZE.configuration, provider, postgres.make_database(name))
    try:
        yield nodes.start()
    finally:
        nodes.stop()
    assert postgres.deadlocks(name) == 0


class Auditor(threading.Thread):
    """Reads all balances over and over, as an operator of one node would, while the race is on."""

    def __init__(self, nodes: Nodes):
        super().__init__(daemon=True)
        self.nodes, self.seen, self.finished = nodes, [], threading.Event()

    def run(self):
        while not self.finished.is_set():
            self.seen += self.nodes[0].spend()["budgets"]

    def stop(self) -> list[dict]:
        self.finished.set()
        self.join(timeout=30)
        assert not self.is_alive()
        return self.seen


@pytest.mark.slow
def test_callers_of_three_nodes_cannot_spend_more_than_there_is(nodes, provider):
    auditor = Auditor(nodes)
    auditor.start()
    race = Race(nodes, provider, SIZE)
    asyncio.run(asyncio.wait_for(race.run(), timeout=90))
    seen = auditor.stop()

    def together(budget: dict) -> int:
        return budget["spent_nanodollars"] + budget["held_nanodollars"]

    assert len(seen) >= 3 * len(SIZE.limits), "the auditor looked too rarely to mean anything"
    assert [budget for budget in seen if together(budget) > budget["limit_nanodollars"]] == []
    assert any(budget["held_nanodollars"] > 0 for budget in seen), "what is in flight is shown as held"

    assert set(race.refusals) <= {"budget_held"}
    accounts = race.accounts()
    for name, account in accounts.items():
        assert account.held == 0
        assert account.billed == account.spent == account.booked <= account.limit, name
        assert account.spent >= 0.6 * account.limit or name == "probe", f"most of {name} is usable"
    for node in nodes:
        assert {budget["name"]: budget["spent_nanodollars"] for budget in node.spend()["budgets"]} == {
            name: account.spent for name, account in accounts.items()}
    entries = nodes[2].ledger()
    assert {entry["status"] for entry in entries} == {"completed"}
    assert len(entries) == len(race.answered) == sum(line["requests"] for line in provider.bill().values())
    nodes.verify()
