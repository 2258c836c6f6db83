"""Dermal pigment: melanin dropped into the dermis and its slow clearance."""

from __future__ import annotations

from skintwin.engine.process import Process
from skintwin.engine.quantities import table


class DermalPigment(Process):
    """Dermal pigment: melanin dropped into the dermis and its slow clearance."""

    name = "dermal_pigment"
    title = "Dermal pigment"
    idle_unless_given = False
    quantities = table(
        """
        field|melanin_dermal|D|um|0|melanin in melanophages of the papillary dermis, as a column
        """
    )
