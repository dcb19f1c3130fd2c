"""Inputs that cost who reads them the most for each byte that they have: of callers and of providers. Each is made of a size:
how many of what it has many of. Those of the tables come to a megabyte or more on the wire, mostly."""

import base64
import gzip
import itertools
import json
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hostile_upstream import CHUNK, events, message, whole
from wire import chunked, head, sized

CHAT, MESSAGES = "/v1/chat/completions", "/v1/messages"
# What is asked: the provider that is spoken to as the caller speaks, or the one for which everything is translated.
OWN, OTHER = "own/m", "other/m"


@dataclass(frozen=True)
class Case:
    """`sent` makes what a caller sends, of a size and for a model; `answered` the provider's pieces, of a size."""

    size: int
    sent: Callable[[int, str], Iterable[bytes]]
    answered: Callable[[int], Iterable] | None = None


def request(model: str, content: str = '"hi"', more: str = "") -> bytes:
    """A chat, some of it as text: what is in it need not be what a library writes."""
    return f'{{"model":"{model}","max_tokens":20,"messages":[{{"role":"user","content":{content}}}]{more}}}'.encode()


def body(make: Callable[[int, str], bytes]) -> Callable[[int, str], list[bytes]]:
    return lambda size, model: [sized(make(size, model))]


def listed(piece: str, count: int) -> str:
    return "[" + ",".join(itertools.repeat(piece, count)) + "]"


def image(number: int) -> str:
    """The head of a PNG that says it is as large as can be; no two are alike."""
    size = struct.pack(">II", 65_535, 65_535 - number)
    data = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + size + b"\x08\x06\0\0\0\0\0\0\0").decode()
    return json.dumps({"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}})


TOOL = '{"type":"function","function":{"name":"f%d","parameters":{}}}'


def tools(count: int, model: str) -> bytes:
    return request(model, more=',"tools":[' + ",".join(TOOL % number for number in range(count)) + "]")


def schema(depth: int, model: str) -> bytes:
    deep = '{"properties":{"a":' * depth + "{}" + "}}" * depth
    return request(model, more=f',"tools":[{{"type":"function","function":{{"name":"f","parameters":{deep}}}}}]')


def form(parts: int, model: str) -> bytes:
    """A multipart form of nothing but fields."""
    field = "--b\r\ncontent-disposition: form-data; name=\"x\"\r\n\r\n\r\n"
    return (f'--b\r\ncontent-disposition: form-data; name="model"\r\n\r\n{model}\r\n' + field * parts + "--b--\r\n").encode()


def posted_form(parts: int, model: str) -> list[bytes]:
    data = form(parts, model)
    return [head("Content-Type: multipart/form-data; boundary=b", f"Content-Length: {len(data)}", target="/v1/audio/transcriptions") + data]


def in_single_bytes(size: int, model: str) -> list[bytes]:
    data = request(model, json.dumps("x" * size))
    return [head("Content-Type: application/json", "Transfer-Encoding: chunked"), chunked(*(data[i:i + 1] for i in range(len(data))))]


def with_extensions(size: int, model: str) -> list[bytes]:
    """Each chunk's extension is within what may be."""
    data = request(model, json.dumps("x" * size))
    line = b"1;" + b"x" * 100 + b"\r\n"
    return [head("Content-Type: application/json", "Transfer-Encoding: chunked"),
            b"".join(line + data[i:i + 1] + b"\r\n" for i in range(len(data))), b"0\r\n\r\n"]


def one_extension(size: int, model: str) -> list[bytes]:
    return [head("Content-Type: application/json", "Transfer-Encoding: chunked") + b"1;", *[b"x" * 65_536] * (size // 65_536)]


def fields(line: bytes) -> Callable[[int, str], list[bytes]]:
    return lambda size, model: [f"POST {CHAT} HTTP/1.1\r\nHost: t\r\n".encode(), *[line * 10_000] * (size // 10_000)]


def plain(size: int, model: str) -> list[bytes]:
    return [sized(request(model))]


EVENT = b'data: {"id":"x","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}]}\n\n'


def streamed(piece: bytes, end: bytes = b"") -> Callable[[int], Iterable]:
    """An answer of events, in chunks of 64 KB."""
    def answer(size: int):
        data = piece * size + end
        yield b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        for start in range(0, len(data), len(CHUNK)):
            part = data[start:start + len(CHUNK)]
            yield b"%x\r\n%s\r\n" % (len(part), part)
        yield b"0\r\n\r\n"

    return answer


def streaming(size: int, model: str) -> list[bytes]:
    return [sized(request(model, more=',"stream":true'))]


def bomb(size: int) -> list[bytes]:
    return [whole(gzip.compress(b" " * size), "content-encoding: gzip")]


def choices(size: int) -> list[bytes]:
    one = '{"index":0,"message":{"role":"assistant","content":""},"finish_reason":"stop"}'
    return [whole(f'{{"id":"x","object":"chat.completion","created":1,"model":"m","choices":{listed(one, size)}}}'.encode())]


def calls(size: int) -> list[bytes]:
    one = '{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}'
    said = f'{{"role":"assistant","content":null,"tool_calls":{listed(one, size)}}}'
    return [whole((
        '{"id":"x","object":"chat.completion","created":1,"model":"m","usage":{"prompt_tokens":1,"completion_tokens":1},'
        f'"choices":[{{"index":0,"message":{said},"finish_reason":"tool_calls"}}]}}').encode())]


CALLERS = {
    "brackets that open": Case(1_000_000, body(lambda n, m: b"[" * n)),
    "brackets in a message": Case(500_000, body(lambda n, m: request(m, "[" * n + "]" * n))),
    "objects within objects": Case(200_000, body(lambda n, m: b'{"a":' * n + b"1" + b"}" * n)),
    "empty lists": Case(300_000, body(lambda n, m: request(m, more=f',"metadata":{listed("[]", n)}'))),
    "empty header fields": Case(1_000_000, fields(b"a:\r\n")),
    "a header field without end": Case(4_000_000, fields(b"a")),
    "chunks of one byte": Case(100_000, in_single_bytes),
    "chunks of one byte with extensions": Case(10_000, with_extensions),
    "a chunk extension without end": Case(1 << 20, one_extension),
    "tools": Case(100_000, body(tools)),
    "a schema within a schema": Case(20_000, body(schema)),
    "a number of a million digits": Case(1_000_000, body(lambda n, m: request(m, more=f',"seed":{"9" * n}'))),
    "small numbers": Case(500_000, body(lambda n, m: request(m, more=f',"metadata":{listed("1", n)}'))),
    "escaped letters": Case(200_000, body(lambda n, m: request(m, '"' + "\\u0041" * n + '"'))),
    "escaped halves of pairs": Case(200_000, body(lambda n, m: request(m, '"' + "\\ud800" * n + '"'))),
    "messages": Case(30_000, body(lambda n, m: request(m)[:-2] + b',{"role":"user","content":"hi"}' * n + b"]}")),
    "parts of a message": Case(40_000, body(lambda n, m: request(m, listed('{"type":"text","text":""}', n)))),
    "images that say they are large": Case(5_000, body(lambda n, m: request(m, "[" + ",".join(map(image, range(n))) + "]"))),
    "fields of a form": Case(20_000, posted_form),
}
# A few bytes each of what is kept by itself, with room for all that it could have been.
BRIEF = {
    "tools of nothing": Case(100_000, body(lambda n, m: request(m, more=f',"tools":{listed("{}", n)}'))),
    "calls of nothing": Case(100_000, body(
        lambda n, m: request(m)[:-2] + f',{{"role":"assistant","tool_calls":{listed("{}", n)}}}]}}'.encode())),
    "messages of nothing": Case(100_000, body(lambda n, m: request(m)[:-2] + b",{}" * n + b"]}")),
    "parts of nothing": Case(100_000, body(lambda n, m: request(m, listed("{}", n)))),
    "words to stop at": Case(100_000, body(lambda n, m: request(m, more=f',"stop":{listed(chr(34) * 2, n)}'))),
    "the same name again and again": Case(100_000, body(lambda n, m: request(m, more=',"a":1' * n))),
    "names that are all different": Case(100_000, body(lambda n, m: request(m, more="".join(f',"{i}":1' for i in range(n))))),
}
PROVIDERS = {
    "a bomb of gzip": Case(100_000_000, plain, bomb),
    "an event without end": Case(30_000_000, streaming, streamed(b"x")),
    "empty lines": Case(300_000, streaming, streamed(b"\n")),
    "comments": Case(150_000, streaming, streamed(b":\n\n")),
    "events of one letter": Case(20_000, streaming, streamed(EVENT, events())),
    "brackets": Case(1_000_000, plain, lambda n: [whole(b"[" * n)]),
    "spaces before an answer": Case(1_000_000, plain, lambda n: [whole(b" " * n + message())]),
    "choices": Case(15_000, plain, choices),
    "calls of tools": Case(15_000, plain, calls),
}
