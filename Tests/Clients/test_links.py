"""Every link of the documentation leads somewhere, and every page of it is in its index. Needs no gateway."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from programs import REPOSITORY

PAGES = sorted([*REPOSITORY.glob("*.md"), REPOSITORY / "bench/README.md", *REPOSITORY.glob("docs/**/*.md")])
INDEX = REPOSITORY / "docs/README.md"
LINK = re.compile(r"\]\(([^()\s]+)\)")


def without_fences(text: str) -> str:
    """Without examples, in which brackets and number signs mean something else."""
    return re.sub(r"^ *(`{3,}).*?^ *\1`*$", "", text, flags=re.MULTILINE | re.DOTALL)


def links(page: Path) -> list[str]:
    """Where the page leads within the repository."""
    return [link for link in LINK.findall(without_fences(page.read_text())) if not re.match(r"[a-z]+:", link)]


def anchors(page: Path) -> set[str]:
    """What GitHub makes of the page's headings: the second of a name gets a number."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", without_fences(page.read_text()), re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        numbers = (f"{name}-{number}" for number in range(1, 100))
        found.add(name if name not in found else next(each for each in numbers if each not in found))
    return found


def destination(page: Path, link: str) -> Path:
    path = unquote(link.partition("#")[0])
    return (page.parent / path).resolve() if path else page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(REPOSITORY)))
def test_every_link_leads_somewhere(page):
    broken = []
    for link in links(page):
        target, anchor = destination(page, link), link.partition("#")[2]
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in anchors(target)):
            broken.append(link)
    assert not broken


def test_the_index_has_each_page_once_and_is_linked():
    listed = [destination(INDEX, link) for link in links(INDEX)]
    assert sorted(page for page in listed if page != REPOSITORY / "README.md") == [
        page for page in PAGES if page.is_relative_to(INDEX.parent) and page != INDEX]
    for page in [REPOSITORY / "README.md", REPOSITORY / "CONTRIBUTING.md"]:
        assert INDEX in [destination(page, link) for link in links(page)], page.name


def test_pages_that_messages_and_comments_name_are_there():
    folders = ["Sources", "Tests", "Plugins", "scripts", "packaging", "bench"]
    files = [file for folder in folders for file in (REPOSITORY / folder).rglob("*") if file.is_file() and file.suffix != ".pyc"]
    missing = []
    for file in files:
        text = file.read_text(errors="replace")
        # What stands in an address is not ours.
        for name in re.findall(r"(?<![\w/.])docs/[\w/-]+\.md", text):
            if not (REPOSITORY / name).exists():
                missing.append(f"{file}: {name}")
        # Some say which part of the page: "See 'The heading' in …".
        for heading, name in re.findall(r"'([^'\n]+)' in (docs/[\w/-]+\.md)", text):
            page = REPOSITORY / name
            if page.exists() and f"\n## {heading}\n" not in page.read_text():
                missing.append(f"{file}: '{heading}' in {name}")
    assert not missing
