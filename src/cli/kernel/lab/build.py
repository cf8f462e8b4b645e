"""Builds the machines of a lab description in network namespaces: interfaces, addresses, routes, sysctls, tunnels with
their neighbours; then, when neighbours know each other, loads the very rule text that the engine printed."""

# What the lab changes against a kernel's defaults, and why it does no harm.
LAB_SYSCTLS = {
    # Noise: the walks that are compared are IPv4, but for what a machine sends to its own ::1.
    "net.ipv6.conf.all.disable_ipv6": 1,
    "net.ipv6.conf.default.disable_ipv6": 1,
    "net.ipv6.conf.lo.disable_ipv6": 0,
    # Errors are limited to one a second for each peer; a lab asks faster than that.
    "net.ipv4.icmp_ratemask": 0,
    # Answers to clients that are gone: sent again they carry the same identification, and tell nothing new.
    "net.ipv4.tcp_synack_retries": 0,
    # New namespaces copy the host's values; the lab states its own.
    "net.ipv4.conf.default.rp_filter": 0,
    "net.ipv4.conf.all.rp_filter": 0,
}

# The same for each interface, by net.ipv4.neigh.INTERFACE.
LAB_NEIGHBOUR_SYSCTLS = {
    # ARP gives up after three requests as everywhere, but they follow each other faster than a second.
    "retrans_time_ms": 100,
    # What is learnt later stays known, too.
    "gc_stale_time": 3600,
    "base_reachable_time_ms": 3600000,
}

TRACE_SWITCH = """
add table ip labtrace
add chain ip labtrace pre { type filter hook prerouting priority -450 ; }
add chain ip labtrace out { type filter hook output priority -450 ; }
add rule ip labtrace pre meta nftrace set 1
add rule ip labtrace out meta nftrace set 1
"""


def build(lab, spaces):
    """`spaces` maps the names of the description to new namespaces."""
    for machine in lab["machines"]:
        space = spaces[machine["name"]]
        for name, value in {**LAB_SYSCTLS, **machine["sysctls"]}.items():
            space.write_sysctl(name, value)
    # First what there is, in order; the parts of one machine that follow each other are one call of ip(8).
    batch, commands = None, ""
    for part in lab["parts"]:
        machine = part["ends"][0]["machine"] if part["kind"] == "link" else part["machine"]
        if machine != batch and batch is not None:
            spaces[batch].run("ip", "-batch", "-", text=commands)
            commands = ""
        batch = machine
        commands += _creation(part, spaces)
    spaces[batch].run("ip", "-batch", "-", text=commands)
    for machine in lab["machines"]:
        _furnish(machine, _devices_of(lab, machine["name"]), spaces[machine["name"]])


def _devices_of(lab, machine):
    devices = [device for part in lab["parts"] for device in (part["ends"] if part["kind"] == "link" else [part])]
    return [device for device in devices if device["machine"] == machine]


def _creation(part, spaces):
    if part["kind"] == "bridge":
        return f"link add {part['name']} address {part['mac']} mtu {part['mtu']} type bridge mcast_snooping 0\n"
    if part["kind"] == "tunnel":
        return (
            f"link add {part['name']} address {part['mac']} mtu {part['mtu']} type vxlan id {part['vni']}"
            f" local {part['local']} dstport {part['port']} nolearning\n"
        )
    one, other = part["ends"]
    return (
        f"link add {one['name']} address {one['mac']} mtu {one['mtu']} type veth peer name {other['name']}"
        f" address {other['mac']} mtu {other['mtu']} netns {spaces[other['machine']].kernel_name}\n"
    )


def _setting_up(device):
    lines = "".join(f"address add {address} dev {device['name']}\n" for address in device["addresses"])
    if device.get("bridge") is not None:
        lines += f"link set {device['name']} master {device['bridge']}\n"
        if device["hairpin"]:
            lines += f"link set {device['name']} type bridge_slave hairpin on\n"
    return lines + f"link set {device['name']} up\n"


def _furnish(machine, devices, space):
    lines = "link set lo up\n" + "".join(map(_setting_up, devices))
    lines += "".join(f"route append {route}\n" for route in machine["routes"])
    for neighbour in machine["neighbours"]:
        lines += f"neigh replace {neighbour['address']} lladdr {neighbour['mac']} dev {neighbour['device']} nud permanent\n"
    space.run("ip", "-batch", "-", text=lines)
    fdb = "".join(
        f"fdb append {entry['mac']} dev {device['name']} dst {entry['remote']}\n" for device in devices for entry in device.get("fdb", [])
    )
    if fdb:
        space.run("bridge", "-batch", "-", text=fdb)
    space.write_neighbour_sysctls(LAB_NEIGHBOUR_SYSCTLS)
    for name, values in machine["interfaceSysctls"].items():
        for key, value in values.items():
            space.write_setting(f"net/ipv4/conf/{name}/{key}", value)


def load_rules(machine, space):
    if machine["sets"]:
        space.run("ipset", "restore", text=machine["sets"])
    if machine["rules"] is not None:
        space.run("iptables-nft-restore", "--noflush", text=machine["rules"])
        space.run("nft", "-f", "-", text=TRACE_SWITCH)
