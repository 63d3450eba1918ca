"""Addresses as errors name them."""

from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Return host and port of ``url``, without the name and password it may hold."""
    try:
        return urlsplit(url if "//" in url else f"//{url}").netloc.rpartition("@")[2] or "no host"
    except ValueError:
        return "an address that cannot be read"
