"""What is told where prices are wrong: a model without one, and a provider that says that it charges something else."""

import pytest

from completions import usage
from conftest import CONFIGURATION
from console_client import API, first_token
from fake_provider import FakeProvider, saying
from programs import APP, Gateway, eventually
from test_console_alerts import MESSAGES, articles, notices, page


@pytest.fixture
def provider():
    """Answers everything, and says that it costs three cents."""
    with FakeProvider(saying("Yes.", usage(10, 5, cost=0.03))) as provider:
        yield provider


@pytest.fixture
def own(tmp_path, sandbox, provider):
    configuration = CONFIGURATION.replace(
        "prices:\n",
        f'  acme: {{ dialect: openai, base_url: "{provider.url}/v1", api_key: none }}\nunpriced: allow\n'
        "prices:\n  acme/known: { input: 1, output: 1 }\n")
    program = Gateway(tmp_path, configuration, sandbox).start()
    yield program
    program.stop()


def test_each_is_told_of_once_a_day_on_the_page_and_in_the_api(own):
    client = own.client(APP)
    for model in ["acme/known", "acme/unheard-of"] * 2:
        client.chat.completions.create(model=model, messages=MESSAGES, max_tokens=10)
    told = eventually("both models are told of", lambda: len(found := notices(own)) >= 3 and found)
    assert sorted(one["type"] for one in told) == ["cost.drift", "cost.drift", "price.unknown"]
    [unknown] = [one["message"] for one in told if one["type"] == "price.unknown"]
    assert "acme/unheard-of was used and cost nothing" in unknown and "'prices'" in unknown
    assert any("$0.03 for known today" in one["message"] and "$0.000015" in one["message"] for one in told)
    said = " ".join(articles(page(own)))
    assert "No price is known" in said and "A provider charges otherwise" in said

    # A model that has a price, at a provider that says nothing of costs, is no news.
    client.chat.completions.create(model="fast-llm", messages=MESSAGES)
    assert len(API(own.console_port, first_token(own)).call("GET", "/admin/v1/notices").json()["data"]) == 3
