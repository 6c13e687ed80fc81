"""Lets `python -m archive` be `remembrance`."""

from archive.cli import main

if __name__ == "__main__":
    main()
