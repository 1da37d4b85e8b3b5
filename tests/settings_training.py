"""Settings without Wagtail: what `training` needs and no more. Also what mypy reads."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
import django

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))
SECRET_KEY = "only-for-tests"
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
LANGUAGE_CODE = "ja"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "tests.urls_training"
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "training",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "training.web.identity.means.GuardedMeansMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = [
    "training.people.sign_in.StaffNumberBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL", f"sqlite:///{VAR / 'test' / 'nothing-but-tests.sqlite3'}")
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, as in production: threads on a database in memory would share one connection, hence one transaction.
    (VAR / "test").mkdir(parents=True, exist_ok=True)
    # One for each process: two runs in one checkout do not meet.
    DATABASES["default"]["TEST"] = {"NAME": VAR / "test" / f"training-{os.getpid()}.sqlite3"}
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",
    }
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
ACCOUNT_ADAPTER = "training.web.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "training.web.accounts.LoginForm",
    "reset_password": "training.web.accounts.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "training.web.passkeys.AddPasskeyForm",
    "edit_webauthn": "training.web.passkeys.EditPasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "training.web.identity.accounts.Identities"
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"provider_class": "training.web.identity.provider.IdentityProvider", "APPS": []}
}
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
PRIVACY_TRAINING = {
    "COMPANY_NAME": "富士インフォックス・ネット株式会社",
    "OFFICER_NAME": "近藤 俊一",
    "LEDGER_KEY_FILE": VAR / "test" / "ledger.pem",
    "SIGNING_KEY_FILE": VAR / "test" / "signing.pem",
    "SIGNING_CERTIFICATE_FILE": VAR / "test" / "signing.crt.pem",
}
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
