"""A photograph of skin: light, sensor, lens, noise, white balance, colour matrix and compression, one file each."""
