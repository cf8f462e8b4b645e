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
        networkPolicy: {
          description: 'Whether the CNI enforces NetworkPolicies. Some do not: the objects are accepted and change nothing.',
          type: 'boolean',
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
          to: { description: '`http://HOST[:PORT]/PATH`, `tcp://HOST:PORT`, `udp://HOST:PORT` or `icmp://HOST`.', type: 'string' },
        },
        required: ['from', 'to'],
        additionalProperties: false,
      },
    },
  },
  required: ['apiVersion', 'kind'],
  additionalProperties: true,
} as const;
