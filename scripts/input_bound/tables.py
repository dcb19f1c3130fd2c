#!/usr/bin/env python3
"""Writes the tables that the bound of the input is counted with, from what all vocabularies have in common.

    scripts/input_bound/tables.py [--vocabularies FOLDER]

They go to Sources/TuppenceDialects/Tokens/MergeTables+*.swift; docs/internals/input-bound.md says what they mean. It takes
some minutes. Hold the result with scripts/check-input-bound.
"""

import argparse
import collections
import math
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "scripts/input_bound"))

import vocabularies  # noqa: E402

FOLDER = ROOT / "Sources/TuppenceDialects/Tokens"
WORDS, LONGEST = 9_000, 12
# What may stand before a word without a space.
PREFIXES = ["", *"(\"_/.-<=*[{:$@#\\`“—5、"]
# Ranks of tokens that a vocabulary does not have count as this one.
MISSING = 150_000


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--vocabularies", type=Path, default=ROOT / ".build/vocabularies", help="the packages' folder")
    tables = Tables(vocabularies.load(options.parse_args().vocabularies))
    write("Pairs", packed(tables.pairs(), 2))
    write("Triples", packed(tables.triples(), 4))
    write("Words", tables.words())
    write("Characters", packed(tables.characters(), 4))


class Tables:
    def __init__(self, all_of_them):
        self.all = all_of_them
        self.large = [vocabulary for vocabulary in all_of_them if vocabulary.group != "any"]

    def merged(self, left, right):
        """Bit 0 where all vocabularies merge the two, bit 1 where all large ones do."""
        left, right = left.encode(), right.encode()
        if not all(vocabulary.merges(left, right) for vocabulary in self.large):
            return 0
        return 3 if all(vocabulary.merges(left, right) for vocabulary in self.all) else 2

    # MARK: merges

    def pairs(self):
        table = [0] * (128 * 128)
        letters = [chr(code) for code in range(32, 127)]
        for left in letters:
            for right in letters:
                if stays_together(left, right):
                    table[ord(left) << 7 | ord(right)] = self.merged(left, right)
        return table

    def triples(self):
        """Small letters, the first of which may be a space: the first with the two others, the first two with the last."""
        table = [0] * (32 * 32 * 32)
        small = [chr(code) for code in range(97, 123)]
        for first in [" ", *small]:
            for second in small:
                for third in small:
                    place = (ord(first) & 31) << 10 | (ord(second) & 31) << 5 | ord(third) & 31
                    ahead, behind = self.merged(first, second + third), self.merged(first + second, third)
                    # What holds for all is in the lower two bits, what holds for the large ones in the upper two.
                    table[place] = ahead & 1 | (behind & 1) << 1 | (ahead & 2) << 1 | (behind & 2) << 2
        return table

    # MARK: words

    def words(self):
        chosen = self.first_words()
        bits = dict.fromkeys(chosen, 0)
        for shift, group in ((0, self.all), (8, self.large)):
            for form, change in enumerate((str.lower, str.capitalize)):
                changed = [change(word) for word in chosen]
                for place, counts in ((0, most(spaced, group, changed)), (2, most(unspaced, group, changed))):
                    for word, count in zip(chosen, counts, strict=True):
                        if count <= 3:
                            bits[word] |= max(count, 1) << (shift + 4 * form + place)
        return "".join(f"{word}{bits[word]:04X}" for word in sorted(chosen))

    def first_words(self):
        """The words that vocabularies have learned first, on the average of their ranks' logarithms."""
        ranks = collections.defaultdict(list)
        for vocabulary in self.all:
            first = {}
            for rank, token in enumerate(vocabulary.tokens()):
                word = token[1:] if token[:1] == b" " else token
                if 2 <= len(word) <= LONGEST and word.isalpha() and word[1:].islower():
                    first.setdefault(word.lower().decode(), rank)
            for word, rank in first.items():
                ranks[word].append(rank)
        count = len(self.all)
        score = {
            word: sum(math.log(rank + 10) for rank in found) + (count - len(found)) * math.log(MISSING)
            for word, found in ranks.items()
            if len(found) >= count // 2
        }
        return sorted(score, key=lambda word: (score[word], word))[:WORDS]

    # MARK: characters

    def characters(self):
        codes = [code for code in range(0x80, 0x10000) if not 0xD800 <= code < 0xE000]
        letters = [chr(code) for code in codes]
        largest = {}
        for vocabulary in self.all:
            counts = self.character_counts(vocabulary, letters)
            largest[vocabulary.name] = dict(zip(codes, counts, strict=True))
        # Halves of pairs, written by their numbers, are three bytes each.
        table = [0b1111] * (0x10000 - 0x80)
        for code in codes:
            groups = (max(largest[vocabulary.name][code] for vocabulary in group) for group in (self.all, self.large))
            anything, large = (max(1, count) for count in groups)
            # A mark over a letter: one vocabulary puts both together first, into three bytes that it may not know.
            if 0x300 <= code < 0x370:
                anything = max(anything, 3)
            table[code - 0x80] = (anything if anything <= 3 else 0) | (large if large <= 3 else 0) << 2
        return table

    def character_counts(self, vocabulary, letters):
        alone = vocabulary.count("\n")
        counts = [count - alone for count in vocabulary.counts(["\n" + letter for letter in letters])]
        # Marks for spaces and spelled out signs are counted alone: what stands before them does not change them.
        if vocabulary.prefix or vocabulary.name == "claude-2":
            return counts
        for before in (" ", "a", "("):
            start = vocabulary.count("\n" + before)
            after = vocabulary.counts(["\n" + before + letter for letter in letters])
            counts = [max(count, both - start) for count, both in zip(counts, after, strict=True)]
        return [min(count, len(letter.encode())) for count, letter in zip(counts, letters, strict=True)]


def stays_together(left, right):
    """Whether no tokenizer cuts between the two before it merges: between letters, small ones before capitals are."""

    def kind(letter):
        if letter == " ":
            return "space"
        if letter.isalpha():
            return "small" if letter.islower() else "capital"
        return "digit" if letter.isdigit() else "sign"

    return (kind(left), kind(right)) in {
        ("space", "small"), ("space", "capital"), ("space", "sign"), ("small", "small"), ("capital", "capital"),
        ("capital", "small"), ("sign", "sign"),
    }  # fmt: skip


def spaced(vocabulary, words):
    start = vocabulary.count("x")
    return [count - start for count in vocabulary.counts(["x " + word for word in words])]


def unspaced(vocabulary, words):
    """The most that a word is behind anything that may stand before it."""
    line = vocabulary.count("x\n") - vocabulary.count("x")
    largest = [0] * len(words)
    for prefix in PREFIXES:
        start = vocabulary.count("\n" + prefix) + line
        counts = vocabulary.counts([f"\n{prefix}{word}\n" for word in words])
        largest = [max(before, count - start) for before, count in zip(largest, counts, strict=True)]
    return largest


def most(count, group, words):
    return [max(counts) for counts in zip(*(count(vocabulary, words) for vocabulary in group), strict=True)]


def packed(values, bits):
    """Six bits a character from `0` on, the lowest first."""
    text, held, number = [], 0, 0
    for value in values:
        number |= value << held
        held += bits
        while held >= 6:
            text.append(chr(48 + (number & 63)))
            number >>= 6
            held -= 6
    return "".join(text) + (chr(48 + number) if held else "")


def write(name, text):
    lines = [text[start : start + 112] for start in range(0, len(text), 112)]
    literal = "\\#\n".join(f"        {line}" for line in lines)
    (FOLDER / f"MergeTables+{name}.swift").write_text(
        "// Written by scripts/input_bound/tables.py from the vocabularies that it names.\n"
        f'extension MergeTables {{\n    static let {name[0].lower()}{name[1:-1]}Data: StaticString = #"""\n'
        f'{literal}\n        """#\n}}\n'
    )
    print(f"{name}: {len(text)} characters", flush=True)


if __name__ == "__main__":
    main()
