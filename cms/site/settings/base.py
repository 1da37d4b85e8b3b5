"""Settings common to every way of running the reference site. State lives under ``var/``, keys come from files."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF

from cms.site.settings.identity import form_targets, providers
from cms.site.settings.workers import jobs, webhooks

BASE_DIR = Path(__file__).resolve().parents[3]
VAR = Path(os.environ.get("VAR_DIR", BASE_DIR / "var"))

INSTALLED_APPS = [
    "cms",
    "training",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "cms.site.middleware.ContentSecurityPolicyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "training.web.identity.means.GuardedMeansMiddleware",
]

ROOT_URLCONF = "cms.site.urls"
WSGI_APPLICATION = "cms.site.wsgi.application"
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

DATABASES = {"default": dj_database_url.parse(os.environ.get("DATABASE_URL", f"sqlite:///{VAR / 'db.sqlite3'}"))}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers read while one writes; IMMEDIATE makes a second writer wait its turn instead of failing half-way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    INSTALLED_APPS.append("django.contrib.postgres")  # Wagtail's search has its fields, and Django 6.1 checks for it
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
# Only words of Wagtail's scripts, which its own Japanese catalogue lacks (djangojs).
LOCALE_PATHS = [BASE_DIR / "cms" / "site" / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTHENTICATION_BACKENDS = [
    "training.people.sign_in.StaffNumberBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "training.web.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "training.web.accounts.LoginForm",
    "reset_password": "training.web.accounts.ResetPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "add_webauthn": "training.web.passkeys.AddPasskeyForm",
    "edit_webauthn": "training.web.passkeys.EditPasskeyForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
SOCIALACCOUNT_ADAPTER = "training.web.identity.accounts.Identities"
SOCIALACCOUNT_PROVIDERS = providers(os.environ)
SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = True  # to link an identity, for one may sign with it

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [SELF],
        "form-action": [SELF, *form_targets(os.environ)],
        "frame-ancestors": [SELF],
        "object-src": [NONE],
    }
}

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

WAGTAIL_SITE_NAME = "個人情報保護研修"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False  # a new password can be sent there: HR changes it, not an open screen
WAGTAIL_PASSWORD_RESET_ENABLED = False  # it would go to the account's address: allauth's page asks the staff list
WAGTAIL_I18N_ENABLED = False
WAGTAIL_CONTENT_LANGUAGES = [("ja", "日本語")]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ja", "日本語"), ("en", "English")]
# Only words of Wagtail's scripts, which its own Japanese catalogue lacks (djangojs).
LOCALE_PATHS = [BASE_DIR / "cms" / "site" / "locale"]
WAGTAILADMIN_BASE_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000")
WAGTAILDOCS_EXTENSIONS = ["pdf"]

PRIVACY_TRAINING = {
    "COMPANY_NAME": "富士インフォックス・ネット株式会社",
    "OFFICER_TITLE": "代表取締役",
    "OFFICER_NAME": "近藤 俊一",
    "CONTACT_EMAIL": "privacy@infoxnet.co.jp",
    "PUBLIC_URL": os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000"),
    "LEDGER_KEY_FILE": Path(os.environ.get("LEDGER_KEY_FILE", VAR / "keys" / "ledger.pem")),
    "SIGNING_KEY_FILE": Path(os.environ.get("SIGNING_KEY_FILE", VAR / "keys" / "signing.pem")),
    "SIGNING_CERTIFICATE_FILE": Path(os.environ.get("SIGNING_CERTIFICATE_FILE", VAR / "keys" / "signing.crt.pem")),
    "WITNESS_ADDRESSES": os.environ.get("WITNESS_ADDRESSES", "").split(),
    "TSA_URL": os.environ.get("TSA_URL", ""),
    "CLOSED_DAYS": os.environ.get("CLOSED_DAYS", "").split(),
    "REMINDER_HR_ADDRESSES": os.environ.get("REMINDER_HR_ADDRESSES", "").split(),
    "WEBHOOKS": webhooks(os.environ),
    "EVIDENCE_ROOT": VAR / "evidence",
    "IDENTITY_NUMBER_CLAIM": os.environ.get("OIDC_STAFF_NUMBER_CLAIM", ""),
    "FONTS": BASE_DIR / "static" / "vendor" / "fonts",
}

_apps, _settings = jobs(os.environ)
INSTALLED_APPS += _apps
globals().update(_settings)
