"""How waitress reads the head of a request: as granian's HTTP and the checks do, refusal for refusal."""

from __future__ import annotations

import re
from typing import Any, Final

from waitress.parser import HTTPRequestParser, ParsingError, TransferEncodingNotImplemented
from waitress.utilities import BadRequest, RequestEntityTooLarge

from clientela.referral_server.http.forms import API_BODY, PAGE_BODY

LONGEST_LENGTH: Final = 2**64 - 1
"""A larger ``Content-Length`` is no number to granian, and so to nobody."""

LENGTH_LINE: Final = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]+)[ \t]*(?=\r\n|$)", re.IGNORECASE)

CODING_LINE: Final = re.compile(
    rb"\r\ntransfer-encoding:(?:[^\r\n]*,)?[ \t]*([^\r\n,]*?)[ \t]*(?=\r\n|$)", re.IGNORECASE
)


class LengthRequired(BadRequest):  # type: ignore[misc]
    """The body comes in chunks."""

    code = 411
    reason = "Length Required"


class RequestTimeout(BadRequest):  # type: ignore[misc]
    """The body did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class Parser(HTTPRequestParser):  # type: ignore[misc]
    """Refuses before it arrives a body that is too long for its address, or does not say how long it is.

    What it refuses, and as what, is what granian's HTTP and ``request_checks`` refuse: which of the two
    servers runs changes nothing for whoever asks.
    """

    error: Any

    def received(self, data: bytes) -> int:
        """Take more of a request; return how many bytes were its own."""
        taken = int(super().received(data))
        if self.headers_finished and (self.error is None or self.content_length > LONGEST_LENGTH):
            limit = API_BODY if getattr(self, "path", "").startswith("/api/") else PAGE_BODY
            if self.chunked:
                self._refuse(LengthRequired(""))
            elif self.content_length > LONGEST_LENGTH:
                self._refuse(BadRequest(""))
            elif self.content_length > limit:
                self._refuse(RequestEntityTooLarge(""))
        return taken

    def parse_header(self, header_plus: bytes) -> None:
        """Read the head. A length said twice alike is said once; of codings only the last can be chunked."""
        said = LENGTH_LINE.findall(header_plus)
        if len(said) > 1 and len(set(said)) == 1:
            header_plus = LENGTH_LINE.sub(b"", header_plus, count=len(said) - 1)
        try:
            super().parse_header(header_plus)
        except TransferEncodingNotImplemented:
            last = CODING_LINE.findall(header_plus)[-1:]
            if last != [b"chunked"]:
                raise ParsingError("no coding that tells where the body ends") from None
            self.chunked = True
        if "TRANSFER_ENCODING" in self.headers:
            raise ParsingError("HTTP/1.0 knows no coding")

    def _refuse(self, error: BadRequest) -> None:
        self.error, self.completed = error, True
        # Nobody is asked to go on with what is refused.
        self.expect_continue = False
