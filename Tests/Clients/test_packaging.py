"""What is there to install the gateway with."""

import re
import shutil
import subprocess

import pytest

from programs import BINARY, REPOSITORY

UNIT = REPOSITORY / "packaging/tuppence.service"
INSTALLED = "/usr/local/bin/tuppence"


@pytest.fixture
def unit(tmp_path):
    """The unit, for the binary that is there."""
    if shutil.which("systemd-analyze") is None:
        pytest.skip("there is no systemd-analyze")
    text = UNIT.read_text()
    assert f"ExecStart={INSTALLED} serve --config " in text
    copy = tmp_path / UNIT.name
    copy.write_text(text.replace(INSTALLED, str(BINARY)))
    return copy


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)


def test_systemd_understands_the_unit(unit):
    verified = analyze("verify", unit)
    assert verified.returncode == 0 and unit.name not in verified.stderr, verified.stderr


def test_the_unit_leaves_the_gateway_little_to_do_harm_with(unit):
    rated = analyze("security", "--offline=true", unit)
    exposure = re.search(r"Overall exposure level for \S+: ([\d.]+)", rated.stdout)
    if exposure is None:
        pytest.skip(f"this systemd-analyze rates no files: {rated.stderr.strip()}")
    assert float(exposure[1]) < 2, rated.stdout
