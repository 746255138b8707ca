"""Passwords, kept so that the database itself can check that one was typed."""

import hashlib
from base64 import b64decode

from django.contrib.auth.hashers import ScryptPasswordHasher


class SealedPasswordHasher(ScryptPasswordHasher):
    """Scrypt, and of its result only the SHA-256: `sealed_scrypt$n$salt$r$p$hex`.

    Whoever reads what is kept cannot say what scrypt gave, and whoever knows the password can:
    that is the proof which the owner's functions ask of the sponsor (`concord.kernel.proof`).

    A change of these parameters would hash each password anew when its owner signs in, which the
    database refuses for a sponsor's: then they are to change it themselves.
    """

    algorithm = "sealed_scrypt"
    block_size = 8
    parallelism = 5
    work_factor = 2**14

    def encode(
        self,
        password: str,
        salt: str,
        n: int | None = None,
        r: int | None = None,
        p: int | None = None,
    ) -> str:
        head, _, key = super().encode(password, salt, n, r, p).rpartition("$")
        return f"{head}${hashlib.sha256(b64decode(key)).hexdigest()}"

    def proof(self, password: str, encoded: str) -> bytes:
        """What scrypt gives for `password`, with the salt and the parameters of `encoded`."""
        said = self.decode(encoded)
        n, r, p = (int(said[each]) for each in ("work_factor", "block_size", "parallelism"))
        return b64decode(super().encode(password, str(said["salt"]), n, r, p).rpartition("$")[2])

    def must_update(self, encoded: str) -> bool:
        return False
