"""Requests that two readers could take apart differently, as they are published, one a line.

A case is bytes. `BODY` is the chat that its sender owns up to, `HIDDEN` is a whole request, with a key that is good, which
an attacker would like to be read where another reader sees a body, or nothing at all. `expect` says what has to become of it:

    REFUSED    one answer of 4xx, 501 or 505, or none, and the connection is closed; nothing goes to the provider
    ACCEPTED   valid as RFC 9112 has it: the provider gets exactly the body that was meant, once
    LOCAL      valid, and answered here; the body is read away or the connection is closed
    UNENDED    what came so far is valid and no whole request: it waits, and nothing goes to the provider

Whatever is expected, no byte of `HIDDEN` ever reaches a provider. Each case names where its trick is told of:

    9110, 9112   the RFCs, by section
    Watchfire    Linhart, Klein, Heled, Orrin: HTTP Request Smuggling (2005)
    Klein        Klein: HTTP Request Smuggling in 2020 (Black Hat USA 2020)
    Reborn       Kettle: HTTP Desync Attacks: Request Smuggling Reborn (2019)
    Browser      Kettle: Browser-Powered Desync Attacks (2022)
    MustDie      Kettle: HTTP/1.1 Must Die: the Desync Endgame (2025)
    HTTP2        Kettle: HTTP/2: The Sequel is Always Worse (2021)
    Funky        Weikop: Funky chunks: abusing ambiguous chunk line terminators (2025)
    TE0          Bello, Liu, Nahamsec: Unveiling TE.0 HTTP Request Smuggling (2024)
    T-Reqs       Jabiyev, Sprecher, Onarlioglu, Kirda: T-Reqs: HTTP Request Smuggling with Differential Fuzzing (CCS 2021)
    Garden       Kallus, Anantharaman, Locasto, Smith: The HTTP Garden (2024)
    HopByHop     Davison: Abusing HTTP hop-by-hop request headers (2019)
    H2C          Bishop Fox: h2c Smuggling (2020)
    Splitting    Klein: Divide and Conquer: HTTP Response Splitting (2004), of requests
    HAProxy      CVE-2021-40346: a field's name whose length overflows
"""

from dataclasses import dataclass

from programs import APP

# Each case gets marks of its own in place of the noughts.
BODY = b'{"model":"recorder/m","max_tokens":8,"messages":[{"role":"user","content":"MEANT-0000"}]}'
N = len(BODY)
MARK = BODY.index(b"MEANT")
HIDDEN_BODY = BODY.replace(b"MEANT-0000", b"HIDDEN-0000")
PATH = "/v1/chat/completions"
HIDDEN = (
    f"POST {PATH} HTTP/1.1\r\nHost: hidden\r\nAuthorization: Bearer {APP}\r\nContent-Type: application/json\r\n"
    f"Content-Length: {len(HIDDEN_BODY)}\r\n\r\n").encode() + HIDDEN_BODY

REFUSED, ACCEPTED, LOCAL, UNENDED = "refused", "accepted", "local", "unended"


@dataclass(frozen=True)
class Case:
    name: str
    source: str
    data: bytes
    expect: str = REFUSED
    # Where the RFC leaves no choice.
    status: int | None = None
    # What the answers before the one that is judged have to be.
    before: tuple[int, ...] = ()


def encoded(text: str | bytes) -> bytes:
    return text if isinstance(text, bytes) else text.encode("latin-1")


def head(*fields: str, line: str = f"POST {PATH} HTTP/1.1", host: str | None = "Host: tuppence", key: str | None = APP) -> bytes:
    """A head with each field as a line, exactly as it is written here."""
    lines = [line, host, key and f"Authorization: Bearer {key}", *fields]
    return b"".join(encoded(one) + b"\r\n" for one in lines if one is not None) + b"\r\n"


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


LAST = b"0\r\n\r\n"
CHUNKED = chunk(BODY) + LAST
TE = "Transfer-Encoding: chunked"
CL = f"Content-Length: {N}"


def sized(*fields: str, behind: bytes = HIDDEN, **options) -> bytes:
    """A body that is as long as it should be, whatever the fields say, with a hidden request behind it."""
    return head(*fields, **options) + BODY + behind


def good(*fields: str, **options) -> bytes:
    """A request as it should be, by its length, with nothing behind it."""
    return sized(CL, *fields, behind=b"", **options)


def chunks(data: bytes, *fields: str, **options) -> bytes:
    return head(TE, *fields, **options) + data


# Two lengths for one body: each reader believes another field.

HIDDEN_IN_LENGTH = LAST + HIDDEN

both = [
    Case("CL.TE: the length hides what comes behind the last chunk", "Reborn, Watchfire, 9112 6.3",
         head(f"Content-Length: {len(HIDDEN_IN_LENGTH)}", TE) + HIDDEN_IN_LENGTH, status=400),
    Case("CL.TE with a body of its own", "Reborn", head(f"Content-Length: {len(CHUNKED + HIDDEN)}", TE) + CHUNKED + HIDDEN),
    Case("CL.TE, the coding first", "Reborn", head(TE, f"Content-Length: {len(HIDDEN_IN_LENGTH)}") + HIDDEN_IN_LENGTH),
    Case("TE.CL: the length ends within the first chunk", "Reborn, 9112 6.3",
         head("Content-Length: 4", TE) + chunk(HIDDEN) + LAST, status=400),
    Case("TE.CL, the coding first", "Reborn", head(TE, "Content-Length: 4") + chunk(HIDDEN) + LAST),
    Case("TE.CL with a length of nought", "Reborn", head("Content-Length: 0", TE) + chunk(HIDDEN) + LAST),
    Case("TE.0: a reader that ignores the coding", "TE0", head("Content-Length: 0", TE, line="OPTIONS / HTTP/1.1") + chunk(HIDDEN) + LAST),
    Case("both agree", "9112 6.3", head(f"Content-Length: {len(CHUNKED)}", TE) + CHUNKED + HIDDEN),
    Case("both, and the length is no number", "T-Reqs", head("Content-Length: x", TE) + CHUNKED + HIDDEN),
    Case("both, and the length is empty", "T-Reqs", head("Content-Length:", TE) + CHUNKED + HIDDEN),
    Case("both, with the fields of others between them", "Reborn",
         head(f"Content-Length: {len(HIDDEN_IN_LENGTH)}", "X-Between: 1", "X-More: 2", TE) + HIDDEN_IN_LENGTH),
    Case("both on a GET", "Watchfire", head(f"Content-Length: {len(HIDDEN_IN_LENGTH)}", TE, line="GET /v1/models HTTP/1.1") + HIDDEN_IN_LENGTH),
    Case("both in HTTP/1.0", "9112 6.1", head(CL, TE, line=f"POST {PATH} HTTP/1.0") + CHUNKED + HIDDEN),
    Case("a length, and chunks in a trailer", "9112 6.5.1", chunks(chunk(BODY) + b"0\r\nTransfer-Encoding: chunked\r\n\r\n" + HIDDEN)),
]

# A coding that one of two readers does not see. Alone, and with a length for the reader that does not.

CODINGS = {
    "a coding that nobody has": ("Transfer-Encoding: xchunked", "Reborn"),
    "a coding that begins alike": ("Transfer-Encoding: chunkedx", "T-Reqs"),
    "a space before the colon of the coding": ("Transfer-Encoding : chunked", "Reborn, 9112 5.1"),
    "a tab before the colon of the coding": ("Transfer-Encoding\t: chunked", "Klein, 9112 5.1"),
    "a vertical tab before the coding": ("Transfer-Encoding: \x0bchunked", "Reborn"),
    "a form feed behind the coding": ("Transfer-Encoding: chunked\x0c", "T-Reqs"),
    "NUL before the coding": ("Transfer-Encoding: \0chunked", "Garden"),
    "NUL behind the coding": ("Transfer-Encoding: chunked\0", "Garden"),
    "a byte beyond ASCII before the coding": ("Transfer-Encoding: \xa0chunked", "T-Reqs"),
    "a space before the field": (" Transfer-Encoding: chunked", "Reborn, 9112 2.2"),
    "the coding folded": ("Transfer-Encoding:\r\n chunked", "Reborn, 9112 5.2"),
    "the coding folded with a tab": ("Transfer-Encoding:\r\n\tchunked", "Klein, 9112 5.2"),
    "the field behind a bare LF": ("X: X\nTransfer-Encoding: chunked", "Reborn, 9112 2.2"),
    "the field behind a bare CR": ("X: X\rTransfer-Encoding: chunked", "Klein, 9112 2.2"),
    "the line ends in a bare CR": ("Transfer-Encoding: chunked\r", "T-Reqs"),
    "two codings, the second unknown": ("Transfer-Encoding: chunked\r\nTransfer-Encoding: x", "Reborn"),
    "two codings, the first unknown": ("Transfer-Encoding: x\r\nTransfer-Encoding: chunked", "Reborn"),
    "chunked twice": ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "9112 7.1"),
    "chunked twice in a list": ("Transfer-Encoding: chunked, chunked", "9112 7.1"),
    "chunked, then identity": ("Transfer-Encoding: chunked, identity", "Reborn, 9112 6.1"),
    "chunked, then a coding of cows": ("Transfer-Encoding: chunked\r\nTransfer-Encoding: cow", "Reborn"),
    "identity, then chunked": ("Transfer-Encoding: identity, chunked", "Klein"),
    "identity alone": ("Transfer-Encoding: identity", "9112 6.1"),
    "gzip below chunked": ("Transfer-Encoding: gzip, chunked", "9112 6.1"),
    "gzip alone": ("Transfer-Encoding: gzip", "9112 6.3"),
    "an empty coding": ("Transfer-Encoding:", "T-Reqs"),
    "a comma before the coding": ("Transfer-Encoding: ,chunked", "Garden"),
    "a comma behind the coding": ("Transfer-Encoding: chunked,", "Garden"),
    "a parameter of the coding": ("Transfer-Encoding: chunked;q=1", "T-Reqs"),
    "a coding in quotes": ('Transfer-Encoding: "chunked"', "Reborn"),
    "a coding in single quotes": ("Transfer-Encoding: 'chunked'", "Reborn"),
    "a space within the coding": ("Transfer-Encoding: chu nked", "T-Reqs"),
    "a colon behind the colon": ("Transfer-Encoding:: chunked", "T-Reqs"),
    "an equals sign for the colon": ("Transfer-Encoding=chunked", "T-Reqs"),
    "NUL in the name": ("Transfer\0-Encoding: chunked", "Garden"),
    "a soft hyphen in the name": ("Transfer\xadEncoding: chunked", "Klein"),
    "the field in the key's line": (f"X-Key: {APP}\rTransfer-Encoding: chunked", "Klein"),
}

codings = [
    case for name, (field, source) in CODINGS.items() for case in (
        Case(f"{name}, with a length", source, head(f"Content-Length: {len(HIDDEN_IN_LENGTH)}", field) + HIDDEN_IN_LENGTH),
        Case(f"{name}, alone", source, head(field) + CHUNKED + HIDDEN),
    )
] + [
    Case("chunks", "9112 7.1", chunks(CHUNKED), ACCEPTED),
    Case("chunks in capitals", "9112 7", head("TRANSFER-ENCODING: CHUNKED") + CHUNKED, ACCEPTED),
    Case("chunks with white space around the coding", "9112 5.1", head("Transfer-Encoding: \t chunked \t ") + CHUNKED, ACCEPTED),
    Case("an underscore makes another field of it", "Klein", head(CL, "Transfer_Encoding: chunked") + BODY, ACCEPTED),
    Case("a field of almost that name", "Reborn", head(CL, "X-Transfer-Encoding: chunked") + BODY, ACCEPTED),
    Case("TE is no Transfer-Encoding", "9110 10.1.4", head(CL, "TE: chunked, trailers") + BODY, ACCEPTED),
    Case("Content-Encoding is no Transfer-Encoding", "9110 8.4", head(CL, "Content-Encoding: chunked") + BODY, status=415),
    Case("a content coding of nothing", "9110 8.4.1", head(CL, "Content-Encoding: identity") + BODY, ACCEPTED),
    Case("chunks in HTTP/1.0", "9112 6.1", head(TE, line=f"POST {PATH} HTTP/1.0") + CHUNKED + HIDDEN),
]

# Lengths that are read as different numbers.

LENGTHS = {
    "the same length twice": (f"{CL}\r\n{CL}", "9112 6.3"),
    "two lengths, the longer first": (f"Content-Length: {N + len(HIDDEN)}\r\n{CL}", "Watchfire, 9112 6.3"),
    "two lengths, the longer last": (f"{CL}\r\nContent-Length: {N + len(HIDDEN)}", "Watchfire, 9112 6.3"),
    "two lengths, the last of nought": (f"{CL}\r\nContent-Length: 0", "Watchfire"),
    "two lengths, the first of nought": (f"Content-Length: 0\r\n{CL}", "Watchfire"),
    "two lengths in two cases": (f"content-length: {N + len(HIDDEN)}\r\n{CL}", "Watchfire"),
    "a list of the same length": (f"Content-Length: {N}, {N}", "9112 6.3"),
    "a list of two lengths": (f"Content-Length: {N}, {N + len(HIDDEN)}", "9112 6.3"),
    "a length and a comma": (f"Content-Length: {N},", "Garden"),
    "a plus sign": (f"Content-Length: +{N}", "Garden, 9110 8.6"),
    "a minus sign": (f"Content-Length: -{N}", "T-Reqs"),
    "minus nought": ("Content-Length: -0", "T-Reqs"),
    "minus one": ("Content-Length: -1", "T-Reqs"),
    "a hexadecimal length": (f"Content-Length: {N:#x}", "Garden"),
    "an octal length of Python": (f"Content-Length: {N:#o}", "Garden"),
    "an underscore between digits": (f"Content-Length: {str(N)[0]}_{str(N)[1:]}", "Garden"),
    "an underscore behind": (f"Content-Length: {N}_", "Garden"),
    "a decimal point": (f"Content-Length: {N}.0", "T-Reqs"),
    "an exponent": (f"Content-Length: {N}e0", "T-Reqs"),
    "a space between digits": (f"Content-Length: {str(N)[0]} {str(N)[1:]}", "Klein"),
    "a letter behind": (f"Content-Length: {N}a", "Klein"),
    "a semicolon behind": (f"Content-Length: {N};", "T-Reqs"),
    "quotes": (f'Content-Length: "{N}"', "T-Reqs"),
    "an empty length": ("Content-Length:", "T-Reqs"),
    "a length of white space": ("Content-Length: \t ", "T-Reqs"),
    "a vertical tab before": (f"Content-Length: \x0b{N}", "T-Reqs"),
    "a form feed behind": (f"Content-Length: {N}\x0c", "T-Reqs"),
    "NUL behind": (f"Content-Length: {N}\0", "Garden"),
    "NUL between digits": (f"Content-Length: {N}\x001", "Garden"),
    "digits of another script": ("Content-Length: \xb2\xb3", "T-Reqs"),
    "2^32 and the length": (f"Content-Length: +{2**32 + N}", "Garden"),
    "2^63": (f"Content-Length: {2**63}", "Garden"),
    "2^64 and the length, which wraps around": (f"Content-Length: {2**64 + N}", "Garden, 9110 8.6"),
    "a hundred digits": (f"Content-Length: {'0' * 98}{N}", "T-Reqs"),
    "a space before the colon of the length": (f"Content-Length : {N}", "Klein, 9112 5.1"),
    "a space before the colon of a second length": (f"{CL}\r\nContent-Length : 0", "Klein"),
    "a tab before the colon of the length": (f"Content-Length\t: {N}", "Klein"),
    "a space before the length's field": (f" Content-Length: {N}", "MustDie, 9112 2.2"),
    "the length folded": (f"Content-Length:\r\n {N}", "MustDie, 9112 5.2"),
    "a length folded onto a length": (f"{CL}\r\n 0", "9112 5.2"),
    "CR in the name of the length": (f"Content\r-Length: {N}", "Klein"),
    "the length behind a bare LF": (f"X: x\nContent-Length: {N + len(HIDDEN)}", "9112 2.2"),
    "the length behind a bare CR": (f"X: x\rContent-Length: {N + len(HIDDEN)}", "9112 2.2"),
    "a colon behind the length's colon": (f"Content-Length:: {N}", "T-Reqs"),
    "NUL in the name of the length": (f"Content\0Length: {N}", "Garden"),
}

lengths = [Case(name, source, sized(field), status=400) for name, (field, source) in LENGTHS.items()] + [
    Case("a length", "9110 8.6", good(), ACCEPTED),
    Case("a length with a nought before it", "9110 8.6", sized(f"Content-Length: 0{N}", behind=b""), ACCEPTED),
    Case("a length without white space", "9112 5.1", sized(f"content-length:{N}", behind=b""), ACCEPTED),
    Case("a length within white space", "9112 5.1", sized(f"Content-Length: \t {N} \t ", behind=b""), ACCEPTED),
    Case("a name whose length overflows a byte", "HAProxy",
         head(f"Content-Length0{'a' * 255}:", f"Content-Length: {len(HIDDEN)}", line="GET /v1/models HTTP/1.1") + HIDDEN, LOCAL),
    Case("an underscore makes another field of the length", "Klein", sized(f"Content_Length: {N + len(HIDDEN)}", CL, behind=b""), ACCEPTED),
    Case("a length that is longer than what comes", "9112 6.3", head(f"Content-Length: {N + 1}") + BODY, UNENDED),
    Case("a length of 18 digits", "Garden", head(f"Content-Length: {'9' * 18}") + BODY + HIDDEN, status=413),
    Case("2^32 and the length is not the length", "Garden", head(f"Content-Length: {2**32 + N}") + BODY + HIDDEN, status=413),
]

# Bodies where a reader expects none: what is not read away begins the next request.

H = f"Content-Length: {len(HIDDEN)}"

bodies = [
    Case("CL.0 on what is answered here", "Browser, 9112 9.3", head(H, line="GET /v1/models HTTP/1.1") + HIDDEN, LOCAL),
    Case("CL.0 on a path that is not there", "Browser", head(H, line="POST /nowhere HTTP/1.1") + HIDDEN, LOCAL, 404),
    Case("CL.0 with a method that is not allowed", "Browser", head(H, line=f"GET {PATH} HTTP/1.1") + HIDDEN, LOCAL, 405),
    Case("CL.0 without a key", "Browser", head(H, key=None) + HIDDEN, LOCAL, 401),
    Case("CL.0 with a key that nobody has", "Browser", head(H, key="tp_test_nobody") + HIDDEN, LOCAL, 401),
    Case("CL.0 on a probe", "Browser", head(H, line="GET /healthz HTTP/1.1") + HIDDEN, LOCAL),
    Case("CL.0 on the root", "Browser", head(H, line="GET / HTTP/1.1") + HIDDEN, LOCAL),
    Case("CL.0 on HEAD", "9110 9.3.2", head(H, line="HEAD / HTTP/1.1") + HIDDEN, LOCAL),
    Case("CL.0 on DELETE", "9110 9.3.5", head(H, line=f"DELETE {PATH} HTTP/1.1") + HIDDEN, LOCAL, 405),
    Case("CL.0 on TRACE, which has no body", "9110 9.3.8", head(H, line="TRACE / HTTP/1.1") + HIDDEN, LOCAL),
    Case("CL.0 on OPTIONS", "9110 9.3.7", head(H, line="OPTIONS * HTTP/1.1") + HIDDEN, LOCAL),
    Case("CL.0 on the place of a kept answer", "Browser", head(H, line="GET /v1/responses/resp_1 HTTP/1.1") + HIDDEN, LOCAL),
    Case("CL.0 with an upgrade", "Browser", head(H, "Connection: Upgrade", "Upgrade: websocket", line="GET /v1/responses HTTP/1.1") + HIDDEN, LOCAL, 426),
    Case("CL.0 with a body that is no JSON", "Browser", head(H) + HIDDEN, LOCAL, 400),
    Case("TE.0 on what is answered here", "TE0", chunks(chunk(HIDDEN) + LAST, line="GET /v1/models HTTP/1.1"), LOCAL),
    Case("TE.0 on OPTIONS", "TE0", chunks(chunk(HIDDEN) + LAST, line="OPTIONS / HTTP/1.1"), LOCAL),
    Case("TE.0 on a path that is not there", "TE0", chunks(chunk(HIDDEN) + LAST, line="POST /nowhere HTTP/1.1"), LOCAL, 404),
    Case("TE.0 with a body that is no JSON", "TE0", chunks(chunk(HIDDEN) + LAST), LOCAL, 400),
    Case("0.CL: the length in a field of almost that name", "MustDie",
         head(f"Content-Length : {len(HIDDEN)}", line="GET /v1/models HTTP/1.1") + HIDDEN),
    Case("0.CL: the length folded", "MustDie", head(f"Content-Length:\r\n {len(HIDDEN)}", line="GET /v1/models HTTP/1.1") + HIDDEN),
    Case("0.CL: the length on a line that begins with white space", "MustDie",
         head(f"\tContent-Length: {len(HIDDEN)}", line="GET /v1/models HTTP/1.1") + HIDDEN),
    Case("an expectation and a length", "MustDie, 9110 10.1.1", head(H, "Expect: 100-continue", line="POST /nowhere HTTP/1.1") + HIDDEN, LOCAL, 404),
    Case("an expectation and chunks", "MustDie", chunks(chunk(HIDDEN) + LAST, "Expect: 100-continue", line="GET /v1/models HTTP/1.1"), LOCAL),
    Case("an expectation that is met", "9110 10.1.1", good("Expect: 100-continue"), ACCEPTED),
    Case("an expectation with something before it", "MustDie", sized(CL, "Expect: y 100-continue"), status=417),
    Case("an expectation twice", "MustDie", sized(CL, "Expect: 100-continue, 100-continue"), status=417),
    Case("an expectation that nobody has", "9110 10.1.1", sized(CL, "Expect: 200-ok"), status=417),
    Case("an expectation behind a line end", "MustDie", sized(CL, "Expect:\r\n 100-continue")),
]

# Chunks.

SIZES = {
    "a size with 0x": (b"0x%x", "Garden"),
    "a size with 0X": (b"0X%x", "Garden"),
    "a size with a plus": (b"+%x", "Garden"),
    "a size with a minus": (b"-%x", "Garden"),
    "a size with an underscore": (b"%x_", "Garden"),
    "a size behind an underscore": (b"_%x", "Garden"),
    "a space before the size": (b" %x", "Garden"),
    "a tab before the size": (b"\t%x", "Garden"),
    "a space behind the size": (b"%x ", "T-Reqs, 9112 7.1.1"),
    "a tab behind the size": (b"%x\t", "T-Reqs"),
    "NUL behind the size": (b"%x\0", "Garden"),
    "NUL before the size": (b"\0%x", "Garden"),
    "a point behind the size": (b"%x.", "T-Reqs"),
    "a letter behind the size": (b"%xg", "T-Reqs"),
    "a size that wraps around at 2^64": (b"1%016x", "Garden, 9112 7.1"),
    "a size of a hundred digits": (b"0" * 98 + b"%x", "Garden"),
    "a size in quotes": (b'"%x"', "T-Reqs"),
    "a bare semicolon": (b"%x;", "Funky"),
    "a space before an extension": (b"%x ;a=b", "9112 7.1.1"),
    "an extension without its value": (b"%x;a=", "Funky"),
    "an extension that is a line of text": (b"%x;GET / HTTP/1.1", "Funky"),
    "an extension with quotes that do not end": (b'%x;a="b', "Funky"),
    "NUL in an extension": (b"%x;a\0b", "Funky"),
    "an extension of 64 KiB": (b"%x;" + b"a" * 65_536, "Funky, 9112 7.1.1"),
    "a comma between two sizes": (b"%x, %x", "T-Reqs"),
}


def size(form: bytes) -> bytes:
    return form % ((N,) * form.count(b"%"))


chunk_lines = [
    Case(name, source, chunks(size(form) + b"\r\n" + BODY + b"\r\n" + LAST + HIDDEN), status=400)
    for name, (form, source) in SIZES.items()
] + [
    Case("an extension", "9112 7.1.1", chunks(b"%x;a=b\r\n%s\r\n0;c\r\n\r\n" % (N, BODY)), ACCEPTED),
    Case("an extension in quotes that look like chunks", "Funky", chunks(b'%x;a="0 ; 1"\r\n%s\r\n' % (N, BODY) + LAST), ACCEPTED),
    Case("a size in capitals, with noughts", "9112 7.1", chunks(b"00%X\r\n%s\r\n000\r\n\r\n" % (N, BODY)), ACCEPTED),
    Case("chunks of one byte", "9112 7.1", chunks(b"".join(chunk(BODY[i:i + 1]) for i in range(MARK)) + chunk(BODY[MARK:]) + LAST), ACCEPTED),
    Case("no size", "T-Reqs", chunks(b"\r\n" + BODY + b"\r\n" + LAST + HIDDEN)),
    Case("a size of words", "T-Reqs", chunks(b"size\r\n" + BODY + b"\r\n" + LAST + HIDDEN)),
    Case("TERM.EXT: LF ends the line for one, and is in an extension for the other", "Funky",
         chunks(b"2;\nxx\r\n%x\r\n%s\r\n" % (len(HIDDEN), HIDDEN) + LAST)),
    Case("TERM.EXT with CR", "Funky", chunks(b"2;\rxx\r\n%x\r\n%s\r\n" % (len(HIDDEN), HIDDEN) + LAST)),
    Case("EXT.TERM: LF is in an extension for one, and ends the line for the other", "Funky",
         chunks(b"%x;\n%x\r\n%s\r\n0\r\n\r\n%s" % (4, 2, b"xx", HIDDEN))),
    Case("EXT.TERM with CR", "Funky", chunks(b"%x;\r%x\r\n%s\r\n0\r\n\r\n%s" % (4, 2, b"xx", HIDDEN))),
    Case("TERM.SPILL: LF ends the body of a chunk for one of two", "Funky", chunks(b"5\r\nAAAAAX%x\r\n\r\n" % len(HIDDEN) + LAST + HIDDEN)),
    Case("SPILL.TERM: two bytes of anything end a chunk", "Funky", chunks(b"5\r\nAAAAAXX2\r\n45\r\n" + LAST + HIDDEN)),
    Case("one byte of anything ends a chunk", "Funky", chunks(b"5\r\nAAAAA\n2\r\n45\r\n" + LAST + HIDDEN)),
    Case("a size line that ends in LF", "Funky, 9112 7.1", chunks(b"%x\n%s\r\n" % (N, BODY) + LAST + HIDDEN)),
    Case("a size line that ends in CR", "Funky", chunks(b"%x\r%s\r\n" % (N, BODY) + LAST + HIDDEN)),
    Case("a size line that ends in LF CR", "Funky", chunks(b"%x\n\r%s\r\n" % (N, BODY) + LAST + HIDDEN)),
    Case("a size line that ends in CR CR LF", "Funky", chunks(b"%x\r\r\n%s\r\n" % (N, BODY) + LAST + HIDDEN)),
    Case("a chunk that ends in LF", "Funky", chunks(b"%x\r\n%s\n" % (N, BODY) + LAST + HIDDEN)),
    Case("a chunk that ends in CR", "Funky", chunks(b"%x\r\n%s\r" % (N, BODY) + LAST + HIDDEN)),
    Case("a chunk that ends in nothing", "Garden", chunks(b"%x\r\n%s" % (N, BODY) + LAST + HIDDEN)),
    Case("a chunk that is longer than its size", "9112 7.1", chunks(b"%x\r\n%s\r\n" % (N - 1, BODY) + LAST + HIDDEN)),
    Case("a chunk that is shorter than its size", "9112 7.1", chunks(b"%x\r\n%s\r\n" % (N + 1, BODY) + LAST + HIDDEN)),
    Case("a last chunk whose line ends in LF", "Funky", chunks(chunk(BODY) + b"0\n\r\n" + HIDDEN)),
    Case("an end of LF alone", "Funky", chunks(chunk(BODY) + b"0\r\n\n" + HIDDEN)),
    Case("an end of CR alone", "Funky", chunks(chunk(BODY) + b"0\r\n\r" + HIDDEN)),
    Case("an end of CR and another byte", "Funky", chunks(chunk(BODY) + b"0\r\n\rX" + HIDDEN)),
    Case("a last chunk with a sign", "Garden", chunks(chunk(BODY) + b"-0\r\n\r\n" + HIDDEN)),
    Case("a last chunk with 0x", "Garden", chunks(chunk(BODY) + b"0x0\r\n\r\n" + HIDDEN)),
    Case("a last chunk with a bare semicolon", "Funky", chunks(chunk(BODY) + b"0;\r\n\r\n" + HIDDEN)),
    Case("an empty line between chunks", "Garden", chunks(chunk(BODY[:9]) + b"\r\n" + chunk(BODY[9:]) + LAST + HIDDEN)),
    Case("the hidden request where the last chunk should be", "Reborn", chunks(chunk(BODY) + HIDDEN)),
    Case("no last chunk", "9112 8", chunks(chunk(BODY)), UNENDED),
    Case("no empty line behind the last chunk", "9112 7.1", chunks(chunk(BODY) + b"0\r\n"), UNENDED),
    Case("a size that wraps around at 2^32", "Garden", chunks(b"1%08x\r\n" % N + BODY + b"\r\n" + LAST + HIDDEN), UNENDED),
    Case("a chunk without an end", "Garden", chunks(b"fffffffffffffff\r\n" + BODY + HIDDEN), UNENDED),
]

trailers = [
    Case("a trailer is read away", "9112 7.1.2", chunks(chunk(BODY) + b"0\r\nX-Late: a\r\n\r\n"), ACCEPTED),
    Case("a key in a trailer opens nothing", "9110 6.5.1",
         chunks(chunk(BODY) + b"0\r\nAuthorization: Bearer " + APP.encode() + b"\r\n\r\n", key=None), LOCAL, 401),
    Case("a Host in a trailer leads nowhere", "9110 6.5.1", chunks(chunk(BODY) + b"0\r\nHost: elsewhere\r\n\r\n"), ACCEPTED),
    Case("a length in a trailer", "9110 6.5.1", chunks(chunk(BODY) + b"0\r\n%s\r\n\r\n" % H.encode() + HIDDEN)),
    Case("a trailer that is a request", "Reborn", chunks(chunk(BODY) + b"0\r\n" + HIDDEN)),
    Case("a trailer without a colon", "9112 5", chunks(chunk(BODY) + b"0\r\nX-Late\r\n\r\n" + HIDDEN)),
    Case("a trailer without a name", "9112 5", chunks(chunk(BODY) + b"0\r\n: a\r\n\r\n" + HIDDEN)),
    Case("a trailer with a space before the colon", "9112 5.1", chunks(chunk(BODY) + b"0\r\nX-Late : a\r\n\r\n" + HIDDEN)),
    Case("a folded trailer", "9112 5.2", chunks(chunk(BODY) + b"0\r\nX-Late: a\r\n b\r\n\r\n" + HIDDEN)),
    Case("a trailer that ends in LF", "Funky", chunks(chunk(BODY) + b"0\r\nX-Late: a\n\r\n" + HIDDEN)),
    Case("trailers that end in LF LF", "Funky", chunks(chunk(BODY) + b"0\r\nX-Late: a\n\n" + HIDDEN)),
    Case("a bare CR in a trailer", "9112 2.2", chunks(chunk(BODY) + b"0\r\nX-Late: a\rb\r\n\r\n" + HIDDEN)),
    Case("NUL in a trailer", "9110 5.5", chunks(chunk(BODY) + b"0\r\nX-Late: a\0b\r\n\r\n" + HIDDEN)),
    Case("trailers of 64 KiB", "Garden", chunks(chunk(BODY) + b"0\r\nX-Late: " + b"a" * 65_536 + b"\r\n\r\n" + HIDDEN)),
]

# Lines and fields.

FIELDS = {
    "a space before a colon": ("X-Name : a", "9112 5.1"),
    "a tab before a colon": ("X-Name\t: a", "9112 5.1"),
    "a folded value": ("X-Folded: a\r\n b", "9112 5.2"),
    "a fold that looks like a field": (f"X-Folded: a\r\n Content-Length: {N + len(HIDDEN)}", "9112 5.2"),
    "a fold that looks like a request": (f"X-Folded: a\r\n GET / HTTP/1.1", "9112 5.2"),
    "a line of white space": (" ", "9112 2.2"),
    "a field without a name": (": a", "9112 5"),
    "a field without a colon": ("nonsense", "9112 5"),
    "a request line for a field": (f"POST {PATH} HTTP/1.1", "Splitting"),
    "a space in a name": ("X Name: a", "9110 5.6.2"),
    "brackets in a name": ("X[Name]: a", "9110 5.6.2"),
    "quotes around a name": ('"X-Name": a', "9110 5.6.2"),
    "a slash in a name": ("X/Name: a", "9110 5.6.2"),
    "a byte beyond ASCII in a name": ("X-N\xe4me: a", "9110 5.6.2"),
    "NUL in a name": ("X\0Name: a", "Garden"),
    "CR in a name": ("X\rName: a", "Garden"),
    "NUL in a value": ("X-Name: a\0b", "9110 5.5"),
    "a bell in a value": ("X-Name: a\x07b", "9110 5.5"),
    "DEL in a value": ("X-Name: a\x7fb", "9110 5.5"),
    "a bare CR in a value": ("X-Name: a\rb", "9112 2.2"),
    "a bare LF in a value": ("X-Name: a\nb", "9112 2.2"),
    "a whole head behind a bare CR": ("X-Name: a\r\rPOST / HTTP/1.1\rHost: a\r\r", "Klein"),
    "a whole head behind a bare LF": ("X-Name: a\n\nPOST / HTTP/1.1\nHost: a\n\n", "Splitting"),
    "a line that ends in CR CR LF": ("X-Name: a\r", "Garden"),
    "an empty line of CR CR LF": ("X-Name: a\r\n\r", "Garden"),
}

fields = [Case(name, source, sized(CL, field), status=400) for name, (field, source) in FIELDS.items()] + [
    Case("UTF-8 in a value", "9110 5.5", good("X-Name: \xc3\xa4"), ACCEPTED),
    Case("an empty value", "9110 5.5", good("X-Name:"), ACCEPTED),
    Case("a value that is a request line", "Splitting", good("X-Name: GET / HTTP/1.1"), ACCEPTED),
    Case("a value with line ends in percent", "Splitting", good("X-Name: a%0d%0aContent-Length:%200"), ACCEPTED),
    Case("a value with line ends as JavaScript writes them", "Splitting", good("X-Name: a\\r\\nContent-Length: 0"), ACCEPTED),
    Case("a head of LF alone", "9112 2.2", head(CL).replace(b"\r\n", b"\n") + BODY + HIDDEN),
    Case("a head of CR alone", "9112 2.2", head(CL).replace(b"\r\n", b"\r") + BODY + HIDDEN),
    Case("a head that ends in LF", "9112 2.2", head(CL)[:-2] + b"\n" + BODY + HIDDEN),
    Case("a head that ends in CR alone", "9112 2.2", head(CL)[:-1] + BODY + HIDDEN),
]

# Hosts.

HOSTS = {
    "no Host": (None, "9112 3.2"),
    "two Hosts": ("Host: tuppence\r\nHost: other", "9112 3.2"),
    "the same Host twice": ("Host: tuppence\r\nhost: tuppence", "9112 3.2"),
    "an empty Host and another": ("Host:\r\nHost: tuppence", "9112 3.2"),
    "two Hosts in one": ("Host: tuppence, other", "9112 3.2"),
    "a Host with userinfo": ("Host: user@tuppence", "9110 4.2.4"),
    "a Host with a path": ("Host: tuppence/v1", "9112 3.2"),
    "a Host with a scheme": ("Host: http://tuppence", "9112 3.2"),
    "a Host with a query": ("Host: tuppence?a", "9112 3.2"),
    "a Host with a space": ("Host: tup pence", "9112 3.2"),
    "a Host with a bad port": ("Host: tuppence:80a", "9110 4.2"),
    "a Host with two ports": ("Host: tuppence:80:81", "9110 4.2"),
    "a Host with a signed port": ("Host: tuppence:+80", "9110 4.2"),
    "a Host of percent": ("Host: tuppence%00other", "MustDie"),
    "a Host with NUL": ("Host: tuppence\0other", "Garden"),
    "a Host with a space before the colon": ("Host : tuppence", "MustDie, 9112 5.1"),
    "a folded Host": ("Host:\r\n tuppence", "9112 5.2"),
    "a Host and a folded one": ("Host: tuppence\r\n Host: other", "MustDie"),
    "a Host that begins with white space": (" Host: tuppence", "MustDie"),
}

hosts = [Case(name, source, sized(CL, host=field), status=400) for name, (field, source) in HOSTS.items()] + [
    Case("a Host in capitals, with a port", "9110 4.2.3", good(host="HOST: TUPPENCE:8080"), ACCEPTED),
    Case("a Host of another server", "9110 7.2", good(host="Host: api.openai.com"), ACCEPTED),
    Case("X-Forwarded-Host leads nowhere", "MustDie", good("X-Forwarded-Host: elsewhere", "X-Host: elsewhere", "Forwarded: host=elsewhere"), ACCEPTED),
]

# Request lines.

LINES = {
    "two spaces before the target": f"POST  {PATH} HTTP/1.1",
    "two spaces behind the target": f"POST {PATH}  HTTP/1.1",
    "a tab for a space": f"POST\t{PATH} HTTP/1.1",
    "a tab behind the target": f"POST {PATH}\tHTTP/1.1",
    "a vertical tab for a space": f"POST\x0b{PATH} HTTP/1.1",
    "a space behind the version": f"POST {PATH} HTTP/1.1 ",
    "a space before the method": f" POST {PATH} HTTP/1.1",
    "a space in the target": "POST /v1/chat completions HTTP/1.1",
    "two request lines in one": f"POST {PATH} HTTP/1.1 HTTP/1.1",
    "a version behind a version": f"POST {PATH} HTTP/1.0 HTTP/1.1",
    "a fragment in the target": f"POST {PATH}#x HTTP/1.1",
    "NUL in the target": f"POST {PATH}\0 HTTP/1.1",
    "a bare CR in the target": f"POST {PATH}\r HTTP/1.1",
    "a bare LF in the target": f"POST {PATH}\n HTTP/1.1",
    "DEL in the target": f"POST {PATH}\x7f HTTP/1.1",
    "a byte beyond ASCII in the target": f"POST {PATH}\xe4 HTTP/1.1",
    "a relative target": "POST v1/chat/completions HTTP/1.1",
    "a target of another host": f"POST http://other{PATH} HTTP/1.1",
    "a target with userinfo": f"POST http://user@tuppence{PATH} HTTP/1.1",
    "a target of another scheme": f"POST ftp://tuppence{PATH} HTTP/1.1",
    "a target of a file": "POST file:///etc/passwd HTTP/1.1",
    "a target with backslashes": f"POST http:\\\\tuppence{PATH} HTTP/1.1",
    "a target without slashes": "POST http:tuppence HTTP/1.1",
    "the authority form": "CONNECT tuppence:443 HTTP/1.1",
    "the authority form with POST": "POST tuppence:443 HTTP/1.1",
    "the asterisk form with POST": "POST * HTTP/1.1",
    "no target": "POST HTTP/1.1",
    "no version": f"POST {PATH}",
    "no method": f"{PATH} HTTP/1.1",
    "a separator in the method": f"PO(ST {PATH} HTTP/1.1",
    "quotes around the method": f'"POST" {PATH} HTTP/1.1',
    "NUL in the method": f"PO\0ST {PATH} HTTP/1.1",
    "a colon in the method": f"POST: {PATH} HTTP/1.1",
    "HTTP/1.01": f"POST {PATH} HTTP/1.01",
    "HTTP/01.1": f"POST {PATH} HTTP/01.1",
    "HTTP/1.10": f"POST {PATH} HTTP/1.10",
    "HTTP/1,1": f"POST {PATH} HTTP/1,1",
    "HTTP/1": f"POST {PATH} HTTP/1",
    "http/1.1": f"POST {PATH} http/1.1",
    "HTTPS/1.1": f"POST {PATH} HTTPS/1.1",
    "another protocol": f"POST {PATH} RTSP/1.0",
    "a folded request line": f"POST {PATH}\r\n HTTP/1.1",
}

lines = [Case(name, "9112 3, T-Reqs", sized(CL, line=line), status=400) for name, line in LINES.items()] + [
    Case("HTTP/1.2", "9110 15.6.6", sized(CL, line=f"POST {PATH} HTTP/1.2"), status=505),
    Case("HTTP/2.0", "9110 15.6.6", sized(CL, line=f"POST {PATH} HTTP/2.0"), status=505),
    Case("HTTP/0.9 with a version", "9110 15.6.6", sized(CL, line=f"POST {PATH} HTTP/0.9"), status=505),
    Case("HTTP/0.9", "9112 2.2, Watchfire", b"GET /v1/models\r\n\r\n" + HIDDEN),
    Case("HTTP/0.9 that ends in LF", "Watchfire", b"GET /v1/models\n\n" + HIDDEN),
    Case("the preface of HTTP/2", "HTTP2, 9113 3.4", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + HIDDEN, status=505),
    Case("an upgrade to HTTP/2 in the clear", "H2C", good("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"), ACCEPTED),
    Case("fields of HTTP/2", "HTTP2", sized(CL, ":method: POST")),
    Case("a hello of TLS", "Garden", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x07" * 64 + b"\r\n\r\n" + HIDDEN),
    Case("the proxy protocol", "Garden", b"PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + good() + HIDDEN),
    Case("the proxy protocol in binary", "Garden", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + b"\x7f" * 12 + good() + HIDDEN),
    Case("a request of a mail server", "Garden", b"HELO tuppence\r\n\r\n" + HIDDEN),
    Case("an empty line before the request", "9112 2.2", b"\r\n" + good(), ACCEPTED),
    Case("two empty lines before the request", "9112 2.2", b"\r\n\r\n" + sized(CL)),
    Case("a bare LF before the request", "9112 2.2", b"\n" + sized(CL)),
    Case("a bare CR before the request", "9112 2.2", b"\r" + sized(CL)),
    Case("NUL before the request", "Garden", b"\0" + sized(CL)),
    Case("a byte order mark before the request", "Garden", b"\xef\xbb\xbf" + sized(CL)),
    Case("the absolute form", "9112 3.2.2", good(line=f"POST http://tuppence{PATH} HTTP/1.1"), ACCEPTED),
    Case("the absolute form in HTTP/1.0 without a Host", "9112 3.2.2", good(line=f"POST http://tuppence{PATH} HTTP/1.0", host=None), ACCEPTED),
    Case("a method in small letters is another", "9110 9.1", head(H, line=f"post {PATH} HTTP/1.1") + HIDDEN, LOCAL, 405),
    Case("HTTP/1.0", "9112 2.5", good(line=f"POST {PATH} HTTP/1.0", host=None), ACCEPTED),
    Case("HTTP/1.0 without a length has no body", "9112 6.3", head(line=f"POST {PATH} HTTP/1.0", host=None) + HIDDEN, LOCAL, 400),
    Case("a path with dot segments is not resolved", "9112 3.2", head(H, line=f"POST /v1/../v1/chat/completions HTTP/1.1") + HIDDEN, LOCAL, 404),
    Case("a path in percent is not decoded", "Splitting", head(H, line=f"POST {PATH}%20HTTP/1.1%0d%0aHost:%20a HTTP/1.1") + HIDDEN, LOCAL, 404),
    Case("a method for the other side", "9110 9.1", head("Content-Length: 0", "X-HTTP-Method-Override: POST", line=f"GET {PATH} HTTP/1.1"), LOCAL, 405),
]

# What concerns one hop.

hops = [
    Case("Connection that names the length", "HopByHop, 9110 7.6.1", good("Connection: close, Content-Length"), ACCEPTED),
    Case("Connection that names the coding", "HopByHop", chunks(CHUNKED, "Connection: Transfer-Encoding"), ACCEPTED),
    Case("Connection that names the key", "HopByHop", good("Connection: close, Authorization"), ACCEPTED),
    Case("Connection that names Host", "HopByHop", good("Connection: Host"), ACCEPTED),
    Case("Connection that names Content-Type", "HopByHop", good("Connection: Content-Type, X-Title", "X-Title: title"), ACCEPTED),
    Case("Connection that names the cookie", "HopByHop", good("Connection: Cookie", "Cookie: a=b"), ACCEPTED),
    Case("Connection of nonsense", "HopByHop", good("Connection: ,,, ;;, \xe4"), ACCEPTED),
    Case("fields of the hop are not passed on", "9110 7.6.1",
         good("Keep-Alive: timeout=5", "Proxy-Connection: keep-alive", "TE: trailers", "Trailer: X-Late", "Upgrade: h2c",
              "Proxy-Authorization: Basic YTpi", "Forwarded: for=1.2.3.4", "X-Forwarded-For: 1.2.3.4", "Via: 1.1 a"), ACCEPTED),
    Case("Max-Forwards on TRACE shows no field", "9110 7.6.2", head("Max-Forwards: 0", "Cookie: secret", line="TRACE / HTTP/1.1"), LOCAL),
    Case("two keys in two fields", "9110 5.3", sized(CL, "Authorization: Bearer tp_test_nobody"), status=400),
    Case("the same key in two fields", "9110 5.3", sized(CL, f"Authorization: Bearer {APP}"), status=400),
]

# Sizes.

sizes = [
    Case("a field of 100 KiB", "9112 5, 9110 5.4", sized("X-Long: " + "x" * 102_400, CL), status=431),
    Case("a thousand fields", "9110 5.4", sized(*[f"X-{i}: x" for i in range(1_000)], CL), status=431),
    Case("a name of 100 KiB", "T-Reqs", sized("x" * 102_400 + ": x", CL), status=431),
    Case("a target of 100 KiB", "9112 3", sized(CL, line=f"POST {PATH}?{'x' * 102_400} HTTP/1.1")),
    Case("a method of 100 KiB", "9112 3", sized(CL, line=f"{'P' * 102_400} {PATH} HTTP/1.1")),
    Case("a key of 60 KiB", "T-Reqs", good(key="x" * 61_440), LOCAL, 401),
    Case("a hundred thousand empty lines", "9112 2.2", b"\r\n" * 100_000 + HIDDEN),
    Case("a hundred thousand fields without a value", "Garden", head(*["x:"] * 100_000, CL) + BODY + HIDDEN, status=431),
    Case("a length of fifty megabytes", "9110 15.5.14", head("Content-Length: 50000000") + BODY + HIDDEN, status=413),
]

# Behind a request that is as it should be, on the same connection.

pipelined = [
    Case("a request and then nonsense", "Watchfire", good() + b"nonsense\r\n\r\n" + HIDDEN, before=(200,)),
    Case("a request and then CL.TE", "Reborn", good() + head(f"Content-Length: {len(HIDDEN_IN_LENGTH)}", TE) + HIDDEN_IN_LENGTH, before=(200,)),
    Case("a request and then two lengths", "Watchfire", good() + sized(CL, "Content-Length: 0"), before=(200,)),
    Case("a request, four bytes too many, and a hidden one", "Watchfire", good() + b"junk" + HIDDEN, LOCAL, 405, before=(200,)),
    Case("a request whose length is one too short", "9112 6.3", head(f"Content-Length: {N - 1}") + BODY + HIDDEN, before=(400,)),
    Case("chunks and then nonsense", "Reborn", chunks(CHUNKED) + b"\0\0" + HIDDEN.replace(b"\r\n\r\n", b"\n\n"), before=(200,)),
    Case("a request that closes and then a hidden one", "9112 9.6", good("Connection: close") + HIDDEN, ACCEPTED),
    Case("a request of HTTP/1.0 and then a hidden one", "9112 9.3", good(line=f"POST {PATH} HTTP/1.0") + HIDDEN, ACCEPTED),
    Case("a request that is refused by its head and then a hidden one", "Browser", head(H, key=None) + HIDDEN + HIDDEN, LOCAL, 401),
]

CASES = (
    both + codings + lengths + bodies + chunk_lines + trailers + fields + hosts + lines + hops + sizes + pipelined)
