"""``python -m bot`` is ``marty``."""

from bot.cli import main

if __name__ == "__main__":
    main()
