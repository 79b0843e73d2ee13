"""``python -m medtext``."""

from medtext.cli import main

main()
