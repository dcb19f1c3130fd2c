"""What /proc says of a process and those it started."""

import contextlib
import os
import pathlib

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def family(pid):
    """A process and its descendants."""
    pids = [pid]
    with contextlib.suppress(FileNotFoundError):
        for thread in pathlib.Path(f"/proc/{pid}/task").iterdir():
            for child in (thread / "children").read_text().split():
                pids += family(int(child))
    return pids


def cpu_seconds(pid):
    """User and system time of a family, with what children that have ended used."""
    ticks = 0
    for member in family(pid):
        # The second field is the program's name in brackets and may contain anything, so count from its end.
        fields = pathlib.Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / TICKS_PER_SECOND


def kilobytes(pid, file, field):
    for line in pathlib.Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1])
    return 0


def memory(pid):
    """Resident kilobytes of a family. Pages that several of its processes share count once (PSS)."""
    members = family(pid)
    if len(members) == 1:
        return kilobytes(pid, "status", "VmRSS")
    return sum(kilobytes(member, "smaps_rollup", "Pss") for member in members)


def peak_memory(pid):
    """The most a family has held: what it holds now, and by how much each process has shrunk since its peak."""
    shrunk = sum(kilobytes(member, "status", "VmHWM") - kilobytes(member, "status", "VmRSS") for member in family(pid))
    return memory(pid) + shrunk
