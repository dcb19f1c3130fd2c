"""Prices that count from a date on, as the commands tell them."""

import json

from programs import tuppence, tuppence_json

CONFIGURATION = """\
providers: { local: { dialect: openai, base_url: "http://127.0.0.1:9/v1", api_key: none } }
prices:
  local/m:
    - { input: 1, output: 1 }
    - { from: 2020-01-01, input: 2, output: 2 }
    - { from: 2099-01-01, input: 4, output: 4 }
"""


def test_what_is_in_force_and_what_comes_are_told_apart(tmp_path):
    file = tmp_path / "tuppence.yaml"
    file.write_text(CONFIGURATION)
    checked = tuppence("check", "--config", file)
    assert checked.returncode == 0, checked.stderr
    assert "2099-01-01" in checked.stdout and "2020-01-01" not in checked.stdout
    [coming] = tuppence_json("check", "--config", file)["prices_to_come"]
    assert (coming["from"], coming["target"]) == ("2099-01-01", "local/m")

    now, later = tuppence_json("prices", "list", "local", "--config", file)
    assert (now["rates"]["input"], later["rates"]["input"]) == (2_000_000, 4_000_000)
    assert "from" not in now and later["from"] == "2099-01-01" and later["rate_card"] == coming["rate_card"]
    assert "from:2099-01-01" in tuppence("prices", "list", "local", "--config", file).stdout

    body = tmp_path / "request.json"
    body.write_text(json.dumps({"model": "local/m", "max_tokens": 1_000_000, "messages": [{"role": "user", "content": "Hi"}]}))
    [line] = tuppence_json("quote", body, "--config", file)["targets"]
    assert 2 <= float(line["most_usd"]) < 2.1
