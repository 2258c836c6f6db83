"""Models in the languages of other programs, made from the equations that run here."""
