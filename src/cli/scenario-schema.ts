// The schema of our own document, `kind: Scenario`, as the editor completes and explains it.

export const SCENARIO_SCHEMA = {
  type: 'object',
  properties: {
    apiVersion: { description: 'The version of the scenario format.', enum: ['packetwalk.dev/v1'] },
    kind: { description: 'A lesson: what it is called, on which network it runs, and what is sent.', enum: ['Scenario'] },
    metadata: {
      type: 'object',
      properties: { name: { description: 'The short name that links use.', type: 'string' } },
      additionalProperties: true,
    },
    title: { description: 'What the picker and the window show.', type: 'string' },
    summary: { description: 'One or two sentences: what there is to see.', type: 'string' },
    cluster: {
      description: 'The cluster that the objects are applied to.',
      type: 'object',
      properties: {
        cni: {
          description: 'How pods on different nodes reach each other: routes between the nodes, a VXLAN tunnel, or not at all.',
          enum: ['host-gw', 'vxlan', 'none'],
        },
        cloudProvider: { description: 'Whether something hands out addresses to Services of type LoadBalancer.', type: 'boolean' },
        firewall: {
          description:
            "A cloud's firewall before the nodes. From outside only what it allows gets through; the balancer's addresses are open.",
          type: 'object',
          properties: {
            allow: {
              description: '`tcp:80`, `tcp:30000-32767`, `icmp`: all else is dropped, and nobody is told.',
              type: 'array',
              items: { type: 'string' },
            },
          },
          additionalProperties: false,
        },
        establishedConnections: {
          description: 'What a new NetworkPolicy does to connections that stand: most CNIs let them be, some cut them.',
          enum: ['keep', 'cut'],
        },
        loadBalancer: {
          description:
            "Who gives Services of type LoadBalancer their addresses: a cloud's balancer before the nodes, MetalLB out of its IPAddressPools, or nobody.",
          enum: ['cloud', 'metallb', 'none'],
        },
        ipFamilies: {
          description: 'The address families of nodes, pods and Services. With both the cluster is dual-stack.',
          type: 'array',
          items: { enum: ['IPv4', 'IPv6'] },
        },
        networkPolicy: {
          description: 'Whether the CNI enforces NetworkPolicies. Some do not: the objects are accepted and change nothing.',
          type: 'boolean',
        },
        nonMasqueradeCIDRs: {
          description:
            "Destinations for which a pod keeps its own address, as ip-masq-agent lists them; all others see the node's. Without it, the pods' own range.",
          type: 'array',
          items: { type: 'string' },
        },
        lag: {
          description: 'How late components are: the time from a change to what they make of it.',
          type: 'object',
          propertyNames: {
            description: '`kube-proxy`, `kubelet` or `coredns`, with `NODE/` in front for one node; or a controller: `endpointslice`.',
          },
          additionalProperties: { description: '`20ms`, `5s`, `1m30s`', type: 'string' },
        },
        podMTU: {
          description: 'The MTU of pods, their bridge and the tunnel. Without it 1500, with VXLAN 1450.',
          type: 'integer',
          minimum: 68,
          maximum: 65_535,
        },
        networkMTU: {
          description: 'The longest packet that the network between the nodes carries; longer ones are lost there, and nobody is told.',
          type: 'integer',
          minimum: 68,
          maximum: 65_535,
        },
        nodes: {
          description: 'What single nodes have of their own, by name.',
          type: 'object',
          additionalProperties: {
            type: 'object',
            properties: {
              iptablesSave: {
                description: 'The output of `iptables-save` on this node. Packets follow it, and kube-proxy writes nothing there.',
                type: 'string',
              },
              ip6tablesSave: {
                description: 'The output of `ip6tables-save` on this node; it may also stand in `iptablesSave`, behind the other.',
                type: 'string',
              },
              ipsetSave: { description: 'The output of `ipset save` on this node: the sets that its rules name.', type: 'string' },
              sysctls: {
                description: 'Kernel parameters of this node.',
                type: 'object',
                properties: Object.fromEntries(
                  [
                    ['net.ipv4.ip_forward', 'Whether the node forwards packets.'],
                    ['net.ipv4.conf.all.rp_filter', 'Reverse path filter: 0 off, 1 strict, 2 loose.'],
                    ['net.ipv4.conf.all.route_localnet', 'Whether 127.0.0.0/8 may come in and go out.'],
                    ['net.ipv4.conf.eth0.rp_filter', 'The same for one interface; the greater of both counts.'],
                    ['net.ipv4.conf.eth0.forwarding', 'Whether what comes in by this interface is forwarded.'],
                    ['net.ipv4.conf.all.send_redirects', 'Whether senders are told of shorter ways, on every interface.'],
                    ['net.ipv4.conf.eth0.send_redirects', 'The same for one interface; either is enough, and both are 1 by themselves.'],
                    ['net.ipv4.ip_default_ttl', 'The TTL of packets that the node makes.'],
                    ['net.ipv4.tcp_syn_retries', 'How often a SYN is sent again, each time after twice the wait.'],
                    ['net.ipv4.tcp_syn_linear_timeouts', 'How often a SYN is sent again before that, always after one second.'],
                    ['net.bridge.bridge-nf-call-iptables', 'Whether bridged packets meet iptables rules.'],
                    ['net.netfilter.nf_conntrack_tcp_timeout_established', 'For how many seconds an idle connection is known.'],
                    ['net.netfilter.nf_conntrack_udp_timeout', 'For how many seconds an unanswered UDP flow is known.'],
                    ['net.netfilter.nf_conntrack_max', 'How many connections the node tracks.'],
                  ].map(([name, description]) => [name, { description, type: ['integer', 'string'] }]),
                ),
                additionalProperties: { type: ['integer', 'string'] },
              },
            },
            additionalProperties: false,
          },
        },
      },
      additionalProperties: false,
    },
    traffic: {
      description: 'The requests that Send offers, first one first.',
      type: 'array',
      items: {
        type: 'object',
        properties: {
          from: { description: '`pod/NAMESPACE/NAME[/CONTAINER]`, `node/NAME` or `world`.', type: 'string' },
          to: {
            description:
              '`http://HOST[:PORT]/PATH[#requests=N&every=1s]`, `tcp://HOST:PORT`, `udp://HOST:PORT[#size=N]` or `icmp://HOST[#size=N&df]`.',
            type: 'string',
          },
        },
        required: ['from', 'to'],
        additionalProperties: false,
      },
    },
    timeline: {
      description: 'What happens when the lesson is played, and when. Each entry has `at` and one of `run`, `send` and `apply`.',
      type: 'array',
      items: {
        type: 'object',
        properties: {
          at: { description: 'When, from the moment at which the lesson is played: `2s`, `500ms`.', type: 'string' },
          run: {
            description:
              'A command: `kubectl scale deployment web --replicas=5`, `node-2: systemctl stop kube-proxy`, `node-2: ip link set eth0 down`, `node-2: tc qdisc add dev eth0 root netem delay 80ms loss 5%`, `pod/default/web-1: kill 1`, `pod/default/web-1: kill -STOP 1`, `pod/default/web-1: fail readiness`, `control-plane: freeze endpointslice`, `coredns: lag 5s`, `partition node-1 node-2`.',
            type: 'string',
          },
          send: {
            description: 'Requests, one or many.',
            type: 'object',
            properties: {
              from: { description: '`pod/NAMESPACE/NAME[/CONTAINER]`, `node/NAME` or `world`.', type: 'string' },
              to: { description: '`http://HOST[:PORT]/PATH`, `tcp://HOST:PORT`, `udp://HOST:PORT` or `icmp://HOST`.', type: 'string' },
              times: { description: 'How often.', type: 'integer', minimum: 1 },
              every: { description: 'From one request to the next: `10ms`. Without it all are sent at once.', type: 'string' },
            },
            required: ['from', 'to'],
            additionalProperties: false,
          },
          apply: { description: 'Documents, as `kubectl apply -f -` takes them.', type: 'string' },
        },
        required: ['at'],
        additionalProperties: false,
      },
    },
  },
  required: ['apiVersion', 'kind'],
  additionalProperties: true,
} as const;
