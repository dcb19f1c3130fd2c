"""docs/internals/dependencies.md names what the package and the tests depend on, and nothing else."""

import re
from pathlib import Path

from programs import REPOSITORY

PAGE = (REPOSITORY / "docs/internals/dependencies.md").read_text()


def listed(heading: str) -> list[str]:
    """The names in front of the colons of a section's list."""
    section = re.split(r"^## ", PAGE.partition(f"\n## {heading}\n")[2], flags=re.MULTILINE)[0]
    return [name for names in re.findall(r"^- ([^:]+):", section, re.MULTILINE) for name in names.split(", ")]


def required(file: Path) -> list[str]:
    """The packages that a file of pip's has, and those that it refers to."""
    names = []
    for line in file.read_text().splitlines():
        if line.startswith("-r "):
            names += required(file.parent / line.removeprefix("-r "))
        elif found := re.match(r"[\w.-]+", line):
            names.append(found[0])
    return names


def test_every_python_package_is_on_the_page():
    named = required(REPOSITORY / "Tests/Clients/requirements.txt") + required(REPOSITORY / "scripts/input_bound/vocabularies.txt")
    assert sorted(listed("Python packages (tests only)")) == sorted(named)


def test_every_swift_package_is_on_the_page():
    named = re.findall(r'\.package\(url: "[^"]*/([^/"]+)"', (REPOSITORY / "Package.swift").read_text())
    assert sorted(listed("Swift packages")) == sorted(named)
