"""Builds the machines of a lab description in network namespaces: interfaces, addresses, routes, sysctls, tunnels with
their neighbours, and the very rule text that the engine printed."""

# What the lab changes against a kernel's defaults, and why it does no harm.
LAB_SYSCTLS = {
    # Noise: the walks that are compared are IPv4.
    "net.ipv6.conf.all.disable_ipv6": 1,
    "net.ipv6.conf.default.disable_ipv6": 1,
    # Errors are limited to one a second for each peer; a lab asks faster than that.
    "net.ipv4.icmp_ratemask": 0,
    # New namespaces copy the host's values; the lab states its own.
    "net.ipv4.conf.default.rp_filter": 0,
    "net.ipv4.conf.all.rp_filter": 0,
}

# The same for each interface, by net.ipv4.neigh.INTERFACE.
LAB_NEIGHBOUR_SYSCTLS = {
    # ARP gives up after three requests as everywhere, but they follow each other faster than a second.
    "retrans_time_ms": 100,
    # What the warm-up taught stays known.
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
    # The parts of one machine that follow each other are one call of ip(8).
    batch, commands = None, ""
    for part in [*lab["parts"], None]:
        for name, command in _commands(part, spaces) if part else [(None, "")]:
            if name != batch and batch is not None:
                spaces[batch].run("ip", "-batch", "-", text=commands)
                commands = ""
            batch = name
            commands += command
    for machine in lab["machines"]:
        _finish(machine, [part for part in lab["parts"] if part.get("machine") == machine["name"]], spaces[machine["name"]])


def _commands(part, spaces):
    """(machine, ip(8) commands) for one part of the lab."""
    if part["kind"] == "bridge":
        return [(part["machine"], _bridge(part))]
    if part["kind"] == "tunnel":
        return [(part["machine"], _tunnel(part))]
    one, other = part["ends"]
    return [(one["machine"], _veth(one, other, spaces[other["machine"]])), (other["machine"], _up(other))]


def _bridge(bridge):
    return (
        f"link add {bridge['name']} address {bridge['mac']} mtu {bridge['mtu']} type bridge mcast_snooping 0\n"
        + _addresses(bridge)
        + f"link set {bridge['name']} up\n"
    )


def _tunnel(tunnel):
    return (
        f"link add {tunnel['name']} address {tunnel['mac']} mtu {tunnel['mtu']} type vxlan id {tunnel['vni']}"
        f" local {tunnel['local']} dstport {tunnel['port']} nolearning\n"
        + _addresses(tunnel)
        + f"link set {tunnel['name']} up\n"
    )


def _veth(one, other, other_space):
    return (
        f"link add {one['name']} address {one['mac']} mtu {one['mtu']} type veth peer name {other['name']}"
        f" address {other['mac']} mtu {other['mtu']} netns {other_space.kernel_name}\n" + _up(one)
    )


def _up(end):
    lines = _addresses(end)
    if end["bridge"] is not None:
        lines += f"link set {end['name']} master {end['bridge']}\n"
        if end["hairpin"]:
            lines += f"link set {end['name']} type bridge_slave hairpin on\n"
    return lines + f"link set {end['name']} up\n"


def _addresses(device):
    return "".join(f"address add {address} dev {device['name']}\n" for address in device["addresses"])


def _finish(machine, parts, space):
    lines = "link set lo up\n" + "".join(f"route append {route}\n" for route in machine["routes"])
    for neighbour in machine["neighbours"]:
        lines += f"neigh replace {neighbour['address']} lladdr {neighbour['mac']} dev {neighbour['device']} nud permanent\n"
    space.run("ip", "-batch", "-", text=lines)
    fdb = "".join(
        f"fdb append {entry['mac']} dev {part['name']} dst {entry['remote']}\n"
        for part in parts
        if part["kind"] == "tunnel"
        for entry in part["fdb"]
    )
    if fdb:
        space.run("bridge", "-batch", "-", text=fdb)
    space.write_neighbour_sysctls(LAB_NEIGHBOUR_SYSCTLS)
    if machine["sets"]:
        space.run("ipset", "restore", text=machine["sets"])
    if machine["rules"] is not None:
        space.run("iptables-nft-restore", "--noflush", text=machine["rules"])
        space.run("nft", "-f", "-", text=TRACE_SWITCH)
