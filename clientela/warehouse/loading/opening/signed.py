"""A signed file (.p7m): its content is taken out; whose the signature is, and if it holds, is not asked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import Any, Final

from clientela.errors import UnreadableFileError
from clientela.i18n import gettext as _

_SIGNED: Final = bytes.fromhex("06092a864886f70d010702")
"""The object identifier of signed data, as it stands near the start."""

_START_OF_SIGNED: Final = _SIGNED[:3]

_ARMOUR: Final = re.compile(rb"-----(BEGIN|END) [A-Z0-9 ]+-----")
_LETTERS: Final = re.compile(rb"[A-Za-z0-9+/=\s]+")

_DEEPEST: Final = 4
"""Signatures around signatures."""


def is_signed(start: bytes) -> bool:
    """Tell from its first bytes whether a file is signed data, in DER, BER or base64."""
    if start[:1] == b"\x30":
        return _SIGNED in start[:64]
    plain = _ARMOUR.sub(b"", start.removeprefix(b"\xef\xbb\xbf")).strip()
    head = b"".join(plain[:400].split())
    if len(head) < 40 or not _LETTERS.fullmatch(head):
        return False
    try:
        decoded = base64.b64decode(head[: len(head) // 4 * 4])
    except (binascii.Error, ValueError):
        return False
    # Where a program took the bytes for letters and saved those, the identifier has others in between.
    return decoded[:1] == b"\x30" and (_SIGNED in decoded[:64] or _START_OF_SIGNED in decoded[:64])


def content_of(data: bytes, name: str) -> bytes:
    """Return what was signed.

    Raises:
        UnreadableFileError: if it is damaged, holds no content, or another one than was signed.
    """
    for _depth in range(_DEEPEST):
        data = _opened(_plain(data, name), name)
        if not is_signed(data[:4096]):
            return data
    raise _damaged(name)


def _plain(data: bytes, name: str) -> bytes:
    """Return the bytes of a file that may be written in base64."""
    if data[:1] == b"\x30":
        return data
    letters = b"".join(_ARMOUR.sub(b"", data.removeprefix(b"\xef\xbb\xbf")).split())
    try:
        return base64.b64decode(letters, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _damaged(name) from error


def _opened(data: bytes, name: str) -> bytes:
    """Take the content out of one envelope."""
    from asn1crypto import cms

    try:
        envelope = cms.ContentInfo.load(data)
        if envelope["content_type"].native != "signed_data":
            raise _damaged(name)
        signed = envelope["content"]
        inner = signed["encap_content_info"]["content"]
        content: bytes = inner.native or b""
    except UnreadableFileError:
        raise
    # The reader raises whatever a damaged length leads it to.
    except Exception as error:
        raise _damaged(name) from error
    if not content:
        raise UnreadableFileError(
            _("{file} is a signature without the document that was signed.").format(file=name),
            _("Load the document itself: the file of the same name without .p7m."),
        )
    if _was_changed(signed, content):
        raise UnreadableFileError(
            _("{file} is a signed file whose content is not the one that was signed.").format(file=name),
            _("Download it again; if it stays so, ask the sender."),
        )
    return content


def _was_changed(signed: Any, content: bytes) -> bool:
    """Tell whether the fingerprint that stands in the file is of another content."""
    try:
        for signer in signed["signer_infos"]:
            method = signer["digest_algorithm"]["algorithm"].native
            for attribute in signer["signed_attrs"] or ():
                if attribute["type"].native == "message_digest":
                    kept = attribute["values"][0].native
                    return bool(hashlib.new(method, content).digest() != kept)
    except Exception:
        # What cannot be read of the signature is not checked, as nothing of it is.
        return False
    return False


def _damaged(name: str) -> UnreadableFileError:
    return UnreadableFileError(
        _("{file} is a signed file (p7m), but damaged: what was signed cannot be taken out.").format(
            file=name
        ),
        _("Download it again, or load the XML file without the signature."),
    )


def signature_note(name: str) -> str:
    """Return the sentence about a signature that nobody checked."""
    return _("{file}: taken out of a signed file; the signature was not checked.").format(file=name)
