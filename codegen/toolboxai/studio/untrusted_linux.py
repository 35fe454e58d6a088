"""What Linux has against a process that may run anything: a filter of system calls (seccomp), and Landlock beside it.

The filter names what a process needs to compute, to answer on what is open and to end; the kernel refuses every other
call with EPERM, also those that it will have one day. Landlock refuses files and connections once more, by other means.
"""

import ctypes
import functools
import os
import platform
import struct

# By x86_64's number and aarch64's (the kernel's arch/x86/entry/syscalls/syscall_64.tbl and asm-generic/unistd.h).
_ALLOWED = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215),
    "brk": (12, 214), "mremap": (25, 216), "madvise": (28, 233), "rt_sigreturn": (15, 139), "futex": (202, 98),
    "clock_gettime": (228, 113), "clock_getres": (229, 114), "clock_nanosleep": (230, 115), "nanosleep": (35, 101),
    "gettimeofday": (96, 169), "getrusage": (98, 165), "times": (100, 153), "sched_yield": (24, 124),
    "sched_getaffinity": (204, 123), "getpid": (39, 172), "gettid": (186, 178), "restart_syscall": (219, 128),
    "getrandom": (318, 278), "membarrier": (324, 283), "rseq": (334, 293), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip
_SETITIMER, _RT_SIGACTION, _TGKILL, _SECCOMP = (38, 103), (13, 134), (234, 131), (317, 277)
_ITIMER_PROF, _SIGPROF = 2, 27
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the numbers, and the kernel's name for the machine."""

_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06  # BPF: load a word, jump if equal, return
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050001  # the last one is EPERM
_NUMBER, _MACHINE, _FIRST_ARGUMENT = 0, 4, 16  # offsets in what a filter is shown

_PR_SET_PDEATHSIG, _SIGKILL, _PR_SET_NO_NEW_PRIVS = 1, 9, 38
_SET_MODE_FILTER, _ALL_THREADS, _AT_FULL_SPEED = 1, 1, 4

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same number on every machine
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many kinds of access to files each version of Landlock knows; later ones as many as the last."""


def die_with_parent() -> None:
    """A child whose server is killed goes too."""
    _system().prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)


def filter_calls() -> bool:
    """Whether the kernel took the filter; every thread of this process has it, and nothing removes it."""
    if platform.machine() not in _MACHINES or ctypes.sizeof(ctypes.c_void_p) != 8:
        return False
    column, machine = _MACHINES[platform.machine()]
    code = filter_code(column, machine, os.getpid())
    held = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
    _system().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return _call(_SECCOMP[column], _SET_MODE_FILTER, _ALL_THREADS | _AT_FULL_SPEED, program) == 0


def filter_code(column: int, machine: int, process: int) -> bytes:
    """The filter as BPF. A profiler may set its timer and handler, and the process may signal itself."""
    code = [_instruction(_LOAD, _MACHINE), _instruction(_EQUAL, machine, no=0, yes=1), _instruction(_RETURN, _KILL)]
    code.append(_instruction(_LOAD, _NUMBER))
    for numbers in _ALLOWED.values():
        code += [_instruction(_EQUAL, numbers[column], no=1), _instruction(_RETURN, _ALLOW)]
    for numbers, first in ((_SETITIMER, _ITIMER_PROF), (_RT_SIGACTION, _SIGPROF), (_TGKILL, process)):
        code += [
            _instruction(_EQUAL, numbers[column], no=4),
            _instruction(_LOAD, _FIRST_ARGUMENT),
            _instruction(_EQUAL, first, no=1),
            _instruction(_RETURN, _ALLOW),
            _instruction(_RETURN, _REFUSE),
        ]
    code.append(_instruction(_RETURN, _REFUSE))
    return b"".join(code)


def _instruction(operation: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    """``yes`` and ``no``: how many instructions to skip."""
    return struct.pack("=HBBI", operation, yes, no, value)


def restrict_files() -> bool:
    """Whether Landlock is there and refuses all that it knows of: files, connections, signals to others."""
    version = _call(_CREATE_RULESET, 0, 0, 1)
    if version < 1:
        return False
    files = (1 << _FILE_RIGHTS.get(version, 16)) - 1
    connections, others = 3 if version >= 4 else 0, 3 if version >= 6 else 0
    attributes = struct.pack("=QQQ", files, connections, others)[: 8 if version < 4 else 16 if version < 6 else 24]
    rules = _call(_CREATE_RULESET, attributes, len(attributes), 0)
    if rules < 0:
        return False
    _system().prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    restricted = _call(_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return restricted == 0


def _call(number: int, *arguments: int | bytes) -> int:
    """A system call that the C library has no name for; below 0 where it is refused."""
    words = [value if isinstance(value, bytes) else ctypes.c_long(value) for value in arguments]
    return int(_system().syscall(ctypes.c_long(number), *words))


@functools.cache
def _system() -> ctypes.CDLL:
    system = ctypes.CDLL(None)
    system.syscall.restype = ctypes.c_long
    system.prctl.argtypes = [ctypes.c_int, *[ctypes.c_ulong] * 4]
    return system
