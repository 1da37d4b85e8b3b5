"""Ask a time stamp authority when something was there (RFC 3161)."""

from __future__ import annotations

import requests
from asn1crypto import cms, tsp
from django.utils.translation import gettext_lazy as _
from pyhanko.sign.timestamps import TimeStamper

from training.certificates.sign import LONGEST_TIME_STAMP
from training.errors import NotReady

PATIENCE = 5  # seconds: whoever reissues or orders an edition holds a transaction meanwhile
_GRANTED = frozenset({"granted", "granted_with_mods"})


def time_stamp(digest: bytes, *, url: str) -> cms.ContentInfo:
    """Return the authority's token over a SHA-256 digest.

    The token is for this digest and this request; whose it is, whoever relies
    on it checks. Raises ``NotReady`` where the authority cannot be reached,
    refuses, or answers with something else.
    """
    nonce, request = TimeStamper().request_cms(digest, "sha256")  # type: ignore[no-untyped-call]
    try:
        answer = requests.post(
            url, request.dump(), headers={"Content-Type": "application/timestamp-query"}, timeout=PATIENCE
        )
        answer.raise_for_status()
    except requests.RequestException as reason:
        raise NotReady(
            _("The time stamp authority %(url)s cannot be reached. Nothing was issued; please try again later.")
            % {"url": url}
        ) from reason
    try:
        return _token(answer.content, digest=digest, nonce=nonce)
    except (ValueError, TypeError, KeyError, AttributeError) as reason:  # whatever asn1crypto makes of garbage
        raise NotReady(
            _("The time stamp authority %(url)s gave no time stamp. Nothing was issued; please try again later.")
            % {"url": url}
        ) from reason


def _token(answer: bytes, *, digest: bytes, nonce: int) -> cms.ContentInfo:
    response = tsp.TimeStampResp.load(answer, strict=True)
    if response["status"]["status"].native not in _GRANTED:
        raise ValueError(f"refused: {response['status'].native}")
    token: cms.ContentInfo = response["time_stamp_token"]
    said = token["content"]["encap_content_info"]["content"].parsed
    imprint = said["message_imprint"].native
    if (imprint["hash_algorithm"]["algorithm"], imprint["hashed_message"]) != ("sha256", digest):
        raise ValueError("a time stamp of something else")
    if said["nonce"].native != nonce:
        raise ValueError("the answer to another request")
    if len(token.dump()) > LONGEST_TIME_STAMP - 64:
        raise ValueError("a time stamp longer than its place")
    return token
