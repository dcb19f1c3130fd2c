"""Real text that machines have: manuals and messages in many languages, sources, pages, JSON. Nothing of it is kept."""

import base64
import gettext
import gzip
import json
import random
import re
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SHARE = Path("/usr/share")
LONGEST, SHORTEST = 8_000, 500


def kinds(each: int, corpus: Path):
    """`each` texts of each kind, as {kind: [text]}, the same ones every time."""
    draw = random.Random(7)
    found = {}

    def add(kind, texts):
        for text in texts:
            if len(found.get(kind, [])) >= each:
                return
            if len(text) >= SHORTEST:
                found.setdefault(kind, []).append(text[:LONGEST])

    def files(kind, folder, pattern, clean=lambda text: text):
        paths = sorted(path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink())
        draw.shuffle(paths)
        add(kind, (clean(text(path)) for path in paths[: each * 6]))

    files("English prose", SHARE / "man/man1", "*.gz", without_markup)
    files("English prose", SHARE / "common-licenses", "*")
    files("Markdown", ROOT / "docs", "*.md")
    for language in sorted(path.name for path in (SHARE / "man").glob("??*") if not path.name.startswith("man")):
        files(f"manuals in {language}", SHARE / "man" / language, "*.gz", without_markup)
    for language in ["ar", "bn", "de", "el", "es", "fa", "fr", "he", "hi", "ja", "ko", "pl", "pt_BR", "ru", "ta", "th",
                     "tr", "uk", "vi", "zh_CN"]:  # fmt: skip
        add(f"messages in {language}", messages(SHARE / "locale" / language / "LC_MESSAGES", draw))
    library = Path(sysconfig.get_path("stdlib"))
    files("Python", library, "*.py")
    files("Swift", ROOT / "Sources", "*.swift")
    files("C", Path("/usr/include"), "*.h")
    files("shell", SHARE / "bash-completion", "*")
    files("Perl", SHARE / "perl5", "*.pm")
    files("JavaScript", SHARE / "javascript", "*.js")
    files("HTML", SHARE / "doc", "*.html")
    if (corpus / "index.json").exists():
        bodies = list(request_bodies(corpus, draw, each * 3))
        add("JSON", (json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies))
        add("JSON, indented", (json.dumps(body, ensure_ascii=False, indent=2) for body in reversed(bodies)))
    blob = Path("/bin/sh").resolve().read_bytes()[4_096:]
    add("Base64", (base64.b64encode(blob[i * 3_000 :][:3_000]).decode() for i in range(each)))
    add("hexadecimal", (blob[i * 2_000 :][:2_000].hex() for i in range(each)))
    return found


def text(path):
    try:
        return (gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).decode()
    except (UnicodeDecodeError, OSError, EOFError):
        return ""


def without_markup(text):
    """The words of a manual page without the commands that set it."""
    lines = [line for line in text.split("\n") if not line.startswith(('.\\"', "'\\", ".TH", ".de", ".ie", ".el", ".if"))]
    text = "\n".join(re.sub(r"^\.[A-Z]+ ?", "", line) for line in lines)
    return re.sub(r"\\f[A-Z]|\\f\[[^\]]*\]|\\&", "", text).replace("\\-", "-")


def messages(folder, draw):
    """Texts of forty messages each."""
    found = []
    for path in sorted(folder.glob("*.mo"))[:20]:
        try:
            with path.open("rb") as file:
                catalogue = gettext.GNUTranslations(file)._catalog
        except (OSError, UnicodeDecodeError, ValueError):
            continue
        found += [text for text in catalogue.values() if isinstance(text, str) and len(text) > 40]
    draw.shuffle(found)
    for start in range(0, len(found) - 39, 40):
        yield "\n".join(found[start : start + 40])


def request_bodies(corpus, draw, most):
    paths = sorted(corpus.glob("*/*/*.json"))
    draw.shuffle(paths)
    for path in paths:
        body = (json.loads(path.read_text())["request"] or {}).get("body")
        if isinstance(body, dict):
            yield body
            most -= 1
            if most == 0:
                return
