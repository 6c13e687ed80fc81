"""Runs the application in gunicorn: a process for each core, and threads, because every slow reader or writer holds one."""

from __future__ import annotations

import gc
import os
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from archive.settings import Settings
from archive.web import tries
from archive.web.app import create_app
from archive.web.counts import Counts
from archive.web.refusals import PlainWorker

# The parent that owns the socket hands its number down here.
SOCKET_VARIABLE = "REMEMBRANCE_LISTEN_FD"
MANY_OBJECTS = 20_000
# More processes than these take memory that the worker needs.
MOST_PROCESSES = 4


class DiscreetLogger(Logger):  # type: ignore[misc]
    """Gunicorn's log without what tells who asked for what: addresses of visitors, addresses of pages, headers."""

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say that a request was refused, not whose it was or what was in it."""
        if msg.startswith("Invalid request from"):
            msg, args = "A request that is no HTTP was refused.", ()
        super().warning(msg, *args, **kwargs)

    def exception(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Say that a request could not be answered, with what broke and without the page's address."""
        if msg.startswith("Error handling request"):
            msg, args = "Error handling a request", ()
        super().exception(msg, *args, **kwargs)


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with what this archive needs of it and nothing read from the command line."""

    def __init__(self, settings: Settings, bind: str) -> None:
        self._settings = settings
        self._bind = bind
        self._processes = settings.web_processes or min(os.cpu_count() or 1, MOST_PROCESSES)
        # Made before the processes that serve, each of which is forked from this one.
        self._counts = Counts()
        super().__init__()

    def load_config(self) -> None:
        """Say how to serve: no access log, for it would hold addresses and user agents."""
        options = {
            "bind": self._bind,
            "worker_class": PlainWorker,
            "workers": self._processes,
            "threads": self._settings.web_threads,
            "timeout": 120,
            "graceful_timeout": 10,
            "keepalive": 5,
            # As long as gunicorn lets it be: what is searched for is told to be too long by a page that keeps it.
            "limit_request_line": 8190,
            "accesslog": None,
            "errorlog": "-",
            "loglevel": "warning",
            "logger_class": DiscreetLogger,
            "control_socket_disable": True,
            "proc_name": "remembrance-web",
            "worker_tmp_dir": str(self._settings.run),
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the application, in the process that serves it."""
        app = create_app(self._settings, counts=self._counts)
        tries.share(app, self._processes)
        # What is there for good is not looked through again while pages are made, of which each makes thousands of objects.
        gc.collect()
        gc.freeze()
        gc.set_threshold(MANY_OBJECTS, 20, 20)
        return app


def run() -> None:
    """Serve until told to stop."""
    settings = Settings.load()
    socket_number = os.environ.get(SOCKET_VARIABLE)
    bind = f"fd://{socket_number}" if socket_number else settings.bind
    Server(settings, bind).run()
