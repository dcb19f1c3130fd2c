"""A top-up whose answer is lost on the way from PostgreSQL is booked once, and whoever asked for it can tell."""

import os
import re

import pytest

from nodes import CONFIGURATION
from programs import Gateway, Helper, tuppence, tuppence_json

BOOKS, LOOKS = "INSERT INTO top_ups", "SELECT 1 FROM top_ups"


@pytest.fixture
def losing(postgres, sandbox, tmp_path):
    """A gateway's configuration; answers to what has these texts in it are lost on their way to it, one after the other."""
    database = f"money-{os.urandom(4).hex()}"
    # Makes the tables.
    Gateway(tmp_path, CONFIGURATION, sandbox, postgres.make_database(database)).start().stop()
    cables = []

    def start(*texts: str):
        cables.append(Helper("cable.py", tmp_path, postgres.port, *texts).start())
        address = f"postgres://tuppence@127.0.0.1:{cables[-1].port}/{database}"
        return Gateway(tmp_path, CONFIGURATION, sandbox, address).configuration

    yield start
    for cable in cables:
        cable.stop()


def wallets(configuration) -> dict[str, int]:
    listed = tuppence_json("wallet", "list", "--config", configuration)
    return {wallet["customer"]: wallet["remaining_nanodollars"] for wallet in listed}


def test_one_lost_answer_is_asked_for_again(losing):
    configuration = losing(BOOKS)
    paid = tuppence_json("wallet", "top-up", "acme", "3", "--config", configuration)
    assert paid["repeated"] is False
    assert paid["remaining_nanodollars"] == 3_000_000_000
    assert wallets(configuration) == {"acme": 3_000_000_000}


def test_where_the_second_is_lost_too_the_error_has_the_id_to_repeat_it_by(losing):
    configuration = losing(BOOKS, LOOKS)
    failed = tuppence("wallet", "top-up", "acme", "3", "--config", configuration)
    assert failed.returncode == 1
    [id] = re.findall(r"--id (req_\w+)", failed.stderr)
    again = tuppence_json("wallet", "top-up", "acme", "3", "--id", id, "--config", configuration)
    assert again["repeated"] is True
    assert wallets(configuration) == {"acme": 3_000_000_000}
