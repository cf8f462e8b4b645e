"""The same rules and the same connections on the real kernel, in network namespaces that end with this process. Reads
what to measure from stdin as JSON, prints the figures as JSON; what fails is left out, and stderr says why. Its argument
is the process that it lives and dies with."""

import json
import os
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "kernel", "lab"))

from namespaces import NetworkNamespace, die_with_parent  # noqa: E402


def main():
    die_with_parent(int(sys.argv[1]))
    wanted = json.load(sys.stdin)
    figures = []
    for backend in ("nft", "legacy"):
        for case in wanted["cases"]:
            try:
                figures.append(measure(wanted, case, backend))
            except (OSError, RuntimeError, subprocess.SubprocessError) as error:
                print(f"{case['services']} Services, iptables ({backend}): {str(error).splitlines()[0]}", file=sys.stderr)
    json.dump(figures, sys.stdout)


def measure(wanted, case, backend):
    restore = f"iptables-{backend}-restore"
    full, change = [], []
    for _ in range(case["runs"]):
        node = NetworkNamespace("node")
        full.append(milliseconds(lambda node=node: node.run(restore, "--counters", text=case["full"])))
        change.append(milliseconds(lambda node=node: node.run(restore, "--noflush", "--counters", text=case["change"])))
    rates = connections(wanted, case, node) if wanted["connections"] else []
    return {"backend": backend, "services": case["services"], "restoreMs": full, "changeMs": change, "perSecond": rates}


def milliseconds(action):
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def connections(wanted, case, node):
    """Connections per second from the client pod to the last Service, once for each run."""
    client, server = NetworkNamespace("client"), NetworkNamespace("server")
    node.write_sysctl("net.ipv4.ip_forward", 1)
    node.write_sysctl("net.bridge.bridge-nf-call-iptables", 1)
    plug(node, {"vethclient": (client, wanted["client"]), "vethserver": (server, wanted["server"])}, wanted["gateway"])
    with server.entered():
        listener = subprocess.Popen([wanted["program"], "serve", *map(str, wanted["ports"])], stdout=subprocess.PIPE, text=True)
    try:
        listener.stdout.readline()
        connect = (wanted["program"], case["address"], "80", str(wanted["connections"]))
        return [wanted["connections"] / (int(client.run(*connect)) / 1e9) for _ in range(wanted["runs"])]
    finally:
        listener.kill()
        listener.wait()


def plug(node, pods, gateway):
    """A bridge with the gateway's address, and each pod on it by a veth pair, as the CNI bridge plugin has it."""
    lines = f"link add cni0 type bridge mcast_snooping 0\naddress add {gateway}/24 dev cni0\nlink set cni0 up\nlink set lo up\n"
    for name, (pod, _address) in pods.items():
        lines += (
            f"link add {name} type veth peer name eth0 netns {pod.kernel_name}\n"
            f"link set {name} master cni0\nlink set {name} type bridge_slave hairpin on\nlink set {name} up\n"
        )
    node.run("ip", "-batch", "-", text=lines)
    for pod, address in pods.values():
        lines = f"link set lo up\naddress add {address}/24 dev eth0\nlink set eth0 up\nroute add default via {gateway}\n"
        pod.run("ip", "-batch", "-", text=lines)


main()
