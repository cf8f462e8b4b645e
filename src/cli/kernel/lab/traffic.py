"""Programs that listen and clients that ask, all in one event loop: a socket belongs to the namespace it was opened in."""

import errno
import json
import os
import selectors
import socket
import struct
import time

IP_PKTINFO = 8
IP_RECVERR = 11
MARKER_BYTES = 12  # As much of a datagram as the rule trace shows.


class Loop:
    def __init__(self):
        self._selector = selectors.DefaultSelector()

    def watch(self, sock, events, callback):
        self._selector.register(sock, events, callback)

    def change(self, sock, events, callback):
        self._selector.modify(sock, events, callback)

    def leave(self, sock):
        """Watches it no longer; it stays open."""
        if sock.fileno() >= 0 and sock.fileno() in self._selector.get_map():
            self._selector.unregister(sock)

    def forget(self, sock):
        self.leave(sock)
        sock.close()

    def run(self, is_done, seconds):
        """Serves until `is_done()` or the time is over."""
        until = time.monotonic() + seconds
        while not is_done():
            left = until - time.monotonic()
            if left <= 0:
                return
            for key, _events in self._selector.select(left):
                key.data()


def listen(loop, space, listener):
    """Opens what a program of the lab has open; it answers with its name and the peer that it sees."""
    with space.entered():
        stream = listener["protocol"] == "tcp"
        sock = socket.socket(_family(listener["address"]), (socket.SOCK_STREAM if stream else socket.SOCK_DGRAM) | socket.SOCK_NONBLOCK)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((listener["address"], listener["port"]))
    if stream:
        sock.listen(1024)
        loop.watch(sock, selectors.EVENT_READ, lambda: _accept(loop, sock, listener))
    else:
        sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
        loop.watch(sock, selectors.EVENT_READ, lambda: _answer_datagrams(sock, listener))


def _accept(loop, sock, listener):
    try:
        connection, peer = sock.accept()
    except OSError:
        return
    connection.setblocking(False)
    answer = b"" if listener.get("silent") else _answer(listener["name"], peer)
    loop.watch(connection, selectors.EVENT_READ, lambda: _serve(loop, connection, answer))


def _serve(loop, connection, answer):
    try:
        data = connection.recv(4096)
        if data:
            connection.send(answer)
            return
    except OSError:
        pass
    loop.forget(connection)


def _answer_datagrams(sock, listener):
    while True:
        try:
            data, ancillary, _flags, peer = sock.recvmsg(4096, 64)
        except OSError:
            return
        # It answers from the address that was asked (in_pktinfo: interface, own address, destination in the header).
        asked = ancillary[0][2][8:12]
        text = b"r" + data[1:MARKER_BYTES] + b"\n" + _answer(listener["name"], peer)
        try:
            sock.sendmsg([text], [(socket.IPPROTO_IP, IP_PKTINFO, struct.pack("=I4s4s", 0, asked, asked))], 0, peer)
        except OSError:
            return


def _answer(name, peer):
    address = peer[0].removeprefix("::ffff:")
    return f"Hostname: {name}\nPeer: {f'[{address}]' if ':' in address else address}:{peer[1]}\n".encode()


def _family(address):
    return socket.AF_INET6 if ":" in address else socket.AF_INET


class Client:
    """One flow: asks once and notes how that ended. `result` is None until then."""

    def __init__(self, loop, space, flow):
        self._loop, self._space, self._flow = loop, space, flow
        self.result = None
        self._is_waiting = False
        self.started = time.monotonic()
        self._addresses = [address for address in (flow["address"], flow.get("otherwise")) if address is not None]
        self._try_next()

    def _try_next(self):
        address = self._addresses.pop(0)
        try:
            with self._space.entered():
                self._socket = self._open(address)
            self._begin(address)
        except OSError as error:
            self._refused(error.errno)

    def _open(self, address):
        kinds = {"icmp": (socket.SOCK_RAW, socket.IPPROTO_ICMP), "udp": (socket.SOCK_DGRAM, 0)}
        kind, protocol = kinds.get(self._flow["scheme"], (socket.SOCK_STREAM, 0))
        return socket.socket(_family(address), kind | socket.SOCK_NONBLOCK, protocol)

    def _begin(self, address):
        flow, sock = self._flow, self._socket
        if flow["scheme"] == "icmp":
            sock.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
            sock.connect((address, 0))
            sock.send(_echo(flow["port"], flow["marker"]))
            self._loop.watch(sock, selectors.EVENT_READ, self._on_echo)
            return
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("::" if ":" in address else "0.0.0.0", flow["port"]))
        failed = sock.connect_ex((address, flow["targetPort"]))
        if failed not in (0, errno.EINPROGRESS):
            raise OSError(failed, os.strerror(failed))
        if flow["scheme"] == "udp":
            sock.send(f"{flow['marker']}\n".encode())
            self._loop.watch(sock, selectors.EVENT_READ, self._on_answer)
        else:
            self._loop.watch(sock, selectors.EVENT_WRITE, self._on_connected)

    def _on_connected(self):
        failed = self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            self._refused(failed)
        elif self._flow["scheme"] == "tcp":
            self._end({"kind": "answered", "text": ""})
        else:
            self._socket.send(f"GET /{self._flow['marker']} HTTP/1.1\r\n\r\n".encode())
            self._loop.change(self._socket, selectors.EVENT_READ, self._on_answer)
            self._is_waiting = True

    def _refused(self, failed):
        if not self._addresses:
            return self._end({"kind": "error", "errno": errno.errorcode[failed]})
        self._loop.forget(self._socket)
        return self._try_next()

    def _on_answer(self):
        try:
            data = self._socket.recv(4096)
        except OSError as error:
            return self._end({"kind": "error", "errno": errno.errorcode[error.errno]})
        return self._end({"kind": "answered", "text": data.decode(errors="replace")})

    def _on_echo(self):
        try:
            data = self._socket.recv(4096)
        except OSError as error:
            return self._end({"kind": "error", "errno": errno.errorcode[error.errno]})
        header = (data[0] & 15) * 4
        kind, identifier = data[header], int.from_bytes(data[header + 4 : header + 6], "big")
        if kind == 0 and identifier == self._flow["port"]:
            return self._end({"kind": "answered", "text": "", "ttl": data[8]})
        return None

    def _end(self, result):
        self.result = result
        sock = getattr(self, "_socket", None)
        if sock is not None:
            self._loop.forget(sock)

    def give_up(self):
        if self.result is not None:
            return
        if self._is_waiting:
            # How a patient client takes leave of a silent server is another matter.
            self.result = {"kind": "timed-out"}
            self._loop.leave(self._socket)
        else:
            self._end({"kind": "timed-out"})


def _echo(identifier, marker):
    # As long as ping's, for rules that ask for a length.
    body = marker.encode().ljust(56)
    header = struct.pack(">BBHHH", 8, 0, 0, identifier, 1)
    return struct.pack(">BBHHH", 8, 0, _checksum(header + body), identifier, 1) + body


def _checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def warm_up(space, addresses):
    """Lets a machine find the MAC addresses of its neighbours, so that bridges and neighbour tables know them."""
    with space.entered():
        sock = socket.socket(socket.AF_INET, socket.SOCK_RAW | socket.SOCK_NONBLOCK, socket.IPPROTO_ICMP)
    for address in addresses:
        try:
            sock.sendto(_echo(0xFFFF, "warm-up-----"), (address, 0))
        except OSError:
            continue
    return sock


def keep_neighbours(space, addresses):
    """What a machine has learnt of its neighbours is made certain: one that it knows by hearsay (STALE) is asked again some
    seconds later. Tells whether it knows all these addresses."""
    known = [one for one in json.loads(space.run("ip", "-4", "-j", "neigh")) if "lladdr" in one]
    lines = "".join(f"neigh replace {one['dst']} lladdr {one['lladdr']} dev {one['dev']} nud permanent\n" for one in known)
    if lines:
        space.run("ip", "-batch", "-", text=lines)
    return set(addresses) <= {one["dst"] for one in known}
