"""Runs parsers of untrusted files in a child process that has no network, little memory, little time and little room."""

from ingest.sandbox.limits import Limits
from ingest.sandbox.parent import Sandbox
from ingest.sandbox.pool import SandboxPool

__all__ = ["Limits", "Sandbox", "SandboxPool"]
