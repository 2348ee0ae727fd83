"""What is installed is whole: a folder or a file that is forgotten vanishes from the wheel without a word."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
FOLDERS = {"clientela": "clientela", **SETTINGS["package-dir"]}
DATA = {
    "clientela": ("*.py", "*.sql", "look_alikes.txt", "*.toml"),
    "cli": ("*.py",),
    "referral_server": ("*.py",),
    "reports": ("*.py",),
    "templates": ("*.py", "*.html", "*.css", "*.mo", "*.woff2"),
    "sample_data": ("*.py", "*.csv", "truths.json", "shop.toml"),
}
"""What a folder holds that the program needs at work."""

TRY = """
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])
import clientela.cli.main
from clientela.sample_data.folder import make_shop_folder

assert Path(clientela.cli.main.__file__).is_relative_to(sys.argv[1]), clientela.cli.main.__file__
settings, files = make_shop_folder(Path(sys.argv[2]))
assert len(files) > 10, files
clientela.cli.main.main(args=["--shop", sys.argv[2], *sys.argv[3:]])
"""


def test_every_folder_at_the_top_is_looked_into() -> None:
    assert set(DATA) == set(FOLDERS.values())


def test_every_top_folder_has_its_link_for_editors() -> None:
    for package, folder in SETTINGS["package-dir"].items():
        link = ROOT / "clientela" / package.removeprefix("clientela.")
        assert link.resolve() == ROOT / folder


def test_every_folder_of_code_below_a_top_folder_is_a_package() -> None:
    for folder in FOLDERS.values():
        for file in (ROOT / folder).rglob("*.py"):
            assert (file.parent / "__init__.py").exists(), f"{file.parent} has no __init__.py"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel from a copy of the sources, so that nothing is left in them."""
    if int(version("setuptools").partition(".")[0]) < 77:
        pytest.skip("building needs setuptools 77 or newer in this environment")
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    without = shutil.ignore_patterns("__pycache__", ".*_cache")
    for name in sorted(set(FOLDERS.values())):
        shutil.copytree(ROOT / name, source / name, symlinks=True, ignore=without)
    for name in ("pyproject.toml", "setup.py", "README.md"):
        shutil.copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index"]
    made = subprocess.run(
        [*build, "--wheel-dir", str(folder), str(source)], capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr
    return next(folder.glob("*.whl"))


@pytest.mark.slow
def test_the_wheel_holds_every_file_that_the_program_reads(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    for folder, patterns in DATA.items():
        for pattern in patterns:
            files = [file for file in (ROOT / folder).rglob(pattern) if "__pycache__" not in file.parts]
            assert files, f"no {pattern} in {folder}"
            at = folder if folder == "clientela" else f"clientela/{folder}"
            missing = {f"{at}/{file.relative_to(ROOT / folder).as_posix()}" for file in files}
            assert missing - inside == set()
    assert "clientela/py.typed" in inside


@pytest.mark.slow
def test_the_wheel_alone_makes_a_shop_and_its_report(wheel: Path, small_shop: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with ZipFile(wheel) as archive:
        archive.extractall(site)
    shop = tmp_path / "demo"
    loads = ["load", str(tmp_path / "sales.csv")]
    for words in (loads, ["segments"], ["report"]):
        done = subprocess.run(
            [sys.executable, "-c", TRY, str(site), str(shop), *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert list((shop / "reports").glob("*.html"))
    assert list((shop / "reports").glob("*.pdf"))
