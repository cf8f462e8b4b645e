"""Asks a real kernel: reads a lab description and its flows as JSON from standard input, builds the machines in network
namespaces of its own, sends every flow once, and prints as JSON what the kernel did. Its argument is the process that it
lives and dies with. Needs root. Standard library only."""

import json
import platform
import subprocess
import sys
import time

from build import build, load_rules
from collect import Collectors
from namespaces import NetworkNamespace, die_with_parent
from netlink import LostEvents
from traffic import Client, Loop, keep_neighbours, listen, warm_up

PATIENCE_SECONDS = 0.04  # Who has an answer by then has it long since; the others go on waiting beside the next flow.
GIVE_UP_SECONDS = 0.8
SETTLE_SECONDS = 0.003
WARM_UP_SECONDS = 0.15
WARM_UPS = 5


def main():
    die_with_parent(int(sys.argv[1]))
    lab = json.load(sys.stdin)
    spaces = {machine["name"]: NetworkNamespace(machine["name"]) for machine in lab["machines"]}
    build(lab, spaces)
    loop = Loop()
    for machine in lab["machines"]:
        for listener in machine["listeners"]:
            listen(loop, spaces[machine["name"]], listener)
    _warm_up(lab["machines"], spaces, loop)
    # Not before: rules may turn even a ping between neighbours away.
    for machine in lab["machines"]:
        load_rules(machine, spaces[machine["name"]])
    collectors = Collectors(lab, spaces)
    before = _counters(lab, spaces)
    clients = _run_flows(lab["flows"], spaces, loop, collectors)
    after = _counters_at_rest(lab, spaces, loop, collectors)
    json.dump(
        {
            "kernel": platform.release(),
            "iptables": subprocess.run(["iptables", "-V"], capture_output=True, text=True, check=True).stdout.strip(),
            "results": [client.result for client in clients],
            "packets": collectors.packets,
            "events": collectors.events,
            "connections": collectors.connections,
            "interfaces": {name: _interfaces(space) for name, space in spaces.items()},
            "counters": {"before": before, "after": after},
        },
        sys.stdout,
    )


def _warm_up(machines, spaces, loop):
    """Until everybody knows the neighbours: on a busy machine the ports of a bridge may open later than the first question,
    and a packet for a neighbour that is not certain takes another way through the bridge."""
    for _attempt in range(WARM_UPS):
        warming = [warm_up(spaces[machine["name"]], machine["warmUp"]) for machine in machines]
        loop.run(lambda: False, WARM_UP_SECONDS)
        for sock in warming:
            sock.close()
        machines = [machine for machine in machines if not keep_neighbours(spaces[machine["name"]], machine["warmUp"])]
        if not machines:
            return


def _run_flows(flows, spaces, loop, collectors):
    clients = []
    for flow in flows:
        client = Client(loop, spaces[flow["machine"]], flow)
        clients.append(client)
        loop.run(lambda one=client: one.result is not None, PATIENCE_SECONDS)
        loop.run(lambda: False, SETTLE_SECONDS)
        collectors.drain()
        _end_waiting(clients)
    while any(client.result is None for client in clients):
        loop.run(lambda: False, PATIENCE_SECONDS)
        _end_waiting(clients)
    loop.run(lambda: False, SETTLE_SECONDS)
    collectors.drain()
    return clients


def _end_waiting(clients):
    """Before a SYN is sent again, which happens after one second and tells nothing new."""
    for client in clients:
        if time.monotonic() - client.started > GIVE_UP_SECONDS:
            client.give_up()


def _counters_at_rest(lab, spaces, loop, collectors):
    """The counters at a moment when nothing is under way that only one of the two accounts would have."""
    for _attempt in range(20):
        told = len(collectors.events)
        counters = _counters(lab, spaces)
        loop.run(lambda: False, SETTLE_SECONDS)
        collectors.drain()
        if len(collectors.events) == told:
            return counters
    raise LostEvents("the machines do not come to rest")


def _counters(lab, spaces):
    """`iptables-save -c` of every machine that filters: a check that the trace has told everything."""
    return {
        machine["name"]: spaces[machine["name"]].run("iptables-nft-save", "-c")
        for machine in lab["machines"]
        if machine["rules"] is not None
    }


def _interfaces(space):
    return {link["ifindex"]: link["ifname"] for link in json.loads(space.run("ip", "-j", "link"))}


if __name__ == "__main__":
    try:
        main()
    except LostEvents as error:
        print(error, file=sys.stderr)
        sys.exit(4)
    except (OSError, RuntimeError) as error:
        print(error, file=sys.stderr)
        sys.exit(3)
