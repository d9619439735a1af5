"""Ctrl-C that comes too late to stop a call: it is let through when the call has returned.

Python raises `KeyboardInterrupt` as soon as a call ends, before its result is assigned, so that the
result would be lost.
"""

from __future__ import annotations

import signal
import sys
import threading
import time

INTERVAL = 0.002
"""How often it is looked whether the call has returned, in seconds."""


def postpone() -> None:
    """Send SIGINT once more when the Python code that called is past its call.

    The native module calls this, so the frame before this one is that of the code which called the
    module.
    """
    caller = sys._getframe(1)
    thread = threading.Thread(
        target=_send, args=(caller, caller.f_lasti), name="citymatch-interrupt", daemon=True
    )
    del caller
    thread.start()


def _send(caller: object, instruction: int) -> None:
    main = threading.main_thread().ident
    while _is_calling(main, caller, instruction):
        time.sleep(INTERVAL)
    del caller
    if hasattr(signal, "pthread_kill") and main is not None:
        # It ends what the code waits for by now.
        signal.pthread_kill(main, signal.SIGINT)
    else:
        signal.raise_signal(signal.SIGINT)


def _is_calling(main: int | None, caller: object, instruction: int) -> bool:
    """Whether a thread is still at one instruction of a frame, or in what that calls."""
    frame = sys._current_frames().get(main) if main is not None else None
    while frame is not None:
        if frame is caller:
            return frame.f_lasti == instruction
        frame = frame.f_back
    return False
