"""Photographs: reading them safely, their scale, and the outline of the lesion that they show.

``intake``   file -> linear colour, with what was assumed and what was dropped said.
``scale``    millimetres per pixel, given, derived or stated as unknown.
``outline``  the lesion as a mask and a polygon, found (``find_outline``, ``region``) or given (``polygon``).
``ring``     normal-looking skin around the lesion.
``crop``     a square of linear colour on a patch's grid, and the way back to the full photograph.
``overlay``  a picture of what was seen.
"""
