"""Three gateways on one PostgreSQL, of which something dies under load: the books balance, and answers go on without a restart
of what lived."""

import pytest

from node_faults import killed, stopped
from nodes import CONFIGURATION, HOLD_LASTS, Callers, Nodes
from postgres import Postgres
from programs import eventually, tuppence_json

# Holds in force are swept away once a second.
EXPIRY = HOLD_LASTS + 10


@pytest.fixture
def own_postgres():
    """A server of the test's own, which syncs what it commits."""
    server = Postgres(durable=True)
    try:
        yield server.start()
    finally:
        server.remove()


def settle(nodes: Nodes, answered: dict[str, int]):
    """What has died leaves no hold behind, and the books are in order."""
    eventually("nothing is held any more", lambda: nodes[0].held() == 0, within=EXPIRY, every=0.5)
    assert tuppence_json("holds", "--config", nodes[0].configuration) == []
    nodes.check_books(answered)


@pytest.mark.slow
def test_kill_9_of_a_node_pins_nothing_and_stops_no_other(start_nodes, postgres):
    nodes = start_nodes(postgres, CONFIGURATION)
    with Callers(nodes) as callers:
        callers.wait_for(10, 0, 1, 2)
        with killed(nodes[1]):
            callers.wait_for(20, 0, 2)
        callers.wait_for(10, 0, 1, 2)
    # Of the node that was gone, and of nobody else.
    assert {refusal for refusal in callers.refusals if refusal.startswith(("4", "5"))} == set()
    settle(nodes, callers.answered)
    expired = [entry for entry in nodes[0].ledger() if entry["status"] == "expired"]
    assert expired, "the kill left nothing in flight, so it proves nothing"


@pytest.mark.slow
def test_kill_9_of_the_database_loses_nothing_and_answers_go_on(start_nodes, own_postgres):
    nodes = start_nodes(own_postgres, CONFIGURATION)
    with Callers(nodes) as callers:
        callers.wait_for(10, 0, 1, 2)
        with killed(own_postgres):
            eventually(
                "requests are refused while there are no books", lambda: callers.refusals["503 ledger_unavailable"] >= 10,
                within=20)
        callers.wait_for(10, 0, 1, 2)
    assert all(node.process.poll() is None for node in nodes)
    settle(nodes, callers.answered)


@pytest.mark.slow
def test_connections_that_are_cut_are_made_again(start_nodes, postgres):
    nodes = start_nodes(postgres, CONFIGURATION)
    with Callers(nodes) as callers:
        for _ in range(3):
            callers.wait_for(10, 0, 1, 2)
            cut = postgres.query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname LIKE 'books-%'", database="postgres")
            assert len(cut) >= 3, "there was nothing to cut"
        callers.wait_for(10, 0, 1, 2)
    settle(nodes, callers.answered)


@pytest.mark.slow
def test_a_node_that_stops_is_waited_for_by_nobody_and_comes_back_to_books_that_balance(start_nodes, postgres):
    nodes = start_nodes(postgres, CONFIGURATION)
    with Callers(nodes) as callers:
        callers.wait_for(10, 0, 1, 2)
        with stopped(nodes[1]):
            eventually(
                "its holds expire", lambda: any(entry["status"] == "expired" for entry in nodes[0].ledger()), within=EXPIRY,
                every=0.5)
            callers.wait_for(10, 0, 2, within=30)
        callers.wait_for(10, 0, 1, 2)
    settle(nodes, callers.answered)
