"""The peer's fit of the same customers, in its own venv: ``-m benchmarks.peer_model SUMMARY``."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module

from benchmarks.measure import Clock, use_two_cores


def main() -> None:
    """Fit lifetimes' BetaGeoFitter to every customer and report its parameters."""
    warnings.simplefilter("ignore")
    summary = import_module("numpy").load(sys.argv[1])
    fitter = import_module("lifetimes").BetaGeoFitter()
    clock = Clock()
    with clock:
        fitter.fit(summary[:, 0], summary[:, 1], summary[:, 2])
    parameters = [float(fitter.params_[name]) for name in ("r", "alpha", "a", "b")]
    clock.report({"parameters": parameters, "customers": len(summary)})


if __name__ == "__main__":
    use_two_cores()
    main()
