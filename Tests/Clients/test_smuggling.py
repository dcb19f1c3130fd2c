"""Requests that are to be taken apart by two readers in two ways, each sent as it is to a gateway that runs."""

import pytest

from completions import usage
from fake_provider import FakeProvider, saying
from programs import Gateway, eventually
from smuggling_cases import ACCEPTED, BODY, CASES, LOCAL, REFUSED, UNENDED, Case
from wire import Answer, Wire

CONFIGURATION = """\
server: { listen: "@LISTEN@" }
store: @STORE@
providers:
  recorder: { dialect: openai, base_url: "http://127.0.0.1:@PORT@/v1", api_key: the-provider's-own }
prices:
  recorder/*: { input: 1, output: 1 }
loops: off
keys:
  - { name: app, secret: tp_test_app_0123456789abcdef }
budgets:
  - { name: all, scope: { key: app }, limit: $1000, per: total, hard: reject }
"""

# What a provider is sent of a chat: nothing of the caller's but its body.
FIELDS = ["host", "authorization", "content-type", "user-agent", "accept-encoding", "accept", "content-length"]
PROBE = b"GET /healthz HTTP/1.1\r\nHost: probe\r\n\r\n"
# Sent byte by byte a larger one would take too long; it comes in a few pieces.
BYTEWISE = 4_096


@pytest.fixture(scope="module")
def recorder():
    with FakeProvider(saying("hello", usage(10, 5))) as recorder:
        yield recorder


@pytest.fixture(scope="module")
def gateway(tmp_path_factory, recorder):
    program = Gateway(tmp_path_factory.mktemp("smuggling"), CONFIGURATION.replace("@PORT@", str(recorder.port))).start()
    yield program
    assert b"HIDDEN" not in recorder.received, "a hidden request has reached the provider"
    assert b"the-provider's-own" in recorder.received, "the provider was never asked, so this would prove nothing"
    eventually("nothing is held", lambda: program.held() == 0)
    assert len(program.ledger()) == len(recorder.requests), "as many entries as requests"
    assert program.stop() == 0


def marked(case: Case, mark: int) -> tuple[bytes, bytes]:
    """The case, and the body that it owns up to, with marks that nothing else has."""
    def mark_up(data: bytes) -> bytes:
        return data.replace(b"MEANT-0000", b"MEANT-%04d" % mark).replace(b"HIDDEN-0000", b"HIDDEN-%04d" % mark)

    return mark_up(case.data), mark_up(BODY)


def pieces(data: bytes, bytewise: bool) -> list[bytes]:
    if not bytewise:
        return [data]
    step = 1 if len(data) <= BYTEWISE else len(data) // 7
    return [data[start:start + step] for start in range(0, len(data), step)]


class Talk:
    """One connection, and what has been answered on it."""

    def __init__(self, wire: Wire, case: Case):
        self.wire, self.method = wire, "HEAD" if case.data.startswith(b"HEAD ") else "POST"
        self.answers: list[Answer] = []

    def read(self) -> bool:
        answer = self.wire.read(self.method)
        if answer:
            self.answers.append(answer)
            assert len(self.answers) < 10, "answers without end"
        return answer is not None

    def send(self, data: bytes):
        try:
            self.wire.send(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # closed already: that is read next

    @property
    def statuses(self) -> list[int]:
        return [answer.status for answer in self.answers]

    def probe(self):
        """Asks for something else on the same connection: its answer comes next, or none at all."""
        self.method = "GET"
        self.send(PROBE)
        if self.read():
            probe = self.answers.pop()
            assert probe.json() == {"status": "ok"}, f"the answer to something else comes next: {probe}"


def refused(answer: Answer, status: int | None = None) -> bool:
    fits = 400 <= answer.status < 500 or answer.status in (501, 505)
    return fits and answer.json()["error"]["code"] and status in (None, answer.status)


@pytest.mark.parametrize("bytewise", [False, True], ids=["whole", "in pieces"])
@pytest.mark.parametrize("mark, case", list(enumerate(CASES)), ids=[case.name for case in CASES])
def test_nobody_gets_a_hidden_request_past_the_gateway(gateway, recorder, mark, case, bytewise):
    data, meant = marked(case, 2 * mark + bytewise)
    before = len(recorder.requests)
    with Wire(gateway.port, timeout=0.3 if case.expect == UNENDED else 10) as wire:
        talk = Talk(wire, case)
        for piece in pieces(data, bytewise):
            talk.send(piece)
        if case.expect == UNENDED:
            with pytest.raises(TimeoutError):
                talk.read()
            assert not talk.answers
        elif case.expect == REFUSED:
            while talk.read():
                pass
            *earlier, last = talk.answers if len(talk.answers) > len(case.before) else (*talk.answers, None)
            assert tuple(answer.status for answer in earlier) == case.before, talk.statuses
            assert last is None and case.status is None or refused(last, case.status), talk.statuses
        else:
            for _ in (*case.before, "last"):
                assert talk.read(), f"closed after {talk.statuses}"
            talk.probe()
            *earlier, last = talk.statuses
            assert tuple(earlier) == case.before
            assert last == 200 if case.expect == ACCEPTED else last < 500 and case.status in (None, last), talk.answers
    new = recorder.requests[before:]
    assert len(new) == case.before.count(200) + (case.expect == ACCEPTED), new
    for request in new:
        assert request.body == meant.replace(b"recorder/m", b"m")
        assert [name for name, _ in request.fields] == FIELDS


def test_there_are_enough_cases_and_each_says_where_it_comes_from():
    assert len(CASES) >= 150
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.source for case in CASES)
    assert {case.expect for case in CASES} == {REFUSED, ACCEPTED, LOCAL, UNENDED}
    assert sum(b"HIDDEN-0000" in case.data for case in CASES) >= 150


def test_a_case_whose_hidden_request_is_read_would_fail(gateway, recorder):
    """The judge, judged: a request that is hidden behind nothing is answered and recorded, and this is noticed."""
    shown = Case("shown", "", CASES[0].data.partition(b"0\r\n\r\n")[2].replace(b"HIDDEN", b"SHOWED"), LOCAL)
    with pytest.raises(AssertionError):
        test_nobody_gets_a_hidden_request_past_the_gateway(gateway, recorder, 0, shown, False)
