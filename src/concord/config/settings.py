"""One settings file, from the environment. Importing it starts nothing."""

import os
import secrets
from pathlib import Path

from concord.config import database, mail_settings, setup

BASE = Path(__file__).resolve().parent.parent

DEMO = os.environ.get("CONCORD_DEMO") == "1"
DEBUG = False
SECRET_KEY = os.environ.get("CONCORD_SECRET_KEY") or secrets.token_urlsafe(50)
ALLOWED_HOSTS = os.environ.get("CONCORD_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CONCORD_ORIGINS", "").split(",") if o]

DATABASES = {"default": database.settings()}
# What must be counted once for all processes (who tried to sign in how often), and what each
# process may know for itself.
CACHES = {
    "default": {"BACKEND": "concord.kernel.shared_cache.SharedCache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "kernel.User"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
    "concord.kernel",
    "concord.ui",
    "concord.customers",
    "concord.records",
    "concord.facts",
    "concord.treatment",
    "concord.work",
    "concord.connect",
    "concord.pages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "concord.ui.middleware.PersonMiddleware",
]

ROOT_URLCONF = "concord.config.urls"
WSGI_APPLICATION = "concord.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "ui" / "templates"],  # our look wins over that of the packages
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "concord.ui.context.shell",
            ],
        },
    }
]

AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["concord.kernel.passwords.SealedPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "concord.ui.accounts.AccountAdapter"
ACCOUNT_FORMS = {"change_password": "concord.ui.accounts.ChangePasswordForm"}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ko", "한국어"), ("zh-hant", "繁體中文")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("CONCORD_TIME_ZONE") or "UTC"
TIME_ZONE_GIVEN = bool(os.environ.get("CONCORD_TIME_ZONE"))  # then the company's own word waits
# Numbers are grouped where a page means a quantity (`|number`, `|money`), never in an id.
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = database.data_folder() / "static"
MEDIA_ROOT = database.data_folder() / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
TLS = os.environ.get("CONCORD_TLS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
# What the sign-in page says while nobody can sign in; strangers learn no path of this machine.
COMMAND = "concord" if TLS else setup.this_command()
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if TLS else 0
if os.environ.get("CONCORD_BEHIND_PROXY") == "1":
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Else all who mistype a password count as one, the proxy, and lock each other out.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # without files; the API takes none
UPLOAD_MEGABYTES = int(os.environ.get("CONCORD_UPLOAD_MB", "500"))  # the largest file
FILE_UPLOAD_HANDLERS = [
    "concord.ui.uploads.BoundedUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Where pages are found from outside: what a letter links to.
ADDRESS = (
    os.environ.get("CONCORD_ADDRESS") or (CSRF_TRUSTED_ORIGINS or ["http://127.0.0.1:8000"])[0]
)
# Mail: without a server named, it is printed.
_OUT = mail_settings.outgoing(os.environ.get("CONCORD_MAIL_OUT", ""))
EMAIL_BACKEND = os.environ.get("CONCORD_EMAIL_BACKEND") or _OUT.backend
EMAIL_HOST, EMAIL_PORT = _OUT.host, _OUT.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _OUT.user, _OUT.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _OUT.starttls, _OUT.tls
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("CONCORD_MAIL_FROM") or "concord@localhost"
MAIL_IN = mail_settings.incoming(os.environ.get("CONCORD_MAIL_IN", ""))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("CONCORD_LOG", "WARNING")},
}
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"
