"""Pages of signing in: those of django-allauth that the desk needs, and no others."""

from allauth.account import views
from django.urls import include, path, re_path

from newsroom.accounts import PasskeyLogin

urlpatterns = [
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("account/inactive/", views.account_inactive, name="account_inactive"),
    path("account/confirm/", views.reauthenticate, name="account_reauthenticate"),
    path("account/password/", views.password_reset, name="account_reset_password"),
    path("account/password/sent/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^account/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "account/password/changed/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    # Before the library's own at this address.
    path("account/factors/webauthn/login/", PasskeyLogin.as_view(), name="mfa_login_webauthn"),
    path("account/factors/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
]
