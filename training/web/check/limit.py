"""How often one client may ask: counted by address and minute in the cache, and forgotten with it."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.core.cache import cache
from django.http import HttpRequest

from training.conf import conf

WINDOW = 60  # seconds


def wait(request: HttpRequest, *, kind: str, most: int, now: datetime) -> int:
    """Count this request; return how many seconds to wait before the next is answered, 0 while there is no need.

    Each process counts for itself where they share no cache. No address is
    stored, only its digest, for two minutes.
    """
    second = int(now.timestamp())
    key = sha256(f"{kind} {client(request)} {second // WINDOW}".encode()).hexdigest()
    key = f"privacy_training.check.{key}"
    cache.add(key, 0, timeout=2 * WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # pushed out of a full cache in between
        return 0
    return WINDOW - second % WINDOW if count > most else 0


def client(request: HttpRequest) -> str:
    """Where a request comes from: an address, or the network that one subscriber has in IPv6.

    Behind proxies it is what the outermost of those we trust has seen; what
    stands further left in the header is the client's own invention.
    """
    address = str(request.META.get("REMOTE_ADDR", ""))
    if proxies := conf.trusted_proxies:
        passed = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        address = passed[-proxies].strip() if len(passed) >= proxies else address
    try:
        found = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return str(found) if isinstance(found, IPv4Address) else str(IPv6Network((found, 64), strict=False))
