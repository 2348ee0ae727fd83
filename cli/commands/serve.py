"""The referral server."""

from __future__ import annotations

from pathlib import Path

import click

from clientela.cli import options
from clientela.cli.translation import TranslatedCommand
from clientela.i18n import lazy as N_


@click.command(cls=TranslatedCommand)
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    metavar="ADDRESS",
    help=N_("The address to listen on; 0.0.0.0 for all."),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help=N_("The port; 0 lets the system choose."),
)
@click.option(
    "--server",
    type=click.Choice(["waitress", "granian"]),
    default="waitress",
    show_default=True,
    help=N_("granian is faster and comes with the extra “fast”."),
)
@click.option(
    "--threads",
    type=click.IntRange(1, 512),
    default=64,
    show_default=True,
    help=N_("Requests answered at once."),
)
@options.shop
def command(host: str, port: int, server: str, threads: int, shop: Path | None) -> None:
    """Serve the links of your fans, the pages of their friends, the till and your own page.

    Prints its address when it is ready and runs until Ctrl-C or SIGTERM; what has begun is finished first.

    Example:
        clientela serve
        clientela serve --host 0.0.0.0 --port 8000
    """
    from clientela.exchange import issued
    from clientela.referral_server.running import serving

    settings = options.settings(shop)
    issued.require(settings)
    serving.serve(settings, host=host, port=port, server=server, threads=threads, announce=_say)


def _say(address: str) -> None:
    click.echo(address)
