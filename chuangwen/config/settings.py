"""Settings. Everything a plain installation needs has a default; what an office may change comes from the environment.

CHUANGWEN_HOME  data folder (database, files, keys, logs); default ``var/`` in the working folder
DATABASE_URL    e.g. ``postgres://user:password@127.0.0.1:5432/chuangwen``; default SQLite in CHUANGWEN_HOME
CHUANGWEN_HOSTS comma separated host names; default loopback only
MAP_TILES       address pattern of a tile server, empty for the plain base map
CHUANGWEN_WITHOUT  rooms that this installation leaves out; ``volunteers`` can be
CHUANGWEN_WEBHOOKS_LOCAL  1 where a webhook may lead to another program on this machine
"""

import os
import secrets
from pathlib import Path

import dj_database_url

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("CHUANGWEN_HOME", "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True)


def _secret(name: str) -> str:
    """A secret made at install and kept in the data folder, readable by its owner only."""
    given = os.environ.get("CHUANGWEN_SECRET_KEY")
    if given:
        return given
    path = HOME / "keys" / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as target:
        value = secrets.token_urlsafe(48)
        target.write(value)
    return value


SECRET_KEY = _secret("secret-key")
DEBUG = os.environ.get("CHUANGWEN_DEBUG", "") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("CHUANGWEN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CHUANGWEN_ORIGINS", "").split(",") if o]
HTTPS = os.environ.get("CHUANGWEN_HTTPS", "") == "1"

LEFT_OUT = {"volunteers"} & set(os.environ.get("CHUANGWEN_WITHOUT", "").replace(" ", "").split(","))
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "treebeard",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "chuangwen.kernel",
    "chuangwen.web",
    "chuangwen.places",
    "chuangwen.people",
    "chuangwen.messaging",
    "chuangwen.standards",
    "chuangwen.evidence",
    "chuangwen.phone",
    "chuangwen.fieldwork",
    "chuangwen.cases",
    "chuangwen.intake",
    "chuangwen.ledger",
    "chuangwen.duties",
    "chuangwen.scoring",
    "chuangwen.papers",
    "chuangwen.overview",
    *([] if "volunteers" in LEFT_OUT else ["chuangwen.volunteers"]),
    "chuangwen.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "chuangwen.web.middleware.SecurityHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "chuangwen.web.middleware.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "chuangwen.people.middleware.ActorMiddleware",
    "chuangwen.kernel.idempotency.IdempotencyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chuangwen.web.middleware.RefusalMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "chuangwen.config.urls"
WSGI_APPLICATION = "chuangwen.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "chuangwen.web.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "chuangwen.web.templatetags.web"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{HOME / 'chuangwen.sqlite3'}", conn_max_age=600
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Every writing transaction begins IMMEDIATE: a transaction that starts by reading and then writes fails at once
    # under concurrency ("database is locked") whatever the timeout.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=30000; "
        "PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
    }
    # Tests with threads or live servers need a file; a database in memory is not shared between connections.
    DATABASES["default"]["TEST"] = {"NAME": str(HOME / "test.sqlite3")} if os.environ.get("CHUANGWEN_TEST_FILE") else {}
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Compiling a query of many parts takes the server seconds, running it takes milliseconds: at 1,000,000 cases home came in 8 s with it, and
    # in a fraction of one without.
    options = DATABASES["default"].setdefault("OPTIONS", {})
    options["options"] = f"-c jit=off {options.get('options', '')}".strip()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
FORM_RENDERER = "chuangwen.web.forms.TablerRenderer"
CSRF_FAILURE_VIEW = "chuangwen.web.errors.forged"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "chuangwen.people.adapters.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS = {
    "login": "chuangwen.people.forms.SignInForm",
    "change_password": "chuangwen.people.forms.OwnPasswordForm",
    "reauthenticate": "chuangwen.people.forms.PasswordAgainForm",
}
# Guessing is stopped by django-axes, which counts in the database for all processes; these only slow down floods.
ACCOUNT_RATE_LIMITS = {
    "login": "240/m/ip",
    "login_failed": "120/m/ip,20/5m/key",
    "change_password": "10/m/user",
    "reauthenticate": "20/m/user",
}
MFA_ADAPTER = "chuangwen.people.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "chuangwen.people.forms.CodeForm",
    "reauthenticate": "chuangwen.people.forms.CodeAgainForm",
    "activate_totp": "chuangwen.people.forms.FirstCodeForm",
}
MFA_TOTP_ISSUER = "创文"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "people/locked.html"
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "chuangwen.people.sign_in.counted_name"
AXES_DISABLE_ACCESS_LOG = True  # sign-ins are in the audit trail
AXES_VERBOSE = False

SESSION_COOKIE_AGE = int(os.environ.get("CHUANGWEN_SESSION_SECONDS", 8 * 3600))
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
LOCALE_PATHS: list[str] = []
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
FORMAT_MODULE_PATH = ["chuangwen.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "chuangwen.web.static_files.HashedStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_MAX_AGE = 31_536_000

MAP_TILES = os.environ.get("MAP_TILES", "")
MAP_TILES_DATUM = os.environ.get("MAP_TILES_DATUM", "wgs84")
MAP_TILES_ATTRIBUTION = os.environ.get("MAP_TILES_ATTRIBUTION", "")
# Whether a webhook may lead to this machine itself: only where the other system stands on it.
WEBHOOKS_TO_THIS_MACHINE = os.environ.get("CHUANGWEN_WEBHOOKS_LOCAL", "") == "1"

# axes.W006: an account is locked wherever the guesses come from; addresses are shared by whole offices.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
