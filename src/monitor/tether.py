"""Run a command that is told to stop when the process that started it dies, even by kill -9.

Run as a file: ``python -I -S tether.py PARENT_PID SIGNAL USER_ID GROUP_ID COMMAND…``; it becomes the command, so the process
number stays. USER_ID -1 keeps the user. The kernel forgets the wish when a process changes its user, so both happen here, in this
order. Where the platform has no such wish (outside Linux) the command simply runs.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Change the user, ask for the signal, become the command."""
    parent_id, signal_number, user_id, group_id = map(int, arguments[:4])
    command = arguments[4:]
    # Loaded before the user changes: the new one may not be able to read this interpreter's files.
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    if user_id >= 0:
        os.setgroups([])
        os.setgid(group_id)
        os.setuid(user_id)
    if libc is not None:
        libc.prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent_id:
            sys.exit("the process that started this one has ended meanwhile")
    os.execv(command[0], command)  # noqa: S606 - becoming the command is what this file is for


if __name__ == "__main__":
    main(sys.argv[1:])
