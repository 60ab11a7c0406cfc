"""All settings, read from the environment. docs/settings.md lists the variables.

``DATABASE_URL`` decides what this is. Without it: development, on the embedded PostgreSQL in
``var/postgres``, with debug pages. With it: production, which refuses to start without
``SECRET_KEY`` and ``ALLOWED_HOSTS``. ``DEBUG`` overrides the guess.
"""

import os
import re
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django_prose_editor.config import html_tags
from js_asset import static_lazy
from psycopg import IsolationLevel

from newsroom.database.connections import check_connection
from newsroom.logs import without_way_of_outage

BASE_DIR = Path(__file__).resolve().parent.parent


class Environment(environ.Env):
    """The environment's variables; a value that cannot be read is a sentence that names it."""

    #: What is yes and what is no; anything else is neither.
    SWITCHES = {"true", "on", "ok", "y", "yes", "1", "false", "off", "n", "no", "0", ""}

    def get_value(self, var: Any, cast: Any = None, *args: Any, **kwargs: Any) -> Any:
        """The value of ``var``. Raises ImproperlyConfigured where it is not of the kind."""
        given = str(self.ENVIRON.get(var, ""))
        if cast is bool and given.strip().lower() not in self.SWITCHES:
            raise ImproperlyConfigured(f"{var} is neither on nor off; write one of them.")
        if cast in (int, float) and given:
            try:
                cast(given)  # the library reads 5 in "5 minutes"
            except ValueError as error:
                raise ImproperlyConfigured(f"{var} is no number; write one.") from error
        return super().get_value(var, cast, *args, **kwargs)


env = Environment()

#: What may stand in a file instead, named by the variable with _FILE after it: secrets.
IN_FILES = (
    *("SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "DATABASE_OWNER_URL", "REPLICA_URL"),
    *("CACHE_URL", "EMAIL_URL", "IMPORT_MAIL", "IMPORT_MODEL_KEY", "LOG_KEYS", "METRICS_TOKEN"),
    *("PURGE_AUTHORIZATION", "SENTRY_DSN"),
)


def read_files() -> dict[str, str]:
    """The variables whose values stand in files, without the blanks around them.

    Raises ImproperlyConfigured where a file cannot be read.
    """
    found = {}
    for name in IN_FILES:
        if path := env.str(f"{name}_FILE", default=""):
            try:
                found[name] = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ImproperlyConfigured(f"{name}_FILE cannot be read: {error}.") from error
    return found


env.ENVIRON = os.environ | read_files()


def required(name: str, why: str) -> str:
    """The environment variable's value, or ImproperlyConfigured with a sentence that says why."""
    value = env.str(name, default="")
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment: {why}")
    return value


def refuse_weak(name: str, keys: list[str]) -> None:
    """Raise ImproperlyConfigured where one of ``keys`` is short, of few characters, or public."""
    if any(len(key) < 50 or len(set(key)) < 10 or key == DEVELOPMENT_KEY for key in keys):
        raise ImproperlyConfigured(
            f"{name} is too easy to guess; make one with "
            'python -c "import secrets; print(secrets.token_urlsafe(60))".'
        )


def needs_extra(name: str, module: str, extra: str) -> None:
    """Raise ImproperlyConfigured where ``module``, which variable ``name`` needs, is missing."""
    if find_spec(module) is None:
        raise ImproperlyConfigured(
            f"{name} is set, and the package for it is not installed; run uv sync --extra {extra}."
        )


def web_address(name: str, value: str, example: str) -> SplitResult:
    """The parts of ``value``, which the variable ``name`` holds.

    Raises ImproperlyConfigured where it is no address of a web server.
    """
    with suppress(ValueError):
        parts = urlsplit(value)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            return parts
    raise ImproperlyConfigured(f"{name} is no address of a web server; write {example}.")


#: A host as requests name it (django.http.request), which also is a safe part of every address.
_HOST = r"(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[a-f0-9]*:[a-f0-9.:]+\])"


def check_hosts(hosts: list[str]) -> list[str]:
    """``hosts`` in small letters. Raises ImproperlyConfigured for one that no request can name."""
    for host in hosts:
        if host != "*" and not re.fullmatch(rf"\.?{_HOST}", host.lower()):
            raise ImproperlyConfigured(
                f"ALLOWED_HOSTS has {host!r}, which no request names; write news.example.org, "
                "without https:// and port, letters beyond ASCII as xn--…"
            )
    return [host.lower() for host in hosts]


def check_site_url(value: str) -> str:
    """The address of one host in small letters, without a slash at the end.

    Raises ImproperlyConfigured where it is something else.
    """
    address = value.strip().lower().rstrip("/")
    web_address("SITE_URL", address, "https://news.example.org")
    if not re.fullmatch(rf"https?://{_HOST}(?::[0-9]+)?", address):
        shown = re.sub("//.*@", "//…@", address)
        raise ImproperlyConfigured(
            f"{shown} is not the address of one host; set SITE_URL to https://news.example.org."
        )
    return address


# What this is -------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", default="")
DEBUG = env.bool("DEBUG", default=not DATABASE_URL)

DEVELOPMENT_KEY = "only-for-development-" + "x" * 40
if DEBUG:
    SECRET_KEY = env.str("SECRET_KEY", default=DEVELOPMENT_KEY)
    _hosts = env.str("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
else:
    SECRET_KEY = required("SECRET_KEY", "it signs sessions; use at least 50 random characters.")
    refuse_weak("SECRET_KEY", [SECRET_KEY])
    _hosts = required("ALLOWED_HOSTS", "the site's host names, comma-separated.")
ALLOWED_HOSTS = check_hosts([host.strip() for host in _hosts.split(",") if host.strip()])
if not ALLOWED_HOSTS and not DEBUG:
    raise ImproperlyConfigured("ALLOWED_HOSTS has no host name; write news.example.org.")

#: Keys of before: what they signed is valid until they are taken from here.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
if not DEBUG:
    refuse_weak("SECRET_KEY_FALLBACKS", SECRET_KEY_FALLBACKS)

SITE_NAME = env.str("SITE_NAME", default="Newsroom")
#: The site's public address, without a slash at the end; it stands in every published ninjs item.
SITE_URL = check_site_url(
    env.str("SITE_URL", default="")
    or ("http://localhost:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0]}")
)

# Database: PostgreSQL, nothing else ---------------------------------------------------------------

#: What this process is: "web"; manage.py also says "worker", "command" and "owner" (a command that
#: changes the tables or copies them).
PROCESS_KIND = env.str("PROCESS_KIND", default="web")
if PROCESS_KIND not in {"web", "worker", "command", "owner"}:
    raise ImproperlyConfigured("Set PROCESS_KIND to web, worker, command or owner; or leave it.")
#: The role that owns the tables, for the commands of kind "owner"; the site's role does without.
DATABASE_OWNER_URL = env.str("DATABASE_OWNER_URL", default="")
#: A replica of the database; public pages and the feed are made from it where it has caught up.
REPLICA_URL = env.str("REPLICA_URL", default="")
#: DATABASE_URL leads to PgBouncer in transaction mode; the two others lead to PostgreSQL itself.
PGBOUNCER = env.bool("PGBOUNCER", default=False)
#: The most connections that a process opens; its threads share them. 0 for no pool of its own.
#: CONN_MAX_AGE must stay 0 with a pool.
DATABASE_POOL = env.int("DATABASE_POOL", default=10)
#: Seconds that a statement of a web process may wait for a lock, and may take, and for which a
#: transaction may stand open with nothing asked; 0 for no limit. A worker has ten times as long;
#: a command has no limit. PgBouncer has limits of its own (deploy/pgbouncer.ini).
DATABASE_LOCK_TIMEOUT = env.float("DATABASE_LOCK_TIMEOUT", default=5)
DATABASE_STATEMENT_TIMEOUT = env.float("DATABASE_STATEMENT_TIMEOUT", default=30)
DATABASE_IDLE_TIMEOUT = env.float("DATABASE_IDLE_TIMEOUT", default=30)
#: Seconds that a statement may take on the replica; afterwards the primary is asked.
REPLICA_STATEMENT_TIMEOUT = 2


def database(name: str, url: str) -> dict[str, Any]:
    """How Django reaches the database at ``url``, which the variable ``name`` holds.

    Without ``url`` it is the embedded one. Raises ImproperlyConfigured where it is no address of a
    PostgreSQL database.
    """
    found: dict[str, Any] = {"NAME": "postgres"}
    if url:
        if not url.startswith(("postgres", "pgsql", "psql")):
            raise ImproperlyConfigured(
                f"{name} must start with postgres://; Newsroom runs on PostgreSQL only."
            )
        try:
            found = env.db_url_config(url)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} cannot be read: {error}.") from error
        if not found.get("NAME"):
            raise ImproperlyConfigured(
                f"{name} names no database; write postgres://user:password@host/name."
            )
    found["ENGINE"] = "newsroom.database"
    # Without a pool a connection that is kept is checked before it is used.
    found["CONN_HEALTH_CHECKS"] = True
    options = found.setdefault("OPTIONS", {})
    # Seconds after which the network counts as broken: for connecting, for unconfirmed packets.
    options |= {"connect_timeout": 2, "tcp_user_timeout": 2000, "keepalives_idle": 5}
    if DATABASE_POOL or name == "REPLICA_URL":  # without a pool, who connects would wait for it
        options["pool"] = {
            "min_size": 1,
            "max_size": DATABASE_POOL or 10,
            "timeout": 0.5,  # seconds between two looks whether the database answers at all
            "reconnect_timeout": 0.5,  # seconds; a longer one pauses longer between its tries
        }
        if name != "REPLICA_URL":  # there the first question says whether it lives
            options["pool"]["check"] = check_connection
    times = {"web": 1, "worker": 10}.get(PROCESS_KIND, 0)
    limits = {
        "lock_timeout": DATABASE_LOCK_TIMEOUT,
        "statement_timeout": DATABASE_STATEMENT_TIMEOUT,
        "idle_in_transaction_session_timeout": DATABASE_IDLE_TIMEOUT,
    }
    if PGBOUNCER and name == "DATABASE_URL":
        # Between two transactions the connection may be another one.
        found["DISABLE_SERVER_SIDE_CURSORS"] = True
    elif times:
        said = [
            f"-c {name}={round(seconds * times * 1000)}"
            for name, seconds in limits.items()
            if seconds
        ]
        if name == "REPLICA_URL":  # the last one counts
            said.append(f"-c statement_timeout={REPLICA_STATEMENT_TIMEOUT * 1000}")
        options["options"] = " ".join([options.get("options", ""), *said]).strip()
    return found


DATABASES = {"default": database("DATABASE_URL", DATABASE_URL)}
if not DATABASE_URL:
    #: Where the embedded PostgreSQL keeps its data.
    EMBEDDED_POSTGRES = env.path("EMBEDDED_POSTGRES", default=str(BASE_DIR / "var" / "postgres"))
    if DATABASE_OWNER_URL or REPLICA_URL or PGBOUNCER:
        raise ImproperlyConfigured(
            "DATABASE_OWNER_URL, REPLICA_URL and PGBOUNCER stand beside DATABASE_URL; set that too."
        )
#: The role of the site, which migrate and restore give what it needs where another one owns.
SITE_ROLE = DATABASES["default"].get("USER", "")
if PROCESS_KIND == "owner":
    if DATABASE_OWNER_URL:
        DATABASES["default"] = database("DATABASE_OWNER_URL", DATABASE_OWNER_URL)
    elif PGBOUNCER:
        raise ImproperlyConfigured(
            "This command cannot work through PgBouncer; set DATABASE_OWNER_URL to the address of "
            "PostgreSQL itself."
        )
DATABASE_ROUTERS: list[str] = []
if REPLICA_URL:
    DATABASES["replica"] = database("REPLICA_URL", REPLICA_URL)
    DATABASES["replica"]["CONN_HEALTH_CHECKS"] = False
    # A page is made from one moment: see articles/replica.py.
    DATABASES["replica"]["OPTIONS"]["isolation_level"] = IsolationLevel.REPEATABLE_READ
    DATABASE_ROUTERS = ["articles.replica.Router"]
# Counters of requests and of wrong passwords, in a cache that processes can share.
try:
    CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://counters")}
except (ImproperlyConfigured, ValueError) as _error:
    raise ImproperlyConfigured(f"CACHE_URL cannot be read: {_error}.") from _error
if "RedisCache" in CACHES["default"]["BACKEND"]:
    needs_extra("CACHE_URL", "redis", "redis")
    CACHES["default"]["BACKEND"] = "newsroom.counters.CountersCache"  # outlives its server
if "locmem" in CACHES["default"]["BACKEND"]:
    # Django's default of 300 would forget limits as soon as 300 addresses ask in a minute.
    CACHES["default"].setdefault("OPTIONS", {})["MAX_ENTRIES"] = 100_000
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Applications -------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "newsroom.apps.NewsroomConfig",
    "articles",
    "people",
    "newsroom.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_prose_editor",
    "django_tasks_db",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "newsroom.monitoring.watch_requests",  # not there unless one of its two settings asks for it
    "newsroom.middleware.serve_stored_pages",  # nothing else happens for most requests
    "newsroom.middleware.add_cache_control",
    "newsroom.middleware.add_security_headers",
    "newsroom.middleware.say_what_machines_may_do",
    "newsroom.middleware.refuse_other_methods",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "newsroom.middleware.speak_language_of_address",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "newsroom.accounts.AskAgain",
    "newsroom.middleware.receive_body",  # who is signed in may send more
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "newsroom.middleware.allow_cross_origin",
    "newsroom.middleware.redirect_old_addresses",
]

ROOT_URLCONF = "newsroom.urls"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "newsroom.context_processors.site",
            ],
            # The desk's tags stand with its views.
            "libraries": {"desk": "articles.admin.tags"},
            "builtins": [
                "django.templatetags.i18n",
                "django.contrib.humanize.templatetags.humanize",
                "articles.templatetags.pictures",
                "people.templatetags.dates",
                "articles.templatetags.languages",
                "articles.templatetags.unreadable",
                "people.templatetags.names",
            ],
        },
    },
]

AUTHENTICATION_BACKENDS = ["newsroom.sign_in.LimitedBackend"]
PASSWORD_HASHERS = ["newsroom.sign_in.ReleasingPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

#: Who must have a second factor to use the desk: "choice" for nobody, "publishers", "everybody".
SECOND_FACTOR = env.str("SECOND_FACTOR", default="choice")
if SECOND_FACTOR not in {"choice", "publishers", "everybody"}:
    raise ImproperlyConfigured("Set SECOND_FACTOR to choice, publishers or everybody.")
LOGIN_URL, LOGIN_REDIRECT_URL = "/admin/login/", "/admin/"
ACCOUNT_ADAPTER = "newsroom.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # addresses are written by who gives rights
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # a stranger cannot make us write to a stranger
ACCOUNT_AUTHENTICATED_LOGIN_REDIRECTS = False  # somebody else may sign in
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_METHODS = ["password", "mfa"]
#: Seconds for which pages about keys and rights stay open after that.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_RATE_LIMITS = {"login": None}  # ``LimitedBackend`` has the limits of passwords
MFA_ADAPTER = "newsroom.accounts.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1  # clocks of telephones are half a minute late
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG

# Language and time --------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
#: What articles can be written in, and what the readers' pages speak (``locale/``). Each but the
#: first has a prefix in addresses: ``/ur/``.
LANGUAGES = [("en", "English"), ("ru", "Russian"), ("ur", "Urdu"), ("zh-hans", "Chinese")]
LOCALE_PATHS = [BASE_DIR / "locale"]
#: How dates are written where Django's own way is not ours.
FORMAT_MODULE_PATH = "newsroom.locale_formats"
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
try:
    ZoneInfo(TIME_ZONE)
except (ZoneInfoNotFoundError, ValueError, OSError) as _error:
    raise ImproperlyConfigured(
        "TIME_ZONE is no time zone; write one of the IANA's names, as Asia/Karachi."
    ) from _error
USE_TZ = True

#: The login of the demo, while its command runs; "" anywhere else.
DEMO = ""

# Publishing ---------------------------------------------------------------------------------------

#: Whoever wrote the last version may not let it out alone.
FOUR_EYES = env.bool("FOUR_EYES", default=False)
#: For how many days a preview link opens the working copy.
PREVIEW_DAYS = env.int("PREVIEW_DAYS", default=3)
#: The address at which a cache in front forgets pages by their tags, and what the header
#: Authorization says there (``Bearer …``); none when empty.
PURGE_URL = env.str("PURGE_URL", default="")
PURGE_AUTHORIZATION = env.str("PURGE_AUTHORIZATION", default="")
#: The WebSub hub that is told when the feeds change; none when empty.
WEBSUB_HUB = env.str("WEBSUB_HUB", default="")
#: Keys that sign the tree of hashes of the log (docs/record.md); none: it is not handed out.
LOG_KEYS = env.list("LOG_KEYS", default=[])
#: What reads a pasted release: a function of its text and the newsroom's names.
IMPORT_EXTRACTOR = env.str("IMPORT_EXTRACTOR", default="articles.importing.extractor.extract")
#: A language model behind an OpenAI-compatible address, for articles.importing.language_model.
IMPORT_MODEL_URL = env.str("IMPORT_MODEL_URL", default="")
IMPORT_MODEL_NAME = env.str("IMPORT_MODEL_NAME", default="")
IMPORT_MODEL_KEY = env.str("IMPORT_MODEL_KEY", default="")
#: How long to wait for it, in seconds.
IMPORT_MODEL_TIMEOUT = env.float("IMPORT_MODEL_TIMEOUT", default=60.0)
#: The mailbox of releases: imaps://user:password@host/INBOX, imap+tls://…, imap://… (not encrypted)
#: or maildir:/folder; % in user and password as %25, @ as %40. Give it a mailbox of its own.
IMPORT_MAIL = env.str("IMPORT_MAIL", default="")
#: Whose mail is taken: addresses and domains (ada@example.org, example.org), or "everybody".
IMPORT_MAIL_SENDERS = env.list("IMPORT_MAIL_SENDERS", default=[])
#: Whose mail is left out although the list above has it.
IMPORT_MAIL_BLOCKED = env.list("IMPORT_MAIL_BLOCKED", default=[])
#: How often `manage.py worker` looks into the mailbox, in seconds.
IMPORT_MAIL_EVERY = env.float("IMPORT_MAIL_EVERY", default=120.0)
#: What falls due is queued in the database; `manage.py worker` does it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

#: What machines may do with what is published: "all", "search" (list it, but not train AI systems
#: on it) or "nothing". robots.txt, headers, meta tags, TDMRep, ai.txt and the feed's terms say it.
#: Reserved by default: what was trained cannot be taken back, what was reserved can be given.
MACHINES = env.str("MACHINES", default="search")
if MACHINES not in {"all", "search", "nothing"}:
    raise ImproperlyConfigured("Set MACHINES to all, search or nothing.")

# Partners' webhooks -------------------------------------------------------------------------------

#: An endpoint that has failed for so many days is switched off, and its partner told by mail.
WEBHOOK_GIVE_UP_DAYS = env.int("WEBHOOK_GIVE_UP_DAYS", default=5)
#: When a webhook gets a new secret, the old one signs beside it for so many hours.
WEBHOOK_SECRET_OVERLAP_HOURS = env.int("WEBHOOK_SECRET_OVERLAP_HOURS", default=24)
#: Send to private and loopback addresses too, and over plain HTTP: for tests and development.
WEBHOOKS_TO_PRIVATE = env.bool("WEBHOOKS_TO_PRIVATE", default=False)

try:
    _mail = env.email_url("EMAIL_URL", default="consolemail://" if DEBUG else "smtp://localhost:25")
except (ImproperlyConfigured, ValueError) as _error:
    raise ImproperlyConfigured(f"EMAIL_URL cannot be read: {_error}.") from _error
MAILERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": _mail["EMAIL_BACKEND"]}}
if "smtp" in _mail["EMAIL_BACKEND"]:
    MAILERS["default"]["OPTIONS"] = {
        "host": _mail["EMAIL_HOST"],
        "port": _mail["EMAIL_PORT"],
        "username": _mail["EMAIL_HOST_USER"] or "",
        "password": _mail["EMAIL_HOST_PASSWORD"] or "",
        "use_tls": _mail.get("EMAIL_USE_TLS", False),
        "use_ssl": _mail.get("EMAIL_USE_SSL", False),
        "timeout": 20,  # seconds; the worker has other work
    }
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="newsroom@localhost")

# Static files -------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
#: Pictures: a folder of this machine, or storage that speaks S3 once ``S3_BUCKET`` is set.
MEDIA_URL = "media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "media"))
S3_BUCKET = env.str("S3_BUCKET", default="")
#: The public address of the bucket, or of what stands before it.
S3_PUBLIC_URL = env.str("S3_PUBLIC_URL", default="")
if S3_BUCKET and not S3_PUBLIC_URL:
    raise ImproperlyConfigured("Set S3_PUBLIC_URL: where browsers find what lies in S3_BUCKET.")
if S3_BUCKET:
    needs_extra("S3_BUCKET", "obstore", "s3")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "newsroom.storage.S3Storage",
        "OPTIONS": {
            "bucket": S3_BUCKET,
            "url": S3_PUBLIC_URL,
            "endpoint": env.str("S3_ENDPOINT", default=""),
            "region": env.str("S3_REGION", default=""),
        },
    }
    if S3_BUCKET
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
#: In development, static files come from where they are written; no collectstatic.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG
#: Files at the site's root, where browsers ask for icons without having been told of any.
WHITENOISE_ROOT = BASE_DIR / "newsroom" / "root"

# Security -----------------------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:", *([S3_PUBLIC_URL.rstrip("/") + "/"] if S3_BUCKET else [])],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
#: The desk and Swagger UI: the rich text editor and Swagger set style attributes from script.
CSP_WITH_INLINE_STYLES = SECURE_CSP | {"style-src": [CSP.SELF, CSP.UNSAFE_INLINE]}
#: What browsers have and no page of ours uses.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation"),
        *("gyroscope", "magnetometer", "microphone", "midi", "payment", "usb"),
    )
)
CSRF_FAILURE_VIEW = "newsroom.views.csrf_failure"
if not DEBUG:
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Health checks come from inside, over plain HTTP.
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=365 * 24 * 3600)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
    # A list in every browser, from which a domain does not come back for months: by choice only.
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
    SILENCED_SYSTEM_CHECKS = ["security.W021"]  # Django would have it for everybody
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True

# The partner feed ---------------------------------------------------------------------------------

#: Requests a minute from one address without a key; 0 for no limit. Partners have limits each.
API_PER_MINUTE = env.int("API_PER_MINUTE", default=120)

#: So many requests of a process may wait for changes (``wait=``); each takes a thread.
API_WAITING = env.int("API_WAITING", default=8)
#: What the feed gives without a key: "full", "headlines" (no body, no quotations) or "nothing".
PUBLIC_FEED = env.str("PUBLIC_FEED", default="full")
if PUBLIC_FEED not in {"full", "headlines", "nothing"}:
    raise ImproperlyConfigured("Set PUBLIC_FEED to full, headlines or nothing.")
#: How partners may use items: words, or the address of a licence; left out when empty.
USAGE_TERMS = env.str("USAGE_TERMS", default="")
#: Who holds the copyright in items; left out when empty.
COPYRIGHT_HOLDER = env.str("COPYRIGHT_HOLDER", default="")

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["articles.partners.api.authentication.KeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "articles.partners.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    # How many proxies stand before us: who asks is taken from what they say.
    "NUM_PROXIES": env.int("PROXIES", default=0 if DEBUG else 1),
}

SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} feed",
    "DESCRIPTION": (
        "Published articles as IPTC ninjs 3.1 items, and the log of every public change. "
        "Ask `changes/?after=0` once, keep the cursor, and ask again: nothing can be missed."
    ),
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": SITE_URL}],
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["articles.partners.api.schemas.add_components"],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# The body's editor --------------------------------------------------------------------------------

#: What our module adds to the editor of a body; ``articles.richtext.EXTENSIONS`` switches it on.
DJANGO_PROSE_EDITOR_EXTENSIONS = [
    {
        "js": [static_lazy("newsroom/desk/body.js")],
        "extensions": {
            "Paste": html_tags([]),
            "Find": html_tags([]),
            "Record": html_tags(["figure"], {"figure": ["data-record"]}),
            "Direction": html_tags([], {tag: ["dir"] for tag in ("p", "h2", "h3", "h4")}),
        },
    }
]

# Logging ------------------------------------------------------------------------------------------

#: "text", or "json": a line of JSON each, and one for each request where LOG_LEVEL is INFO.
LOG_FORMAT = env.str("LOG_FORMAT", default="text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured("Set LOG_FORMAT to text or json.")
#: Who sends it as ``Authorization: Bearer …`` gets the numbers at /metrics; nobody when empty.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
if METRICS_TOKEN and len(METRICS_TOKEN) < 16:
    raise ImproperlyConfigured("METRICS_TOKEN is too short; use 16 random characters or more.")

#: Where errors are told (Sentry, or what speaks its protocol); nowhere when empty.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    _parts = web_address("SENTRY_DSN", SENTRY_DSN, "https://key@sentry.example.org/1")
    if not _parts.username or not _parts.path.rpartition("/")[2].isdecimal():
        raise ImproperlyConfigured(
            "SENTRY_DSN has no key or no project's number; write https://key@sentry.example.org/1."
        )
    needs_extra("SENTRY_DSN", "sentry_sdk", "sentry")
#: Where traces are sent by OpenTelemetry; the library reads its other variables (OTEL_…) itself.
OTLP_TRACES = ""
if not env.bool("OTEL_SDK_DISABLED", default=False):
    _exporter = env.str("OTEL_TRACES_EXPORTER", default="otlp")
    if _exporter not in {"otlp", "none"}:
        raise ImproperlyConfigured("Set OTEL_TRACES_EXPORTER to otlp or none, or leave it.")
    for _name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        if _exporter == "otlp" and (_given := env.str(_name, default="")):
            web_address(_name, _given, "http://localhost:4318")
            OTLP_TRACES = _given
    if OTLP_TRACES:
        for _name in ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"):
            if env.str(_name, default="") not in {"", "http/protobuf"}:
                raise ImproperlyConfigured(f"Set {_name} to http/protobuf, or leave it.")
        needs_extra("OTEL_EXPORTER_OTLP_ENDPOINT", "opentelemetry", "otel")

LOG_LEVEL = env.str("LOG_LEVEL", default="WARNING")
if LOG_LEVEL not in {"DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"}:
    raise ImproperlyConfigured("Set LOG_LEVEL to DEBUG, INFO, WARNING, ERROR or CRITICAL.")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "newsroom.logs.JsonFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            **({"formatter": "json"} if LOG_FORMAT == "json" else {}),
        }
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    # In an outage each pool says twice a second that it tries again; who waits for it says so too.
    "loggers": {
        "psycopg.pool": {"level": "ERROR"},
        "django.request": {"filters": ["outage"]},
    },
    "filters": {
        "outage": {
            "()": "django.utils.log.CallbackFilter",
            "callback": without_way_of_outage,
        }
    },
}
