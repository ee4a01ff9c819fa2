"""Runs a command as root where user namespaces are forbidden, as in many containers.

It does so in a user namespace that maps every user onto itself and allows no further one.
"""

import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000


def main(*command: str) -> int:
    entered, allowed = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        assert ctypes.CDLL(None).unshare(CLONE_NEWUSER) == 0
        os.write(entered[1], b".")
        os.read(allowed[0], 1)
        os.setresgid(0, 0, 0)
        os.setresuid(0, 0, 0)
        with open("/proc/sys/user/max_user_namespaces", "w") as limit:
            limit.write("0")
        os.execv(command[0], command)
    os.read(entered[0], 1)
    for name in ("uid_map", "gid_map"):
        with open(f"/proc/{child}/{name}", "w") as file:
            file.write("0 0 65536")
    os.write(allowed[1], b".")
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
