"""Stands for the W&B SDK where SIGTERM is concerned: the names, the exit handler and the replaced sys.exit are those of 0.28.2."""

import atexit
import sys
import threading

from wandb.sdk import wandb_setup

run = None
finish = "works"  # or "raises", "hangs"

_lock = threading.Lock()
_code = 0


class _Settings:
    def __init__(self, noop):
        self._noop = noop


class _Run:
    def __init__(self, noop):
        self._settings = _Settings(noop)


def init(disabled=False, create_new=False):
    global run
    opened = _Run(disabled)
    if create_new:
        wandb_setup._singleton._active_runs.append(opened)
    else:
        run = opened
    if not disabled:
        _hook_exit()
        atexit.register(_close)


def log(meanwhile):
    """Holds the lock that the exit handler needs."""
    with _lock:
        meanwhile()


def _hook_exit():
    original = sys.exit

    def exit(code=0):
        global _code
        _code = code
        original(code)

    sys.exit = exit


def _close():
    print("closing", flush=True)
    if finish == "raises":
        raise RuntimeError("no way to close")
    if finish == "hangs":
        threading.Event().wait()
    if finish == "takes a while":
        sys.stdin.read()
    with _lock:
        print("closed", _code, flush=True)
