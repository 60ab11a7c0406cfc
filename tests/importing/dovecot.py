"""A real IMAP server on loopback: Dovecot, as a user without rights, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

DOVECOT = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin:/usr/local/sbin")
USER, PASSWORD = "press@example.org", "öffne/dich@100:"
#: Root starts it as this user; anybody else as himself.
_SERVED_BY = "nobody"

_CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain
mail_location = maildir:{folder}/mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password={{plain}}{password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
"""


class Dovecot:
    """The server with one mailbox, which is a Maildir folder; ``folder`` is the server's own."""

    def __init__(self, folder: Path) -> None:
        assert DOVECOT
        self.folder, self.mail = folder, folder / "mail"
        self.plain, self.tls = _free_port(), _free_port()
        self.user = _SERVED_BY if os.name != "nt" and os.getuid() == 0 else None
        import grp
        import pwd

        account = pwd.getpwnam(self.user) if self.user else pwd.getpwuid(os.getuid())
        for name in ("run", "state", "mail", "mail/new", "mail/cur", "mail/tmp"):
            (folder / name).mkdir()
        _certificate(folder)
        config = _CONFIG.format(
            folder=folder,
            user=account.pw_name,
            group=grp.getgrgid(account.pw_gid).gr_name,
            uid=account.pw_uid,
            gid=account.pw_gid,
            password=PASSWORD,
            plain=self.plain,
            tls=self.tls,
            ssl="yes",
        )
        (folder / "dovecot.conf").write_text(config, encoding="utf-8")
        if self.user:
            for path in [folder, *folder.rglob("*")]:
                os.chown(path, account.pw_uid, account.pw_gid)
        self.process = subprocess.Popen(  # noqa: S603 - Debian's program and a file of ours
            [DOVECOT, "-F", "-c", str(folder / "dovecot.conf")],
            user=self.user,
            group=account.pw_gid if self.user else None,
            extra_groups=[] if self.user else None,
        )
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.plain)) == 0:
                    return
            time.sleep(0.05)
        self.stop()
        log = folder / "log"
        raise RuntimeError(log.read_text(encoding="utf-8") if log.exists() else "no log")

    def address(self, scheme: str, *, password: str = PASSWORD, host: str = "localhost") -> str:
        port = self.tls if scheme == "imaps" else self.plain
        return f"{scheme}://{quote(USER)}:{quote(password, safe='')}@{host}:{port}/INBOX"

    def deliver(self, name: str, content: bytes) -> None:
        """Put a mail into the mailbox."""
        path = self.mail / "tmp" / name
        path.write_bytes(content)
        path.chmod(0o666)
        if self.user:
            shutil.chown(path, self.user)
        path.rename(self.mail / "new" / name)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _certificate(folder: Path) -> None:
    """A certificate for localhost that signs itself; openssl comes with Dovecot."""
    subprocess.run(  # noqa: S603 - openssl with arguments of ours
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        ],
        check=True,
        capture_output=True,
    )
    ssl.create_default_context(cafile=str(folder / "cert.pem"))
