"""The token that every form of ours carries, so that no other site can send one in a visitor's name."""

from __future__ import annotations

from flask_wtf.csrf import CSRFProtect

protection = CSRFProtect()


def check_form() -> None:
    """Check the token of this request's form, in views that look at something else first; CSRFError if it is wrong."""
    protection.protect()
