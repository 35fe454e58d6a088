"""Ways out of a process, as Lua with `ffi` and with Python: each attempt answers "refused" or what it got."""

import re

_ATTEMPT = r"""
local out = {}
local function try(name, work)
	local ok, value = pcall(work)
	if not ok then
		out[name] = "refused: " .. tostring(value)
	else
		out[name] = tostring(value)
	end
end
"""

# name: C's answer, which is -1 (or what `refused` says) where the system refuses.
_FFI = {
    "open": "C.open('/etc/passwd', 0)",
    "open to write": "C.open('/tmp/untrusted', 66, ffi.cast('int', 420))",
    "creat": "C.creat('/tmp/untrusted', 420)",
    "socket": "C.socket(2, 1, 0)",
    "socket of the system": "C.socket(1, 1, 0)",
    "socketpair": "C.socketpair(1, 1, 0, ffi.cast('int *', room))",
    "pipe": "C.pipe(ffi.cast('int *', room))",
    "dup": "C.dup(3)",
    "fork": "C.fork()",
    "execv": "C.execv('/bin/true', ffi.cast('char **', room))",
    "kill of the parent": "C.kill(C.getppid(), 0)",
    "kill of everyone": "C.kill(-1, 0)",
    "ptrace": "tonumber(C.ptrace(16, C.getppid(), nil, nil))",
    "prctl": "C.prctl(22, 0)",
    "setitimer": "C.setitimer(0, room, nil)",
    "setrlimit": "C.setrlimit(7, room)",
    "sigprocmask": "C.sigprocmask(0, room, nil)",
    "unlink": "C.unlink('/tmp/untrusted')",
    "mkdir": "C.mkdir('/tmp/untrusted', 493)",
    "rename": "C.rename('/tmp/a', '/tmp/b')",
    "chdir": "C.chdir('/')",
    "access": "C.access('/etc/passwd', 4)",
    "shmget": "C.shmget(0, 4096, 512)",
    "signal": "C.signal(14, ffi.cast('void *', 1)) == ffi.cast('void *', -1) and -1",
    "popen": "C.popen('true', 'r') == nil and -1",
    "system": "C.system('true') ~= 0 and -1",
    "getenv": "C.getenv('PATH') == nil and -1",
    "environ": "C.environ[0] == nil and -1",
    "io.open": "io.open('/etc/passwd') == nil and -1",
    "io.popen": "not pcall(io.popen, 'true') and -1 or io.popen('true') == nil and -1",
    "os.execute": "os.execute('true') ~= 0 and -1",
    "os.getenv": "os.getenv('PATH') == nil and -1",
    "os.remove": "os.remove('/tmp/untrusted') == nil and -1",
    "package.loadlib": "package.loadlib('/usr/lib/libm.so.6', 'sin') == nil and -1",
}

_DECLARATIONS = """
int open(const char *, int, ...); int creat(const char *, int); int socket(int, int, int);
int socketpair(int, int, int, int *); int pipe(int *); int dup(int); int fork(void); int execv(const char *, char **);
int kill(int, int); int getppid(void); long ptrace(int, int, void *, void *); int prctl(int, ...);
int setitimer(int, const void *, void *); int setrlimit(int, const void *); int sigprocmask(int, const void *, void *);
int unlink(const char *); int mkdir(const char *, int); int rename(const char *, const char *); int chdir(const char *);
int access(const char *, int); int shmget(int, size_t, int); void *signal(int, void *); int system(const char *);
void *popen(const char *, const char *); char *getenv(const char *); extern char **environ;
"""

_PYTHON = {
    "open": "open('/etc/passwd')",
    "open to write": "open('/tmp/untrusted', 'w')",
    "os.open": "os.open('/', 0)",
    "os.listdir": "os.listdir('/')",
    "os.fork": "os.fork()",
    "os.kill": "os.kill(os.getppid(), 9)",
    "os.posix_spawn": "os.posix_spawn('/bin/true', ['true'], {})",
    "os.pipe": "os.pipe()",
    "os.dup": "os.dup(3)",
    "os.environ": "os.environ['PATH']",
    "os.stat": "os.stat('/')",
    "socket": "__import__('socket').socket()",
    "subprocess": "__import__('subprocess').run(['true'])",
    "threads": "__import__('threading').Thread(target=print).start()",
    "imports": "__import__('xmlrpc.client')",
    "resource": "__import__('resource').setrlimit(7, (10, 10))",
    "timers": "__import__('signal').setitimer(0, 0)",
    "handlers": "__import__('signal').signal(14, 1)",
    "masks": "__import__('signal').pthread_sigmask(0, [14])",
    "memory of the parent": "open('/proc/%d/mem' % os.getppid(), 'rb')",
    "shared memory": "__import__('mmap').mmap(os.open('/dev/shm', 0), 10)",
}


def by_ffi() -> tuple[str, set[str]]:
    """The program, and the names of its attempts."""
    tries = "\n".join(
        f"try('{name}', function() return ({work}) == -1 and 'refused' or 'granted' end)" for name, work in _FFI.items()
    )
    setup = f"local ffi = require('ffi')\nffi.cdef[[{_DECLARATIONS}]]\nlocal C, room = ffi.C, ffi.new('char[512]')\n"
    return f"{setup}{_ATTEMPT}{tries}\nreturn out", {*_FFI}


def _with_os(expression: str) -> str:
    return re.sub(r"\bos\.", "__import__('os').", expression)


def by_python() -> tuple[str, set[str]]:
    """Likewise, by `python.eval`."""
    tries = "\n".join(
        f"try('{name}', function() return python.eval([==[{work}]==]) end)"
        for name, work in zip(_PYTHON, map(_with_os, _PYTHON.values()), strict=True)
    )
    builtins = "try('builtins', function() return python.builtins.open('/etc/passwd') end)"
    return f"{_ATTEMPT}{tries}\n{builtins}\nreturn out", {*_PYTHON, "builtins"}


# mov eax, 20; int 0x80; ret: `getpid` as 32-bit programs ask for it, past any filter that looks at numbers alone.
MACHINE_CODE = r"""
local ffi = require('ffi')
ffi.cdef[[void *mmap(void *, size_t, int, int, int, long);]]
local page = ffi.C.mmap(nil, 4096, 7, 34, -1, 0)
ffi.copy(page, "\184\20\0\0\0\205\128\195")
return { pid = tostring(ffi.cast('int (*)(void)', page)()) }
"""
