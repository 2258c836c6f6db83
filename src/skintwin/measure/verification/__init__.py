"""How well photographs are measured: phantoms go through the very code that measures patients, against their truth."""
