"""Why two photographs could not be registered."""

from __future__ import annotations

from skintwin.errors import PhotographError


class RegistrationError(PhotographError):
    """The two photographs do not show the same place, or too little of it, to be compared point by point."""


class MirroredFollowUpError(RegistrationError):
    """One of the two photographs is a mirror image."""
