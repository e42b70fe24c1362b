"""``python -m monitor.cli``."""

from monitor.cli import main

if __name__ == "__main__":  # a process that helps an import reads this file too
    main()
