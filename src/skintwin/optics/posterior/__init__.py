"""What a pixel's colour says of the skin: population, posterior network, table, exact reference, information bound."""
