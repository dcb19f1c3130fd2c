"""Text that is made to have many tokens: what nobody writes, and what is nearly like what people write."""

import base64
import random
import string

SMALL = string.ascii_lowercase
EMOJI = [chr(code) for code in [*range(0x1F300, 0x1F700), *range(0x1F900, 0x1FA00)]]
QUOTES = "éñ„“”—…»的😀\u00a0\u200b"


class Hostile:
    """Draws text of each kind; the same seed draws the same."""

    def __init__(self, seed, words, texts):
        self.draw, self.words, self.real = random.Random(seed), words, texts

    def kinds(self):
        """{kind: a function that draws one text}"""
        some = self.some
        kinds = {
            "small letters": lambda: some(SMALL, 40),
            "rare letters": lambda: some("qxzjkvwyfhpgb", 40),
            "capitals": lambda: some(string.ascii_uppercase, 40),
            "mixed letters": lambda: some(string.ascii_letters, 40),
            "letters and digits": lambda: some(string.ascii_letters + string.digits, 60),
            "letters and spaces": lambda: some(SMALL + "   ", 60),
            "signs": lambda: some(string.punctuation + " ", 60),
            "signs and letters": lambda: some(string.punctuation + " " + SMALL + "stmdrelv", 60),
            "ASCII": lambda: some(string.printable, 60),
            "numbers": lambda: some(string.digits + self.draw.choice(["", " ", ".", ",", "-"]), 60),
            "white space": self.spaces,
            "rows": self.rows,
            "a block of Unicode": self.block,
            "blocks among words": lambda: "".join(self.draw.choice([self.block, lambda: some(SMALL + " ", 9)])()
                                                 for _ in range(6)),
            "all of Unicode": self.unicode,
            "spelled out signs": self.compatible,
            "marks over letters": self.marks,
            "emoji": lambda: "".join(self.draw.choice([*EMOJI, "\u200d", "\ufe0f", "🏽", " ", "a"]) for _ in range(20)),
            "Base64": lambda: base64.b64encode(self.draw.randbytes(60)).decode(),
            "hexadecimal": lambda: self.draw.randbytes(40).hex(),
            "bytes": lambda: self.draw.randbytes(40).decode("latin1"),
        }  # fmt: skip
        if self.words:
            kinds |= {
                "known words": self.joined,
                "words in one": lambda: "".join(self.draw.choices(self.words, k=self.draw.randrange(1, 5))),
                "names": self.name,
                "words and signs": self.enclosed,
            }
        if self.real:
            kinds |= {"like text, by two": lambda: self.chain(2), "like text, by three": lambda: self.chain(3),
                      "text with mistakes": self.mistaken}  # fmt: skip
        return kinds

    def some(self, alphabet, most):
        return "".join(self.draw.choices(alphabet, k=self.draw.randrange(1, most + 1)))

    def spaces(self):
        parts = [" ", "\n", "\t", "\r", "  ", "    ", "\n\n", "x", "(", ".", "1", "\u00a0", "\u3000"]
        return "".join(self.draw.choices(parts, k=40))

    def rows(self):
        def row():
            return self.draw.choice(string.punctuation + " \n\t\r0aAé你") * self.draw.choice([1, 2, 3, 5, 8, 13, 40, 200, 700])

        return "".join(row() for _ in range(self.draw.randrange(1, 5)))

    def block(self):
        start = self.draw.choice([code for code in range(0x80, 0xFF80, 0x80) if not 0xD800 <= code < 0xE000])
        return "".join(chr(self.draw.randrange(start, start + 0x80)) for _ in range(self.draw.randrange(1, 40)))

    def unicode(self):
        ranges = [(0x20, 0x250), (0x370, 0x700), (0x900, 0x1100), (0x2000, 0x2C00), (0x3000, 0xD7FF), (0x1D000, 0x1FFFF),
                  (0x20000, 0x2FFFF)]  # fmt: skip
        return "".join(chr(self.draw.randrange(*self.draw.choice(ranges))) for _ in range(20))

    def compatible(self):
        ranges = [(0xFB00, 0xFE00), (0xFE70, 0xFEFF), (0x3200, 0x3400), (0x2100, 0x2190), (0x2460, 0x2500),
                  (0x1D400, 0x1D800), (0x1F100, 0x1F270), (0x2F800, 0x2FA1E)]  # fmt: skip
        return "".join(chr(self.draw.randrange(*self.draw.choice(ranges))) for _ in range(12))

    def marks(self):
        def letter():
            marks = (chr(self.draw.randrange(0x300, 0x370)) for _ in range(self.draw.randrange(5)))
            return self.draw.choice(string.ascii_letters + "éaou ") + "".join(marks)

        return "".join(letter() for _ in range(12))

    def joined(self):
        between = self.draw.choice(["", "_", ".", "-", " ", "/", "'", " '", '"'])
        return self.draw.choice(["", " "]) + between.join(self.draw.choices(self.words, k=8))

    def name(self):
        words = self.draw.choices(self.words, k=self.draw.randrange(2, 7))
        first = words[0] if self.draw.random() < 0.5 else words[0].capitalize()
        return self.draw.choice(["", " ", "_", "("]) + first + "".join(word.capitalize() for word in words[1:])

    def enclosed(self):
        word = self.draw.choice([str.lower, str.capitalize])(self.draw.choice(self.words))
        signs = string.punctuation + string.digits + QUOTES
        return self.draw.choice(signs) + word + self.draw.choice(signs + " \n")

    def chain(self, order):
        """Text in which each character follows on the ones before as it does in a real one."""
        text = self.draw.choice(self.real)
        follows = {}
        for start in range(len(text) - order):
            follows.setdefault(text[start : start + order], []).append(text[start + order])
        start = self.draw.randrange(len(text) - order)
        made = text[start : start + order]
        while len(made) < 60 and made[-order:] in follows:
            made += self.draw.choice(follows[made[-order:]])
        return made

    def mistaken(self):
        text = self.draw.choice(self.real)
        start = self.draw.randrange(len(text))
        letters = list(text[start : start + self.draw.randrange(1, 60)])
        for _ in range(self.draw.randrange(6)):
            place, change = self.draw.randrange(len(letters) + 1), self.draw.randrange(3)
            if change == 0 or not letters:
                letters.insert(place, self.draw.choice(string.printable + "é’“”—…你"))
            elif change == 1:
                del letters[place % len(letters)]
            else:
                letters[place % len(letters)] = letters[place % len(letters)].swapcase()
        return "".join(letters)
