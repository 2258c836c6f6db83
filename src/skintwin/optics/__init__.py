"""Light and skin: chromophores, layers, adding-doubling, spectra, colour and the inverse problem."""
