"""`python -m archive.web`: the web server alone, on the address of the settings or a socket handed down."""

from __future__ import annotations

from archive.web.serving import run

if __name__ == "__main__":
    run()
