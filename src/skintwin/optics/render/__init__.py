"""Rendering: from maps of pigment and blood to what a camera's channels receive, light spreading sideways included."""
