"""The program: ``clientela``, and ``python -m clientela.cli``.

What it needs is imported inside, so that Ctrl-C is answered in words from the first moment on.
"""

from __future__ import annotations

import signal
import sys


def run() -> None:
    """Run the program.

    Raises:
        SystemExit: always, with 0, 1 or 2.
    """
    try:
        from clientela.cli.main import main

        main()
    except KeyboardInterrupt:
        from clientela import i18n

        i18n.use_language(i18n.locale_language())
        sys.stderr.write(i18n.gettext("Stopped; nothing was left half done.") + "\n")
        raise SystemExit(2) from None
    finally:
        # All has been said; an interrupt while the interpreter takes its leave would only print lines.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    run()
