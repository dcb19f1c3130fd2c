"""A PostgreSQL of one's own, thrown away at the end.

As a program it runs a command beside one: `postgres.py swift test` has its address in TUPPENCE_TEST_POSTGRES.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from programs import eventually, free_port

# PostgreSQL refuses to run as root; this is the user that its packages make.
SYSTEM_USER = "postgres"


def binaries() -> Path:
    """Where the programs of the newest version lie. Debian has those of the server in no PATH."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(versions, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    assert found, "PostgreSQL is missing: install the package 'postgresql', or run scripts/test, which does"
    return Path(found).parent


class Postgres:
    """A server on a port of its own, with an empty cluster. `durable`: what is committed survives `kill`."""

    def __init__(self, durable: bool = False):
        self.bin = binaries()
        self.durable = durable
        self.port = free_port()
        self.process: subprocess.Popen | None = None
        # Not within a folder of pytest's, which no other user may enter.
        self.folder = Path(tempfile.mkdtemp(prefix="tuppence-postgres-"))
        self.data = self.folder / "data"
        self.log = self.folder / "log"
        if os.geteuid() == 0:
            user = pwd.getpwnam(SYSTEM_USER)
            os.chown(self.folder, user.pw_uid, user.pw_gid)
        self.run("initdb", "--pgdata", self.data, "--username", "tuppence", "--auth", "trust", "--encoding", "UTF8",
                 "--locale", "C", "--no-sync")

    def command(self, program: str, *arguments) -> list[str]:
        as_user = ["setpriv", f"--reuid={SYSTEM_USER}", f"--regid={SYSTEM_USER}", "--clear-groups", "--"]
        return [*(as_user if os.geteuid() == 0 else []), str(self.bin / program), *map(str, arguments)]

    def run(self, program: str, *arguments) -> str:
        finished = subprocess.run(
            self.command(program, *arguments), cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=60)
        assert finished.returncode == 0, f"{program}: {finished.stderr}"
        return finished.stdout

    def start(self):
        """Returns once it takes connections: after a crash, when it has recovered."""
        settings = {
            "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
            "shared_buffers": "32MB", "max_connections": 200, "fsync": "on" if self.durable else "off",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command("postgres", "-D", self.data, *options), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT)
        eventually("PostgreSQL takes connections", self.is_ready, within=60)
        return self

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"PostgreSQL ended with {self.process.returncode}:\n{self.output()}"
        arguments = ["-h", "127.0.0.1", "-p", str(self.port), "-d", "postgres", "-q"]
        return subprocess.run([self.bin / "pg_isready", *arguments], timeout=30).returncode == 0

    def stop(self):
        """Ends it at once, connections and all, as an administrator would in a hurry."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)
        self.process = None

    def kill(self):
        """kill -9 of all of it: as the end of the machine, but that what was written stays with the system."""
        children = self.children()
        for pid in [self.process.pid, *children]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.process.wait(timeout=60)
        self.process = None
        # They are no children of this process, which so can't wait for them.
        eventually("all of it is gone", lambda: not any(Path(f"/proc/{pid}").exists() for pid in children), within=60)

    def children(self) -> list[int]:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, timeout=30)
        return [int(pid) for pid in listed.stdout.split()]

    def remove(self):
        self.stop()
        shutil.rmtree(self.folder)

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def url(self, database: str) -> str:
        return f"postgres://tuppence@127.0.0.1:{self.port}/{database}"

    def deadlocks(self, database: str) -> int:
        """How many there have been. What the server counts it forgets when it crashes, and its log does not."""
        [[counted]] = self.query(f"SELECT deadlocks FROM pg_stat_database WHERE datname = '{database}'", database="postgres")
        return max(int(counted), self.output().count("deadlock detected"))

    def make_database(self, name: str) -> str:
        """Makes an empty database and returns its address."""
        self.query(f'CREATE DATABASE "{name}"', database="postgres")
        return self.url(name)

    def query(self, sql: str, database: str) -> list[list[str]]:
        """The rows of one statement, as texts."""
        arguments = ["-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", self.url(database), "-c", sql]
        return [line.split("\t") for line in self.run("psql", *arguments).splitlines()]


def main() -> int:
    server = Postgres()
    try:
        server.start()
        environment = {**os.environ, "TUPPENCE_TEST_POSTGRES": server.make_database("tuppence")}
        return subprocess.run(sys.argv[1:], env=environment).returncode
    finally:
        server.remove()


if __name__ == "__main__":
    sys.exit(main())
