"""Where private files lie: a folder of this machine, or a bucket that speaks S3."""

from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

EXAMPLE = "s3://KEY:SECRET@s3.sa-east-1.amazonaws.com/bucket?region=sa-east-1"


def media_storage(url: str, default_folder: Path) -> dict:
    """Return the entry of settings.STORAGES for a MEDIA_STORAGE_URL; '' means the default folder.

    file:///folder, s3://key:secret@host[:port]/bucket?region=..., or s3+http:// where the server
    has no TLS. Raises ImproperlyConfigured with a sentence.
    """
    parts = urlsplit(url)
    if not url:
        return _folder(default_folder)
    elif parts.scheme == "file":
        return _folder(Path(unquote(parts.path)))
    elif parts.scheme in ("s3", "s3+http"):
        return _bucket(parts)
    else:
        raise ImproperlyConfigured(
            f"MEDIA_STORAGE_URL is not understood; write file:///folder or {EXAMPLE}"
        )


def _folder(path: Path) -> dict:
    return {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        # Only this program reads them: there is no address under which a web server would.
        "OPTIONS": {
            "location": str(path), "base_url": None,
            "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700,
        },
    }  # fmt: skip


def _bucket(parts) -> dict:
    bucket = parts.path.strip("/")
    if not (parts.hostname and parts.username and parts.password and bucket) or "/" in bucket:
        raise ImproperlyConfigured(f"MEDIA_STORAGE_URL names no bucket; write {EXAMPLE}")
    # Only where it is used: it is large.
    from botocore.config import Config

    scheme = "http" if parts.scheme == "s3+http" else "https"
    port = f":{parts.port}" if parts.port else ""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "access_key": unquote(parts.username),
            "secret_key": unquote(parts.password),
            "bucket_name": bucket,
            "endpoint_url": f"{scheme}://{parts.hostname}{port}",
            "region_name": parse_qs(parts.query).get("region", ["us-east-1"])[0],
            "default_acl": None,
            "file_overwrite": True,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                # Servers other than Amazon's know no checksums behind the body.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                connect_timeout=5,
                read_timeout=30,
                retries={"max_attempts": 2},
            ),
        },
    }
