"""Errors that a person meets. Each says what was wrong, where, what was expected and what to do."""

from __future__ import annotations


class SkintwinError(Exception):
    """Base of every error meant to be read by a user.

    Parameters
    ----------
    what: what was wrong, in one clause.
    where: file, field or pixel region, or None.
    expected: what would have been right, or None.
    do: what the reader can do about it, or None.
    """

    def __init__(
        self, what: str, *, where: str | None = None, expected: str | None = None, do: str | None = None
    ) -> None:
        self.what, self.where, self.expected, self.do = what, where, expected, do
        parts = [f"{where}: {what}" if where else what]
        if expected:
            parts.append(f"expected {expected}")
        if do:
            parts.append(do)
        super().__init__("; ".join(parts))


class ConfigError(SkintwinError):
    """A study, a plan or an option that cannot be used as written."""


class PhotographError(SkintwinError):
    """A picture that cannot be read, or cannot be measured safely."""


class LedgerError(SkintwinError):
    """The evidence ledger is missing a number, a unit or a source, or contradicts itself."""


class RunError(SkintwinError):
    """A run that could not be written, read or resumed."""
