"""Network namespaces without names: each lives as long as this process holds its descriptor, so nothing is left behind
however the process ends. A thread may enter one (setns(2)); what it opens or starts there stays there."""

import contextlib
import ctypes
import os
import signal
import subprocess

CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent):
    """The kernel ends this process when its parent ends, in whatever way (prctl(2)); it may have ended before."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        raise RuntimeError("nobody is there to report to")


def _check(result, call):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{call}: {os.strerror(error)}")


class NetworkNamespace:
    """A new network namespace. `kernel_name` is what other namespaces' tools may call it by."""

    def __init__(self, name):
        self.name = name
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _check(_libc.unshare(CLONE_NEWNET), "unshare")
            self.fd = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
            _check(_libc.setns(home, CLONE_NEWNET), "setns")
        finally:
            os.close(home)
        self.kernel_name = f"/proc/{os.getpid()}/fd/{self.fd}"

    @contextlib.contextmanager
    def entered(self):
        """This thread is inside for the length of a `with` block."""
        home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        try:
            _check(_libc.setns(self.fd, CLONE_NEWNET), "setns")
            yield self
        finally:
            _check(_libc.setns(home, CLONE_NEWNET), "setns")
            os.close(home)

    def run(self, *command, text=""):
        """Runs a tool inside and returns what it prints; raises with its own words when it fails."""
        with self.entered():
            done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} in {self.name}: {done.stderr.strip()}\n{text}")
        return done.stdout

    def write_sysctl(self, name, value):
        self.write_setting(name.replace(".", "/"), value)

    def write_setting(self, path, value):
        """The same by its path below /proc/sys: names of interfaces have dots."""
        with self.entered(), open("/proc/sys/" + path, "w", encoding="ascii") as file:
            file.write(str(value))

    def write_neighbour_sysctls(self, values):
        """Sets net.ipv4.neigh.* of every interface that there is."""
        with self.entered():
            for interface in os.listdir("/proc/sys/net/ipv4/neigh"):
                for name, value in values.items():
                    with open(f"/proc/sys/net/ipv4/neigh/{interface}/{name}", "w", encoding="ascii") as file:
                        file.write(str(value))
