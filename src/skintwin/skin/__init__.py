"""Anatomy: sites, phototypes, follicles, the names and units of the fields."""
