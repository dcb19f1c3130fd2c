"""The package's Grafana dashboard and alert rules against what /metrics says: they ask for nothing that is not there."""

import json
import re

import pytest
import yaml

from conftest import CONFIGURATION
from programs import REPOSITORY, Gateway
from test_metrics import Metrics

DASHBOARD = REPOSITORY / "packaging/grafana/tuppence.json"
RULES = REPOSITORY / "packaging/prometheus/alerts.yml"
MESSAGES = [{"role": "user", "content": "Hello!"}]


@pytest.fixture(scope="module")
def board() -> dict:
    return json.loads(DASHBOARD.read_text())


def expressions(board: dict) -> list[str]:
    panels = [target["expr"] for panel in board["panels"] for target in panel.get("targets", [])]
    return panels + [variable["definition"] for variable in board["templating"]["list"]]


@pytest.fixture(scope="module")
def rules() -> list[dict]:
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


@pytest.fixture(scope="module")
def labels(tmp_path_factory, sandbox) -> dict[str, set[str]]:
    """Those of each metric that is served."""
    own = Gateway(tmp_path_factory.mktemp("served"), CONFIGURATION, sandbox).start()
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
    return labels


def check(expressions: list[str], labels: dict[str, set[str]]) -> set[str]:
    """The metrics that are asked for, all of which are served, with the labels that are asked for."""
    asked = set()
    for expression in expressions:
        made = set(re.findall(r'label_replace\(\w+, "(\w+)"', expression))
        for name, selector in re.findall(r"\b((?:tuppence|process)_\w+)(?:\{([^}]*)\})?", expression):
            asked.add(name)
            assert name in labels, expression
            for label in re.findall(r"(\w+)\s*=", selector):
                assert label in labels[name], expression
        for grouped in re.findall(r"by \(([^)]*)\)", expression):
            named = {label for name in asked if name in expression for label in labels[name]} | made
            assert {label.strip() for label in grouped.split(",")} <= named, expression
    return asked


def test_every_metric_and_label_that_the_dashboard_names_is_served(board, labels):
    assert len(check(expressions(board), labels)) > 25


def test_every_metric_and_label_that_the_alert_rules_name_is_served(rules, labels):
    for rule in rules:
        assert check([rule["expr"]], labels), f"{rule['alert']} asks for nothing of ours"
    assert {"tuppence_budget_used_ratio", "tuppence_holds_expired_total", "tuppence_store_writable"} <= check(
        [rule["expr"] for rule in rules], labels)


def test_every_alert_says_what_is_wrong_and_what_to_do_about_it(rules):
    assert len({rule["alert"] for rule in rules}) == len(rules) > 8
    for rule in rules:
        assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}, rule["alert"]
        assert rule["alert"].startswith("Tuppence") and rule["labels"]["severity"] in ("warning", "critical")
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]
        assert re.fullmatch(r"[1-9]\d*m", rule.get("for", "1m")), rule["alert"]
        assert rule["expr"].count("(") == rule["expr"].count(")"), rule["alert"]


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
