"""``python -m clientela.cli`` is the program."""

from clientela.cli.main import main

main()
