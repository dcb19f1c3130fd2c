"""What packaging/scale has: three gateways behind HAProxy, of which one is replaced and one dies."""

import os
import shutil
import signal
import subprocess

import pytest

from nodes import CONFIGURATION, Callers, Nodes
from programs import REPOSITORY, eventually, free_port, request, tuppence

SCALE = REPOSITORY / "packaging/scale"
# As in packaging/scale/tuppence.yaml.
LEAVING = CONFIGURATION.replace("hold_grace: 1s }", "hold_grace: 1s, shutdown_delay: 5s }")
HAPROXY = shutil.which("haproxy", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.fixture
def balancer(start_nodes, postgres, tmp_path):
    """HAProxy on a port, in front of three gateways, which it has time to see go."""
    if HAPROXY is None:
        pytest.skip("there is no haproxy")
    nodes, port = start_nodes(postgres, LEAVING), free_port()
    text = (SCALE / "haproxy.cfg").read_text()
    assert "bind :8080" in text
    text = text.replace("bind :8080", f"bind 127.0.0.1:{port}")
    for number, gateway in enumerate(nodes, start=1):
        assert f"node-{number}:8080" in text
        text = text.replace(f"node-{number}:8080", f"127.0.0.1:{gateway.port}")
    file = tmp_path / "haproxy.cfg"
    file.write_text(text)
    with (tmp_path / "haproxy.log").open("wb") as log:
        process = subprocess.Popen([HAPROXY, "-db", "-f", file], stdout=log, stderr=log)
    try:
        eventually("HAProxy has found a gateway", lambda: is_ready(process, port), within=20)
        yield nodes, port
    finally:
        process.kill()
        process.wait(timeout=10)


def is_ready(process: subprocess.Popen, port: int) -> bool:
    assert process.poll() is None, "HAProxy has ended"
    try:
        return request(port, "GET", "/readyz")[0] == 200
    except OSError:
        return False


def callers_of(nodes: Nodes, port: int) -> Callers:
    callers = Callers(nodes)
    callers.ports = [port]
    return callers


@pytest.mark.slow
def test_callers_do_not_notice_that_gateways_are_replaced_and_hardly_that_they_die(balancer):
    nodes, port = balancer
    with callers_of(nodes, port) as callers:
        callers.wait_for(60, 0)
        nodes[0].process.send_signal(signal.SIGTERM)
        assert nodes[0].process.wait(timeout=20) == 0
        callers.wait_for(60, 0)
        assert callers.refusals == {}
        nodes[0].start()
        callers.wait_for(60, 0)
        before = sum(callers.refusals.values())
        nodes[1].process.send_signal(signal.SIGKILL)
        nodes[1].process.wait(timeout=10)
        callers.wait_for(100, 0)
        # Those whose answers were on their way, and nobody after them.
        assert sum(callers.refusals.values()) - before <= 12
    eventually("nothing is held any more", lambda: nodes[0].held() == 0, within=15, every=0.5)
    nodes.check_books(callers.answered)


def test_the_configuration_of_the_gateways_is_good(tmp_path):
    checked = tuppence(
        "check", "--config", SCALE / "tuppence.yaml", cwd=tmp_path, OPENAI_API_KEY="sk-x", POSTGRES_PASSWORD="hunter2")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "everybody-daily" in checked.stdout and "hunter2" not in checked.stdout
