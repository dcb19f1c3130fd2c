"""The README's counts are those of what they count. Needs no gateway."""

import re

from programs import REPOSITORY

README = (REPOSITORY / "README.md").read_text()
SOURCES = REPOSITORY / "Sources"
PRICE_FILES = sorted((SOURCES / "TuppenceDialects/Catalog/Providers").glob("*.prices"))


def stated(pattern: str) -> tuple[int, ...]:
    """The numbers that the README gives, where it says so just once."""
    found = re.findall(pattern, README)
    assert len(found) == 1, pattern
    numbers = found[0] if isinstance(found[0], tuple) else (found[0],)
    return tuple(int(number.replace(",", "")) for number in numbers)


def models(text: str) -> int:
    """The rows of a price file's table: neither comments nor what goes on from a row, without what is no longer offered."""
    table = text.partition("\n# model ")[2].partition("\nno_longer_offered:")[0]
    return len(re.findall(r"^[^\s#]", table.partition("\n")[2], re.MULTILINE))


def test_planted_bugs():
    lists = re.findall(
        r"\[any Mutation\] = \[\n(.*?)^    \]", (SOURCES / "TuppenceSimulation/Mutations.swift").read_text(), re.MULTILINE | re.DOTALL)
    assert len(lists) == 2  # of money, and of routing
    # One begins with the name of its type, behind the indentation or another one's comma; arguments begin with `.` or `"`.
    assert stated(r"(\d+) planted bugs") == (len(re.findall(r"(?:^ +|, )[A-Z]", "".join(lists), re.MULTILINE)),)


def test_providers_and_models():
    assert stated(r"([\d,]+) providers are known by name, with ([\d,]+) models") == (
        len(PRICE_FILES), sum(models(file.read_text()) for file in PRICE_FILES))


def test_fields_of_the_matrix():
    page = (REPOSITORY / "docs/reference/matrix.md").read_text()
    # A row's first cell names its scene; numbers refer to why something is impossible.
    rows = re.findall(r"^\|(?! ?Scene|-)[^|]+\|(.*)\|$", page, re.MULTILINE)
    cells = [cell.strip() for row in rows for cell in row.split("|")]
    passing = cells.count("✓")
    impossible = sum(cell.isdigit() for cell in cells)
    assert passing + impossible == len(cells)
    assert stated(r"([\d,]+) fields of callers, providers and scenes: ([\d,]+) pass, ([\d,]+) are impossible") == (
        len(cells), passing, impossible)
