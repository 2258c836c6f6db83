"""Colour cards: found, read, refused by name; the correction they give, and the scale."""

from skintwin.photo.cards.card import Card, read_card
from skintwin.photo.cards.errors import CardError
from skintwin.photo.cards.kinds import CardKind, card_kinds

__all__ = ["Card", "CardError", "CardKind", "card_kinds", "read_card"]
