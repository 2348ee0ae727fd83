"""Write the fictional shop: ``python -m clientela.sample_data [--to DIR]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from clientela.sample_data import write


def main() -> None:
    """Read the folder from the command line and write every file into it."""
    parser = argparse.ArgumentParser(
        prog="python -m clientela.sample_data",
        description="Write the files of the fictional shop; always the same bytes.",
        epilog="Example: python -m clientela.sample_data --to /tmp/shop",
    )
    here = Path(__file__).parent
    parser.add_argument(
        "--to", type=Path, default=here, help="folder to write to (default: beside this program)"
    )
    write(parser.parse_args().to)


if __name__ == "__main__":
    main()
