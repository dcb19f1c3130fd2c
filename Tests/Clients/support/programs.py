"""The `tuppence` binary as these tests run it: a sandbox provider, gateways in front of it, and single commands."""

import http.client
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import openai

REPOSITORY = Path(__file__).resolve().parents[3]
BINARY = REPOSITORY / os.environ.get("TUPPENCE_BINARY", ".build/debug/tuppence")
# For those who have minutes where scripts/test has seconds.
FULL = "TUPPENCE_FULL" in os.environ

APP = "tp_test_app_0123456789abcdef"
POOR = "tp_test_poor_0123456789abcdef"
NARROW = "tp_test_narrow_0123456789abcde"


def clean_environment(home: Path, **extra: str) -> dict[str, str]:
    """No provider's key, no proxy and nothing of the user's: what a program sees is what a test gave it."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), **extra}


def tuppence(*arguments, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    """Runs one command to its end."""
    return subprocess.run(
        [BINARY, *map(str, arguments)], cwd=cwd, env=clean_environment(cwd or Path("/nonexistent"), **environment),
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)


def tuppence_json(*arguments, cwd: Path | None = None):
    """What a command says with `--json`."""
    finished = tuppence(*arguments, "--json", cwd=cwd)
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout)


def eventually(what: str, check, within: float = 5, every: float = 0.05):
    """The first true value of `check()`; fails if there is none in `within` seconds."""
    end = time.monotonic() + within
    while True:
        if value := check():
            return value
        assert time.monotonic() < end, f"not within {within} s: {what}"
        time.sleep(every)


def free_port() -> int:
    """A port nobody listens on, below those that the kernel gives to outgoing connections."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def request(port: int, method: str, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(method, path)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


class Program:
    """A `tuppence` that runs until it is stopped. What it prints goes to a file, as under a supervisor."""

    started: list["Program"] = []

    def __init__(
            self, name: str, port: int, arguments: list, log: Path, ready: str, cwd: Path, environment: dict | None = None):
        self.environment = environment or {}
        self.name, self.port, self.arguments, self.log, self.ready, self.cwd = name, port, arguments, log, ready, cwd
        self.process: subprocess.Popen | None = None
        # A command that becomes the program.
        self.wrapper: list[str] = []

    def start(self):
        assert BINARY.is_file(), f"{BINARY} is missing: build it, or set TUPPENCE_BINARY"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, BINARY, *map(str, self.arguments)], cwd=self.cwd, env=clean_environment(self.cwd, **self.environment),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        Program.started.append(self)
        try:
            eventually(f"{self.name} answers {self.ready}", self.is_ready, within=20)
        except BaseException:
            self.kill()
            raise
        return self

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"{self.name} ended with {self.process.returncode}:\n{self.output()}"
        try:
            return request(self.port, "GET", self.ready)[0] == 200
        except OSError:
            return False

    def stop(self) -> int:
        """Asks it to end and returns its exit code; one that has not ended after 10 s is killed (-9)."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.kill()
            return self.process.returncode

    def kill(self):
        self.process.kill()
        self.process.wait(timeout=10)

    def output(self) -> str:
        return self.log.read_text(errors="replace")


class Sandbox(Program):
    """The provider behind the gateways."""

    def __init__(self, folder: Path):
        port = free_port()
        super().__init__(
            "sandbox", port, ["sandbox", "--listen", f"127.0.0.1:{port}"], folder / "sandbox.log",
            ready="/sandbox/bill", cwd=folder)
        self.url = f"http://127.0.0.1:{port}/v1"

    def bill(self) -> dict:
        """What the provider says that it has done: the auditor's side."""
        status, body = request(self.port, "GET", "/sandbox/bill")
        assert status == 200, body
        return json.loads(body)

    def reset(self):
        status, body = request(self.port, "POST", "/sandbox/reset")
        assert status < 300, body


class Gateway(Program):
    """A gateway, with a store of its own unless it shares one. `@LISTEN@`, `@STORE@` and `@SANDBOX@` in its configuration
    are filled in."""

    def __init__(
            self, folder: Path, configuration: str, sandbox: "Sandbox | BillingProvider | None" = None, store: str | None = None,
            **environment: str):
        port = free_port()
        self.configuration = folder / "tuppence.yaml"
        self.configuration.write_text(
            configuration.replace("@LISTEN@", f"127.0.0.1:{port}")
            .replace("@STORE@", store or f"sqlite:{folder}/tuppence.db").replace("@SANDBOX@", sandbox.url if sandbox else ""))
        self.url = f"http://127.0.0.1:{port}/v1"
        super().__init__(
            "gateway", port, ["serve", "--config", self.configuration], folder / "gateway.log", ready="/readyz", cwd=folder,
            environment=environment)

    def client(self, key: str = APP, **options) -> openai.OpenAI:
        """The official SDK with nothing but address and key changed. It retries nothing unless told to."""
        return openai.OpenAI(base_url=self.url, api_key=key, **{"max_retries": 0, "timeout": 20, **options})

    def async_client(self, key: str = APP, **options) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(base_url=self.url, api_key=key, **{"max_retries": 0, "timeout": 20, **options})

    @property
    def console_port(self) -> int:
        """Where its console listens, as it said at its start; of several starts that of the last."""
        said = r"The console listens on http://[^ ]*:(\d+)"
        return int(eventually("the console listens", lambda: re.findall(said, self.output()))[-1])

    def ledger(self) -> list[dict]:
        return tuppence_json("ledger", "--config", self.configuration)

    def entries(self, request_id: str) -> list[dict]:
        """The ledger's lines for one request, one an attempt."""
        return tuppence_json("ledger", "--request", request_id, "--config", self.configuration)

    def spend(self) -> dict:
        return tuppence_json("spend", "--config", self.configuration)

    def budget(self, name: str) -> dict:
        [budget] = [budget for budget in self.spend()["budgets"] if budget["name"] == name]
        return budget

    def held(self) -> int:
        """What is set aside for requests in flight, over all budgets."""
        return sum(budget["held_nanodollars"] for budget in self.spend()["budgets"])


class Helper:
    """A program of this folder in a process of its own, which listens on `port`."""

    def __init__(self, script: str, folder: Path, *options, port: int | None = None):
        self.script, self.folder, self.options = script, folder, [str(option) for option in options]
        self.port = port or free_port()
        self.process: subprocess.Popen | None = None

    def start(self):
        with (self.folder / f"{self.script.removesuffix('.py')}-{self.port}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, Path(__file__).with_name(self.script), str(self.port), *self.options],
                env=clean_environment(self.folder), stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        eventually(f"{self.script} answers", self.is_up, within=20)
        return self

    def is_up(self) -> bool:
        assert self.process.poll() is None, f"{self.script} ended with {self.process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=10).close()
            return True
        except OSError:
            return False

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=10)

    def kill(self):
        """Without a word: what was under way is reset."""
        self.process.kill()
        self.process.wait(timeout=10)


class BillingProvider(Helper):
    """billing_provider.py, which has the options."""

    def __init__(self, folder: Path, *options):
        super().__init__("billing_provider.py", folder, *options)
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def bill(self) -> dict[str, dict[str, int]]:
        """What it says that it has done, by model: the auditor's side."""
        status, body = request(self.port, "GET", "/bill")
        assert status == 200, body
        return json.loads(body)


class MoodyProvider(Helper):
    """moody_provider.py, which has the options."""

    def __init__(self, folder: Path, *options, port: int | None = None):
        super().__init__("moody_provider.py", folder, *options, port=port)

    def counts(self, manner: str, within: set[int] | None = None) -> tuple[int, int]:
        """How many it was asked in those seconds of its clock, or in all, and how many of them it refused."""
        counts = [count for second, count in self.seconds(manner).items() if within is None or int(second) in within]
        return sum(asked for asked, _ in counts), sum(refused for _, refused in counts)

    def seconds(self, manner: str) -> dict[str, list[int]]:
        """The same for each second of its clock."""
        return json.loads(request(self.port, "GET", "/counts")[1]).get(manner, {})
