"""Ids and groups under other names: the same name for the same patient, and no way back without the key."""

from __future__ import annotations

import secrets
from hashlib import blake2b
from pathlib import Path

from medtext.errors import OptionError

_LEAST = 16  # characters of a secret


def read_key(file: Path | None) -> bytes:
    """Return the key that a file holds, or one by chance, new each time, for None.

    Raises OptionError for a file that cannot be read or holds too short a secret.
    """
    if file is None:
        return secrets.token_bytes(32)
    try:
        secret = file.read_bytes().strip()
    except OSError as error:
        raise OptionError(f"{file}: cannot be read ({error.strerror or error}): name a file with a secret") from error
    if len(secret) < _LEAST:
        raise OptionError(f"{file}: the secret has fewer than {_LEAST} characters: write a longer one, and keep it")
    return blake2b(secret, digest_size=32).digest()


def pseudonym(name: str, key: bytes) -> str:
    """Return sixteen signs that stand for a name: a hash under a key, as hospital numbers are few enough to try all.

    >>> pseudonym("0012345", b"a key") == pseudonym("0012345", b"a key") != pseudonym("0012345", b"another")
    True
    """
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8, key=key).hexdigest()
