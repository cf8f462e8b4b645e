"""What the kernel tells by netfilter netlink: the rule trace, new connections, and which rule has which handle
(include/uapi/linux/netfilter/{nf_tables,nfnetlink,nfnetlink_conntrack}.h)."""

import errno
import os
import socket
import struct

NETLINK_NETFILTER = 12
SOL_NETLINK = 270
NETLINK_ADD_MEMBERSHIP = 1
SO_RCVBUFFORCE = 33
BUFFER_BYTES = 64 << 20

GROUP_CONNTRACK_NEW = 1
GROUP_NFTRACE = 9
MESSAGE_CONNTRACK_NEW = 1 << 8 | 0
MESSAGE_CONNTRACK_DELETE = 1 << 8 | 2
MESSAGE_NEWRULE = 10 << 8 | 6
MESSAGE_GETRULE = 10 << 8 | 7
MESSAGE_TRACE = 10 << 8 | 17
NLMSG_ERROR = 2
NLMSG_DONE = 3
NLM_F_REQUEST = 0x1
NLM_F_REQUEST_DUMP = 0x1 | 0x300
NLA_F_NESTED = 0x8000

VERDICTS = {0: "DROP", 1: "ACCEPT", 2: "STOLEN", 3: "QUEUE", -1: "CONTINUE", -2: "BREAK", -3: "JUMP", -4: "GOTO", -5: "RETURN"}
TRACE_TYPES = {1: "policy", 2: "return", 3: "rule"}


class LostEvents(Exception):
    """The kernel had more to tell than the buffer could hold."""


def attributes(data):
    """type -> payload of a netlink attribute list."""
    found, at = {}, 0
    while at + 4 <= len(data):
        length, kind = struct.unpack_from("=HH", data, at)
        if length < 4:
            break
        found[kind & 0x3FFF] = data[at + 4 : at + length]
        at += (length + 3) & ~3
    return found


class Listener:
    """A netlink socket in one namespace that has joined a group."""

    def __init__(self, space, group):
        with space.entered():
            self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, NETLINK_NETFILTER)
        self.name = space.name
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
        self.socket.bind((0, 0))
        self.socket.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)

    def messages(self):
        """(type, payload behind the nfgenmsg header) of all that has come."""
        while True:
            try:
                data = self.socket.recv(1 << 20)
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno == errno.ENOBUFS:
                    raise LostEvents(f"netlink events of {self.name} were lost: the buffer was full") from None
                raise
            yield from _split(data)


def _split(data):
    at = 0
    while at + 16 <= len(data):
        length, kind = struct.unpack_from("=IH", data, at)
        yield kind, data[at + 20 : at + length]
        at += (length + 3) & ~3


def trace_event(payload):
    """One event of the rule trace as plain data."""
    found = attributes(payload)
    verdict = attributes(found.get(5, b""))
    code = struct.unpack(">i", verdict[1])[0] if 1 in verdict else None
    policy = struct.unpack(">i", found[16])[0] if 16 in found else None
    return {
        "table": _text(found.get(1)),
        "chain": _text(found.get(2)),
        "handle": int.from_bytes(found[3], "big") if 3 in found else None,
        "type": TRACE_TYPES.get(int.from_bytes(found.get(4, b""), "big")),
        "verdict": VERDICTS.get(code if code is not None else policy),
        "target": _text(verdict.get(2)),
        "id": int.from_bytes(found.get(6, b""), "big"),
        "network": found[8].hex() if 8 in found else None,
        "transport": found[9].hex() if 9 in found else "",
        "iif": int.from_bytes(found.get(10, b""), "big"),
        "oif": int.from_bytes(found.get(12, b""), "big"),
        "mark": int.from_bytes(found.get(14, b""), "big"),
    }


def connection(payload):
    """The two tuples of a conntrack message, or None for what is not IPv4."""
    found = attributes(payload)
    original, reply = _tuple(found.get(1, b"")), _tuple(found.get(2, b""))
    return {"original": original, "reply": reply} if original and reply else None


def _tuple(data):
    parts = attributes(data)
    ip, proto = attributes(parts.get(1, b"")), attributes(parts.get(2, b""))
    if 1 not in ip or 1 not in proto:
        return None
    number = proto[1][0]
    ports = (proto.get(4), proto.get(4)) if number == 1 else (proto.get(2), proto.get(3))
    return {
        "protocol": number,
        "source": socket.inet_ntoa(ip[1]),
        "destination": socket.inet_ntoa(ip[2]),
        "sourcePort": int.from_bytes(ports[0] or b"", "big"),
        "destinationPort": int.from_bytes(ports[1] or b"", "big"),
    }


class Forgetter:
    """Removes connections of one namespace, as `conntrack -D` does."""

    def __init__(self, space):
        with space.entered():
            self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
        self._socket.bind((0, 0))

    def forget(self, original):
        ip = _attribute(1, socket.inet_aton(original["source"])) + _attribute(2, socket.inet_aton(original["destination"]))
        ports = _attribute(2, struct.pack(">H", original["sourcePort"])) + _attribute(3, struct.pack(">H", original["destinationPort"]))
        proto = _attribute(1, bytes([original["protocol"]])) + ports
        body = _attribute(1 | NLA_F_NESTED, _attribute(1 | NLA_F_NESTED, ip) + _attribute(2 | NLA_F_NESTED, proto))
        header = struct.pack("=IHHII", 20 + len(body), MESSAGE_CONNTRACK_DELETE, NLM_F_REQUEST, 1, 0)
        self._socket.send(header + struct.pack("=BBH", socket.AF_INET, 0, 0) + body)


def _attribute(kind, data):
    return struct.pack("=HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def rule_numbers(space):
    """(table, chain, handle) -> the rule's number as iptables-save lists it."""
    with space.entered():
        asking = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    asking.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    asking.bind((0, 0))
    asking.settimeout(10)
    asking.send(struct.pack("=IHHII", 20, MESSAGE_GETRULE, NLM_F_REQUEST_DUMP, 1, 0) + struct.pack("=BBH", socket.AF_INET, 0, 0))
    numbers, counts = {}, {}
    with asking:
        while True:
            for kind, payload in _split(asking.recv(1 << 20)):
                if kind == NLMSG_DONE:
                    return numbers
                if kind == NLMSG_ERROR:
                    raise OSError(f"{space.name}: the kernel does not list its rules")
                if kind != MESSAGE_NEWRULE:
                    continue
                found = attributes(payload)
                place = (_text(found[1]), _text(found[2]))
                counts[place] = counts.get(place, 0) + 1
                numbers[(*place, int.from_bytes(found[3], "big"))] = counts[place]


def _text(data):
    return None if data is None else os.fsdecode(data.rstrip(b"\0"))
