"""What every answer says about itself: where it may load from, who may frame it, how long it may be kept."""

from __future__ import annotations

from flask import Flask, Response, request

from archive.settings import Settings
from archive.web.visitors import visitor

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
    ),
}
# The one page on which a voice is recorded, and listened to before it is sent.
RECORDING = "uploads.record"
TWO_YEARS_HSTS = "max-age=63072000; includeSubDomains"
PRIVATE = frozenset(
    {"account", "preserve", "contribute", "mine", "allow", "more", "uploads", "tus", "leaving", "receipts"}
    | {"own", "factor", "passkeys", "entering", "people", "asking"}
)
PRIVATE_CACHE = "no-store"
# Withdrawn is withdrawn at once: whatever keeps a copy has to ask each time whether it still may show it.
PUBLIC_CACHE = "no-cache"
STATIC_CACHE = "public, max-age=31536000, immutable"


def install(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer of `app`, whatever made it."""
    app.config["TRUSTED_HOSTS"] = list(settings.trusted_hosts) or None

    @app.after_request
    def protect(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if request.endpoint == RECORDING:
            _let_record(response)
        if response.headers.get("Access-Control-Allow-Origin") == "*" and not visitor().is_known:
            # What programs of other sites may ask for their pages may show; never what is told to somebody alone.
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if settings.secure_cookies:
            response.headers["Strict-Transport-Security"] = TWO_YEARS_HSTS
        response.headers["Cache-Control"] = _cache_control(response)
        response.vary.add("Cookie")
        return response


def _let_record(response: Response) -> None:
    policies = {"Permissions-Policy": ("microphone=()", "microphone=(self)")}
    policies["Content-Security-Policy"] = ("media-src 'self'", "media-src 'self' blob:")
    for name, (usual, here) in policies.items():
        response.headers[name] = HEADERS[name].replace(usual, here)


def _cache_control(response: Response) -> str:
    if (
        # What is hidden answers like what never was: of neither does anybody keep the answer.
        response.status_code >= 400
        or request.blueprint in PRIVATE
        or "Set-Cookie" in response.headers
        or visitor().is_known
        # A page may say of itself that nobody is to keep it.
        or response.headers.get("Cache-Control") == PRIVATE_CACHE
    ):
        return PRIVATE_CACHE
    if request.endpoint == "static" and response.status_code == 200 and "v" in request.args:
        return STATIC_CACHE
    return PUBLIC_CACHE
