"""The product's own settings, with a data folder of its own and quick password hashes."""

import os
from pathlib import Path

os.environ["TRELLIS_DATA"] = str(Path(__file__).resolve().parents[1] / "var" / "test")
for name in [
    name
    for name in os.environ
    if name.startswith(("TRELLIS_SMTP", "TRELLIS_MAIL", "TRELLIS_TWILIO", "TRELLIS_INBOUND", "TRELLIS_OIDC"))
]:
    del os.environ[name]

from trellis.config.settings import *  # noqa: E402, F403
from trellis.config.settings import DATABASES, IS_ONE_PROCESS, ROOMY, STATIC_ROOT, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# Threads of a live server end with their test; a connection kept in one would be left open.
DATABASES["default"]["CONN_MAX_AGE"] = 0
if suffix := os.environ.get("TRELLIS_TEST_SUFFIX"):
    DATABASES["default"]["TEST"] = {"NAME": f"test_trellis_{suffix}"}
if IS_ONE_PROCESS:
    # A file, as in earnest: in memory whoever writes is refused while another thread reads. Nobody waits for the disk.
    DATABASES["default"]["TEST"] = {"NAME": str(Path(os.environ["TRELLIS_DATA"]) / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
# whitenoise warns of a folder that is not there.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# A test is one process. That several count wrong tries together is told by web/tests/test_counting_together.py.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": ROOMY}}
