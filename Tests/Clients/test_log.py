"""The log of a gateway, for programs that collect it."""

import datetime
import json
import signal

import pytest

from conftest import CONFIGURATION
from programs import Gateway, eventually, tuppence


def entries(gateway: Gateway) -> list[dict]:
    return [json.loads(line) for line in gateway.output().splitlines() if line.startswith("{")]


def test_it_is_an_object_a_line(tmp_path, sandbox):
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox)
    gateway.arguments += ["--log-format", "json", "--log-level", "debug"]
    gateway.start()
    try:
        # What is wrong is told as it is written, whatever that does to a terminal.
        gateway.configuration.write_text(gateway.configuration.read_text() + '"a\\n\\e[1m\\u202e\\"b": 1\n')
        gateway.process.send_signal(signal.SIGHUP)
        [refused] = eventually("the reload is told of", lambda: [one for one in entries(gateway) if one["level"] == "error"])
    finally:
        gateway.stop()
    assert refused["label"] == "tuppence" and "not reloaded" in refused["message"]
    assert "unknown key" in refused["error"]
    for one in entries(gateway):
        assert {"time", "level", "label", "message"} <= one.keys()
        told = datetime.datetime.strptime(one["time"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=datetime.UTC)
        assert abs(datetime.datetime.now(datetime.UTC) - told) < datetime.timedelta(minutes=5)
    written = gateway.log.read_bytes()
    assert b"\x1b" not in written and "\u202e".encode() not in written


@pytest.mark.parametrize("form", ["xml", "JSON"])
def test_other_forms_are_refused(form, tmp_path):
    assert tuppence("serve", "--log-format", form, cwd=tmp_path).returncode == 64
