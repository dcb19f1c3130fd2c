"""The example program of `import Tuppence`: what it says it spent is what the commands find in its ledger."""

import json
import os
import re
import subprocess

from programs import REPOSITORY, clean_environment, tuppence

EXAMPLE = REPOSITORY / os.environ.get("TUPPENCE_EXAMPLE", ".build/debug/embedding-example")


def money(text: str) -> int:
    """Nanodollars of the first amount in a line."""
    whole, fraction = re.search(r"\$(\d+)\.(\d+)", text).groups()
    return int(whole) * 10**9 + int(fraction.ljust(9, "0"))


def test_the_example_and_the_commands_agree(tmp_path):
    ran = subprocess.run(
        [EXAMPLE], cwd=tmp_path, env=clean_environment(tmp_path), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=60)
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert lines[0].startswith("asked: ") and "sandbox/chat-small" in lines[1]
    assert lines[2].startswith("streamed: ") and "booked before" in lines[3]
    assert lines[4] == "fell over: 2 attempts, answered by chat-large"
    assert re.match(r"refused: it may cost \$0\.24\d*, and each-user/alice has \$0\.10 left$", lines[5]), lines[5]

    spend = json.loads(tuppence("spend", "--json", cwd=tmp_path).stdout)
    assert money(lines[-1]) == spend["total"]["cost_nanodollars"] > 0
    assert spend["total"]["requests"] == 3 and spend["total"]["attempts"] == 4
    assert spend["held"] == {"count": 0, "nanodollars": 0}

    ledger = tuppence("ledger", "--json", cwd=tmp_path)
    assert ledger.returncode == 0, ledger.stderr
    entries = json.loads(ledger.stdout)
    assert sum(entry["price_nanodollars"] for entry in entries) == spend["total"]["cost_nanodollars"]
    assert [entry["customer"] for entry in entries if entry.get("customer")] == ["acme"]
    verified = tuppence("ledger", "verify", cwd=tmp_path)
    assert verified.returncode == 0, verified.stdout + verified.stderr
