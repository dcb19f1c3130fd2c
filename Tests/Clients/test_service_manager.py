"""What a service manager hears of a gateway, as systemd does of a unit with `Type=notify`."""

import signal
import socket
import time
from pathlib import Path

import pytest

from conftest import CONFIGURATION
from programs import Gateway, eventually, request


@pytest.fixture(params=["a path", "an abstract name"])
def manager(request, tmp_path):
    """Listens at what it is named."""
    name = str(tmp_path / "notify") if request.param == "a path" else f"\0{tmp_path}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name)
        listener.settimeout(20)
        yield listener


def address(manager: socket.socket) -> str:
    name = manager.getsockname()
    return name if isinstance(name, str) else name.decode().replace("\0", "@")


def news(manager: socket.socket) -> list[str]:
    return manager.recv(4_096).decode().splitlines()


def test_it_hears_of_the_start_a_reload_and_the_end(tmp_path, sandbox, manager):
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox, NOTIFY_SOCKET=address(manager)).start()
    try:
        assert news(manager) == ["READY=1"]
        assert request(gateway.port, "GET", "/readyz")[0] == 200
        for change in ("\n", "\nbudgts: []\n"):
            before = time.monotonic_ns() // 1_000
            gateway.configuration.write_text(gateway.configuration.read_text() + change)
            gateway.process.send_signal(signal.SIGHUP)
            reloading, at = news(manager)
            assert reloading == "RELOADING=1"
            assert before <= int(at.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1_000
            # Whatever has come of it, requests are taken again as the configuration says that is in force.
            assert news(manager) == ["READY=1"]
        gateway.process.send_signal(signal.SIGTERM)
        assert news(manager) == ["STOPPING=1"]
        assert gateway.process.wait(timeout=20) == 0
    finally:
        if gateway.process.poll() is None:
            gateway.kill()


def test_a_gateway_does_its_work_though_nobody_hears(tmp_path, sandbox):
    gateway = Gateway(tmp_path, CONFIGURATION, sandbox, NOTIFY_SOCKET=str(Path(tmp_path, "nowhere"))).start()
    try:
        assert request(gateway.port, "GET", "/readyz")[0] == 200
        eventually("the log says so", lambda: "the service manager could not be told" in gateway.output())
    finally:
        assert gateway.stop() == 0
