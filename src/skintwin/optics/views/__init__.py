"""What a dermatologist looks at, one view a function: from maps of a patch to a picture."""
