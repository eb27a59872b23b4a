"""Lets SIGTERM end a W&B run as the end of a script does. For Python 3.8 and later; see docs/sidecar.md.

Put this file's directory into PYTHONPATH. Without it an offline SDK loses up to 32 KiB of rows on SIGTERM: its service writes the last block of
the run file only when it is asked to end, which the SDK does at exit, and it is killed together with a Python that dies of the signal.

The handler raises SystemExit in the main thread instead of calling wandb.finish(): it may have interrupted the SDK while that holds a lock that
finish() needs as well (AsyncioManager._lock in 0.28.2), which would be waited for for ever. SystemExit lets go of the locks on its way out, and
the SDK's own exit handler then closes all open runs, with the code it saw in sys.exit().

Nobody who did not ask for it should notice: where no run is open, in other processes than the one that was started, and wherever something is
not as expected, SIGTERM does what it did.
"""

import importlib.machinery
import importlib.util
import os
import signal
import sys

_EXIT_CODE = 128 + signal.SIGTERM


def _run_is_open():
    """Imports nothing of the SDK and takes none of its locks. Names with an underscore are those of 0.28.2; without them nothing is done."""
    run = getattr(sys.modules.get("wandb"), "run", None)
    if run is not None:
        return not run._settings._noop
    # Runs of wandb.init(reinit="create_new") are not in wandb.run.
    setup = getattr(sys.modules.get("wandb.sdk.wandb_setup"), "_singleton", None)
    return bool(getattr(setup, "_active_runs", None))


def _end_now(signum, frame):
    os._exit(_EXIT_CODE)


def _on_sigterm(signum, frame):
    try:
        is_open = _run_is_open()
        # False as soon as the interpreter waits for threads and calls exit handlers: the SDK is about to close its runs by itself.
        threading = sys.modules.get("threading")
        is_running = is_open and (threading is None or threading.main_thread().is_alive())
    except Exception:  # Whatever it is, the signal must have its effect.
        is_open = is_running = False
    # The next signal ends the process at once, also when the SDK hangs. Process 1 of a PID namespace cannot be ended by a default action.
    signal.signal(signum, _end_now if is_open and os.getpid() == 1 else signal.SIG_DFL)
    if is_running:
        sys.exit(_EXIT_CODE)  # Looked up now: the SDK puts its own function there.
    if not is_open:
        signal.raise_signal(signum)
        signal.signal(signum, _on_sigterm)  # Only process 1 comes here.


def _restore_in_fork():
    if signal.getsignal(signal.SIGTERM) in (_on_sigterm, _end_now):
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _install():
    if "--multiprocessing-fork" in sys.argv:
        return  # A child of multiprocessing that is no fork: terminate() must end it whatever it does.
    try:
        # A handler that is there already, and a signal that is ignored, have somebody who wants that.
        if signal.getsignal(signal.SIGTERM) == signal.SIG_DFL:
            os.register_at_fork(after_in_child=_restore_in_fork)
            signal.signal(signal.SIGTERM, _on_sigterm)
    except Exception:  # An interpreter inside another program, or a system without this: the trainer must start all the same.
        pass


def _run_hidden():
    """Python imports only the first sitecustomize of the path. The one that this file hides takes its place, also in sys.modules."""
    # By what the name leads to: in a volume of Kubernetes it is a link into another folder.
    own = os.path.realpath(__file__)
    others = [entry for entry in sys.path if os.path.realpath(os.path.join(entry, "sitecustomize.py")) != own]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", others)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


try:
    _run_hidden()
finally:
    _install()
