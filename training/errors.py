"""The one family of errors: rooms raise reasons, views and commands phrase them."""

from __future__ import annotations

from django.utils.functional import Promise


class TrainingError(Exception):
    """The request cannot be carried out, and ``message`` says why to the person who made it.

    ``message`` is written for that person (translatable, without personal
    values of anybody else); nothing has been written when it is raised.
    """

    def __init__(self, message: str | Promise) -> None:
        super().__init__(str(message))
        self.message = message


class NotAllowed(TrainingError):
    """This person may not do this, whatever the state."""


class NotReady(TrainingError):
    """This cannot be done yet: something must happen first, and the message says what."""


class Conflict(TrainingError):
    """The state has moved on: the request names a version, paper or nonce that is no longer the current one."""


class Invalid(TrainingError):
    """The input does not have the promised shape; the message names what and where."""
