"""What is installed: every folder with an ``__init__.py``; all else stands in pyproject.toml."""

from __future__ import annotations

import tomllib
from pathlib import Path

from setuptools import find_packages, setup


def packages() -> list[str]:
    """Return the package of every folder of code, below the name that pyproject.toml gives to its top."""
    settings = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))
    tops = {"clientela": "clientela", **settings["tool"]["setuptools"]["package-dir"]}
    # The links inside clientela/ lead to the same packages, where the file system has links.
    below = {f"{top}.{name}" for top, folder in tops.items() for name in find_packages(folder)}
    return sorted(below | set(tops))


setup(packages=packages())
