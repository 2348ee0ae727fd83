"""The benchmark of the model at a thousand customers: every step runs and says what it did."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.slow
def test_every_step_is_timed_and_judged(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmarks.model", "--customers", "1000", "--repeats", "1"]
    ran = subprocess.run(
        [*command, "--work", str(tmp_path), "--date", "2026-01-31", "--to", str(tmp_path / "page.md")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("target") == 3
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "Measured on 2026-01-31: 1,000 customers with 8,000 receipts" in page
    assert ran.stdout.splitlines()[0] in page
    assert "$" not in page
    steps = json.loads((tmp_path / "model-1000" / "results.json").read_text(encoding="utf-8"))
    assert list(steps) == ["prepare", "group_by", "fit_bg", "fit_and_score", "grade"]
    customers = steps["prepare"]["detail"]["customers"]
    assert customers == steps["group_by"]["detail"]["customers"] == steps["fit_and_score"]["detail"]["people"]
    assert steps["grade"]["detail"]["origins"] == 12
