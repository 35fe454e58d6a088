"""The keys that sign access tokens: one signs, older ones still verify until they are taken away."""

import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from toolboxai.errors import ToolboxError
from toolboxai_server.auth.secrets_on_disk import read_secret, write_secret


class SigningKeys:
    """The P-256 keys in a folder, named by `kid`; names sort by age, and the newest signs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._keys = {path.stem: _load(path) for path in sorted(folder.glob("*.pem"))}
        if not self._keys:
            self.rotate()

    def rotate(self) -> str:
        """Make a new key and sign with it from now on; returns its `kid`."""
        newest = max((int(kid.partition("-")[0]) for kid in self._keys), default=0)
        kid = f"{newest + 1:04d}-{secrets.token_hex(4)}"
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_secret(self._folder / f"{kid}.pem", pem)
        self._keys[kid] = key
        return kid

    def signer(self) -> tuple[str, ec.EllipticCurvePrivateKey]:
        """The `kid` and the key that sign now."""
        kid = max(self._keys)
        return kid, self._keys[kid]

    def verifier(self, kid: str) -> ec.EllipticCurvePublicKey | None:
        """The public half of the key named `kid`, or None."""
        key = self._keys.get(kid)
        return key.public_key() if key is not None else None


def _load(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(read_secret(path), password=None)
        int(path.stem.partition("-")[0])
    except ValueError as fault:
        raise ToolboxError(
            f"{path} is not a signing key", remedy="Remove it; plugins that it paired pair once more."
        ) from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ToolboxError(f"{path} is not an elliptic curve key", remedy="Remove it.")
    return key
