"""The rules for Prometheus name metrics that the site exposes, with labels that they have."""

import re

import pytest
import yaml
from django.utils import timezone

from config import metrics
from config.backups import ages
from tests.config.conftest import ROOT
from tests.config.test_metrics import TOKEN, read
from tests.docs.blocks import DOCS

RULES = yaml.safe_load((ROOT / "deploy" / "alerts.yaml").read_text())["groups"][0]["rules"]
SELECTOR = re.compile(r"([a-z_]+)(?:\{(\w+)=\"(\w+)\"\})?")
# Words of PromQL in the rules, and labels by which they group.
WORDS = {
    *["absent", "and", "by", "delta", "histogram_quantile", "max", "min", "or", "rate", "sum"],
    *["database", "le"],
}


def named(expression: str) -> set[tuple[str, str, str]]:
    """Return what a rule asks for: the metric, and a label with its value, if there is one."""
    # Periods are no names.
    expression = re.sub(r"\[\w+\]", "", expression)
    return {found for found in SELECTOR.findall(expression) if found[0] not in WORDS}


@pytest.fixture
def exposed(settings, tmp_path, db):
    """All that the site exposes, and what Prometheus adds."""
    settings.METRICS_TOKEN, settings.DATA_DIR = TOKEN, tmp_path
    for state in (ages.MADE, ages.VERIFIED):
        ages.note(state, timezone.now().isoformat())
    counted = metrics.instruments()
    counted.requests.labels("view", "GET", "5xx").inc(0)
    counted.seconds.labels("view", "GET").observe(0)
    found = {("up", "", ""), ("up", "job", "exchange")}
    for name, *labels in read():
        found.add((name, "", ""))
        found |= {(name, *label) for label in labels}
    return found


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_alert_by_what_is_exposed(rule, exposed):
    asked = named(rule["expr"])
    assert asked
    assert asked <= exposed


@pytest.mark.parametrize(
    "expression",
    [
        "max(exchange_task) > 0",
        'max(delta(exchange_tasks{status="lost"}[1h])) > 0',
        'max(exchange_tasks{state="failed"}) > 0',
        "median(exchange_tasks) > 0",
    ],
)
def test_find_a_rule_about_nothing(expression, exposed):
    assert not named(expression) <= exposed


def test_explain_each_alert():
    page = (DOCS / "operations" / "monitoring.md").read_text()
    explained = re.findall(
        r"^\| `(\w+)` \|.*\]\(.*\|$", page.partition("## Alerts")[2], re.MULTILINE
    )
    assert explained == [rule["alert"] for rule in RULES]
