"""Several kinds of outage at once, with real processes: no caller notices, and the books agree.

bench/outages is the same at length, with figures of how long callers waited.
"""

import pytest

from outages import BadDay

COUNT = 1_200


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    return BadDay(tmp_path_factory.mktemp("outages"), hub_dies=[3, 10], hub_returns=[8]).run(COUNT, rate=75)


def test_every_request_of_a_bad_day_is_answered_whole(day):
    assert len(day.answers) == COUNT
    assert not day.failed, day.failed[:3]
    assert {answer.text for answer in day.answers} == {"two pence"}


def test_each_kind_of_trouble_was_met(day):
    failed = {provider for (provider, status), _ in day.attempts.items() if status == "failed"}
    assert {"hub", "flapping"} <= failed
    assert day.attempts["slow", "overtaken"] >= 5
    assert day.log.count("provider.gone") >= 2 and day.log.count("provider.back") >= 1


def test_one_that_throttles_hardly_ever_has_to(day):
    # What it says is learned from its first answers.
    asked, refused = day.refused(since=5)
    assert refused < 0.005 * asked, f"{refused} of {asked}"
    # And most of what it allows is used.
    assert max(asked for asked, _ in day.busy.values()) >= 45


def test_what_fails_each_time_is_left_alone(day):
    attempts = day.attempts
    slow = sum(count for (provider, _), count in attempts.items() if provider == "slow")
    assert slow < 0.05 * COUNT
    # Hardly more attempts than answers.
    assert attempts.total() < 1.2 * COUNT


def test_the_ledger_has_one_completed_attempt_a_request_and_nothing_is_held(day):
    completed = sum(count for (_, status), count in day.attempts.items() if status == "completed")
    assert completed == COUNT
    assert day.held == 0
    assert day.spent == day.cost
