"""Why a card could not be used, by name. Each says what, where, what was expected and what to do."""

from __future__ import annotations

from skintwin.errors import PhotographError


class CardError(PhotographError):
    """Base of the refusals of a colour card."""


class NoCardError(CardError):
    """No card was found."""


class PartialCardError(CardError):
    """Part of the card lies outside the picture."""


class OccludedCardError(CardError):
    """Something lies on the card."""


class SaturatedCardError(CardError):
    """Too many patches are at the ceiling of the file."""


class ShadowedCardError(CardError):
    """The light differs too much over the card: shadow, or gloss."""


class MirroredCardError(CardError):
    """The order of the patches is that of a mirror image."""


class SeveralCardsError(CardError):
    """More than one card, and nobody said which."""


class SmallCardError(CardError):
    """The patches are too few pixels wide for their colour to be their own."""


class UnlikeCardError(CardError):
    """What is there has not the colours of the card that was named."""
