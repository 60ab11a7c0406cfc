"""With a real browser: a passkey is added, signs in by itself, and no page of it breaks a rule."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from tests.chromium import CHROMIUM, desk, log_in, violations_in_both_themes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed"),
]

#: A key that is built into the machine, as a virtual one for tests.
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_a_passkey_is_added_and_signs_in_without_a_password(
    live_server: LiveServer, publisher: User
) -> None:
    address = live_server.url.replace("127.0.0.1", "localhost")  # passkeys need a name
    server = type("Server", (), {"url": address})()
    factors = "/admin/account/factors/"
    with desk(server, f"{factors}webauthn/add/") as page:
        refused: list[str] = []
        page.on("console", lambda line: refused.append(line.text) if line.type == "error" else None)
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

        assert violations_in_both_themes(page) == []  # it asks for the password first
        page.get_by_label("Password").fill("secret-1-2-3")
        page.get_by_role("button", name="Confirm").click()
        page.get_by_label("Name").fill("My laptop")
        page.get_by_label("Passwordless").check()
        assert violations_in_both_themes(page) == []
        page.get_by_role("button", name="Add").click()
        codes = page.get_by_label("Unused codes")
        expect(codes).to_be_visible()
        assert violations_in_both_themes(page) == []
        for path in (factors, f"{factors}webauthn/", f"{factors}totp/activate/"):
            page.goto(address + path)
            assert violations_in_both_themes(page) == []
        page.goto(f"{address}/admin/account/sessions/")
        assert violations_in_both_themes(page) == []

        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        assert violations_in_both_themes(page) == []
        page.get_by_role("button", name="Log in with a passkey").click()
        expect(page.get_by_role("heading", name="The desk")).to_be_visible()

        page.get_by_role("button", name="Log out").click()  # a password asks for the key, too
        log_in(page)
        expect(page.get_by_role("heading", name="Two-Factor Authentication")).to_be_visible()
        assert violations_in_both_themes(page) == []
        page.get_by_role("button", name="Use a security key").click()
        expect(page.get_by_role("heading", name="The desk")).to_be_visible()
        page.goto(f"{address}/admin/account/password/")
        assert violations_in_both_themes(page) == []
        assert refused == []
