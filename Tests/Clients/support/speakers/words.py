"""What every speaker says, and what they are made of."""

import json
from dataclasses import dataclass, field

TEXT = ["The answer", " is ", "42 – “surely”."]
CITIES = ["Paris", "Rome"]
# What every answer has used: 11 tokens of input with 3 of them cached, and 7 of output.
INPUT, CACHED, OUTPUT = 11, 3, 7


def arguments(city: str) -> str:
    return json.dumps({"city": city})


@dataclass
class Failure:
    status: int
    body: dict
    headers: dict = field(default_factory=dict)


def event(data, name: str | None = None) -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()
