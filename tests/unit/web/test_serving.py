"""The web server uses what the machine has, and no more than that leaves for the worker."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from archive.settings import Settings
from archive.web.serving import Server


@pytest.mark.parametrize(("wanted", "cores", "processes"), [(0, 2, 2), (0, 1, 1), (0, 64, 4), (3, 2, 3)])
def test_there_is_a_process_of_pages_for_each_core(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, wanted: int, cores: int, processes: int
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    server = Server(replace(settings, web_processes=wanted), "127.0.0.1:0")
    assert server.cfg.workers == processes
    assert server.cfg.threads == settings.web_threads
    assert server.cfg.accesslog is None
