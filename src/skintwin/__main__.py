"""``python -m skintwin``."""

from skintwin.cli import main

main()
