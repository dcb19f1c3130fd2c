"""What befalls gateways that share a database; over at the end of each `with`."""

import signal
from contextlib import contextmanager

from postgres import Postgres
from programs import Gateway, Helper


@contextmanager
def killed(what: Gateway | Postgres | Helper):
    """kill -9, and a start afterwards. Of a cable.py: all connections are cut, and new ones refused."""
    what.kill()
    yield
    what.start()


@contextmanager
def stopped(node: Gateway):
    """It stands still, with all its connections open."""
    node.process.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        node.process.send_signal(signal.SIGCONT)
