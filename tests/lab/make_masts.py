#!/usr/bin/env python3
"""A small fleet's identities for the lab: make_masts.py FOLDER SITE...

FOLDER/master.key is the anchors'; FOLDER/SITE/identity is what an enrolled router keeps.
"""
import hashlib
import hmac
import pathlib
import subprocess
import sys
import tempfile
import time


def openssl(*words: str) -> None:
    subprocess.run(["openssl", *words], check=True, capture_output=True)


def make_root(folder: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    key, certificate = folder / "ca.key", folder / "ca.pem"
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=fleet",
            "-days", "30", "-keyout", str(key), "-out", str(certificate))
    return key, certificate


def sign(site: str, identity: pathlib.Path, root: tuple[pathlib.Path, pathlib.Path]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        request, extensions = pathlib.Path(scratch, "request"), pathlib.Path(scratch, "extensions")
        extensions.write_text(f"subjectAltName=URI:spiffe://karkara.test/site/{site}\n", encoding="ascii")
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={site}",
                "-keyout", str(identity / "key.pem"), "-out", str(request))
        openssl("x509", "-req", "-in", str(request), "-CA", str(root[1]), "-CAkey", str(root[0]), "-CAcreateserial",
                "-days", "20", "-extfile", str(extensions), "-out", str(identity / "cert.pem"))


def bundle(site: str, number: int, ca_pem: str, master: bytes) -> str:
    which = bytes([1]) + number.to_bytes(4, "big")
    key = hmac.new(master, b"karkara-anchor-v1" + which, hashlib.sha256).hexdigest()
    indented = ca_pem.replace("\n", "\n  ")
    return f"""site_id: {site}
controller: 203.0.113.10:7443
enrolment: 203.0.113.10:7444
ca_certificate: |
  {indented}
trust_domain: karkara.test
anchors:
  - {{id: niamey, endpoint: "203.0.113.21:7445"}}
  - {{id: abroad, endpoint: "203.0.113.22:7445"}}
anchor_key_id: {number}
anchor_key: "{key}"
made_at: {int(time.time()) - 3600}
"""


def main() -> None:
    folder, sites = pathlib.Path(sys.argv[1]), sys.argv[2:]
    master = hashlib.sha256(b"of the lab").digest()
    (folder / "master.key").write_text(master.hex() + "\n", encoding="ascii")
    (folder / "master.key").chmod(0o600)
    root = make_root(folder)
    ca_pem = root[1].read_text(encoding="ascii")
    for number, site in enumerate(sites, 1):
        identity = folder / site / "identity"
        identity.mkdir(parents=True, exist_ok=True)
        sign(site, identity, root)
        (identity / "ca.pem").write_text(ca_pem, encoding="ascii")
        (identity / "bundle.yaml").write_text(bundle(site, number, ca_pem, master), encoding="ascii")


main()
