"""The Grafana dashboard of the package against what /metrics says: it asks for nothing that is not there."""

import json
import re

import pytest

from conftest import CONFIGURATION
from programs import REPOSITORY, Gateway
from test_metrics import Metrics

DASHBOARD = REPOSITORY / "packaging/grafana/tuppence.json"
MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(scope="module")
def board() -> dict:
    return json.loads(DASHBOARD.read_text())


def expressions(board: dict) -> list[str]:
    panels = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    return panels + [variable["definition"] for variable in board["templating"]["list"]]


def test_every_metric_and_label_that_it_names_is_served(tmp_path, sandbox, board):
    own = Gateway(tmp_path, CONFIGURATION, sandbox).start()
    try:
        own.client().chat.completions.create(model="falls-over", messages=MESSAGES)
        for _ in own.client().chat.completions.create(model="fast-llm", messages=MESSAGES, stream=True):
            pass
        metrics = Metrics(own)
    finally:
        own.stop()
    labels: dict[str, set[str]] = {}
    for family in metrics.families.values():
        labels[family.name] = set()
        for sample in family.samples:
            labels.setdefault(sample.name, set()).update(sample.labels)
    # Of sound and images, which nobody asked for, nothing is served but what they are.
    labels["tuppence_pieces_total"] = {"target", "kind"}
    assert "tuppence_pieces" in metrics.families

    asked = set()
    for expression in expressions(board):
        for name, selector in re.findall(r"\b((?:tuppence|process)_\w+)(?:\{([^}]*)\})?", expression):
            asked.add(name)
            assert name in labels, expression
            for label in re.findall(r"(\w+)\s*=", selector):
                assert label in labels[name], expression
        for grouped in re.findall(r"by \(([^)]*)\)", expression):
            named = {label for name in asked if name in expression for label in labels[name]}
            assert {label.strip() for label in grouped.split(",")} <= named, expression
    assert len(asked) > 25


def test_it_can_be_imported_anywhere(board):
    """It names no data source of anybody's, and no panel lies over another."""
    [source] = board["__inputs"]
    assert source["name"] == "DS_PROMETHEUS"
    for panel in board["panels"]:
        for thing in [panel, *panel.get("targets", [])]:
            assert thing.get("datasource", {"uid": "${DS_PROMETHEUS}"})["uid"] == "${DS_PROMETHEUS}"
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])
    taken = set()
    for panel in board["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
        assert not cells & taken, panel["title"]
        taken |= cells
