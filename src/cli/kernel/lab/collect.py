"""Everything that the kernel tells while traffic flows: packets on every interface, matched rules, new connections."""

import socket
import struct
import time

from namespaces import NetworkNamespace
from netlink import (
    GROUP_CONNTRACK_NEW,
    GROUP_NFTRACE,
    MESSAGE_CONNTRACK_NEW,
    MESSAGE_TRACE,
    SO_RCVBUFFORCE,
    Forgetter,
    Listener,
    LostEvents,
    connection,
    rule_numbers,
    trace_event,
)

ETH_P_ALL = 0x0003
ETH_P_IP = 0x0800
ETH_P_ARP = 0x0806
ETH_P_IPV6 = 0x86DD
PACKET_OUTGOING = 4
SOL_PACKET = 263
PACKET_STATISTICS = 6
SO_TIMESTAMPNS = 35
SNAP_BYTES = 192
CAPTURE_BUFFER_BYTES = 32 << 20
PROBES = 500
PROBE_WAIT_SECONDS = 0.002


class Capture:
    """One AF_PACKET socket for all interfaces of a namespace."""

    def __init__(self, space):
        self.name = space.name
        with space.entered():
            self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK, socket.htons(ETH_P_ALL))
        self.socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, CAPTURE_BUFFER_BYTES)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)

    def packets(self):
        """[time in ns, machine, interface, rx or tx, 'ip' or 'arp', the first bytes in hex] of all that has come."""
        while True:
            try:
                data, ancillary, _flags, address = self.socket.recvmsg(SNAP_BYTES, 64)
            except BlockingIOError:
                break
            interface, protocol, packet_type = address[0], address[1], address[2]
            if protocol not in (ETH_P_IP, ETH_P_IPV6, ETH_P_ARP):
                continue
            seconds, nanoseconds = struct.unpack("=qq", ancillary[0][2][:16])
            direction = "tx" if packet_type == PACKET_OUTGOING else "rx"
            kind = "arp" if protocol == ETH_P_ARP else "ip"
            yield [seconds * 10**9 + nanoseconds, self.name, interface, direction, kind, data.hex()]
        _packets, drops = struct.unpack("=II", self.socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
        if drops:
            raise LostEvents(f"{drops} captured packets of {self.name} were lost: the buffer was full")


def await_time_stamps():
    """The kernel begins to stamp packets some time after the first socket that asks for it: until then a packet bears the
    time at which it was read, and those of one walk stand in any order. Goes on when packets bear their own time."""
    space = NetworkNamespace("time stamps")
    space.run("ip", "link", "set", "lo", "up")
    capture = Capture(space)
    with space.entered():
        sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with capture.socket, sender:
        sender.bind(("127.0.0.1", 0))
        for _attempt in range(PROBES):
            sender.sendto(b"", sender.getsockname())
            sent = time.time_ns()
            time.sleep(PROBE_WAIT_SECONDS)
            stamps = [packet[0] for packet in capture.packets()]
            if stamps and max(stamps) <= sent:
                return
    raise LostEvents("packets do not bear the time at which they passed")


class Collectors:
    """All collectors of a lab. `drain` moves what has come into lists; nothing that was lost goes unnoticed."""

    def __init__(self, lab, spaces):
        filtering = [spaces[machine["name"]] for machine in lab["machines"] if machine["rules"] is not None]
        self._captures = [Capture(space) for space in spaces.values()]
        self._traces = [Listener(space, GROUP_NFTRACE) for space in filtering]
        self._connections = [Listener(space, GROUP_CONNTRACK_NEW) for space in filtering]
        self._numbers = {space.name: rule_numbers(space) for space in filtering}
        self._forgetters = {space.name: Forgetter(space) for space in filtering}
        self._tunnel_ports = {part["port"] for part in lab["parts"] if part["kind"] == "tunnel"}
        self.packets, self.events, self.connections = [], [], []
        await_time_stamps()

    def drain(self):
        for capture in self._captures:
            self.packets.extend(capture.packets())
        for listener in self._traces:
            for kind, payload in listener.messages():
                if kind == MESSAGE_TRACE:
                    self._add_event(listener.name, trace_event(payload))
        for listener in self._connections:
            for kind, payload in listener.messages():
                found = connection(payload) if kind == MESSAGE_CONNTRACK_NEW else None
                if found:
                    self.connections.append({"machine": listener.name, **found})
                    self._forget_tunnel(listener.name, found["original"])

    def _forget_tunnel(self, machine, original):
        """Whether a tunnel's port was used shortly before is a matter of real time: the next flow begins without."""
        if original["protocol"] == socket.IPPROTO_UDP and original["destinationPort"] in self._tunnel_ports:
            self._forgetters[machine].forget(original)

    def _add_event(self, machine, event):
        if event["table"] == "labtrace":
            return
        handle = event.pop("handle")
        number = self._numbers[machine].get((event["table"], event["chain"], handle))
        self.events.append({"machine": machine, **event, "rule": number})
