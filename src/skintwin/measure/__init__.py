"""Measurements, each with unit, method and error. The same code reads photographs and rendered skin.

``observation``     one measured value. ``table`` writes them as text and CSV.
``colour_indices``  L*a*b*, ITA and CIEDE2000 to perilesional skin.
``area``            lesion area and diameter.
``contrast``        pigment of the lesion against its surroundings.
``repigmentation``  share of the lesion whose contrast has closed.
``pattern``         whether new pigment gathers around follicles or along the margin.
``maps``            pigment maps of a photograph.
"""
