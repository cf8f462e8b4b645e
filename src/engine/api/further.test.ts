// The fields that are rarely set: each row is a spec and what the API server says to it, all at once and in its words.

import { describe, expect, test } from 'vitest';
import { admit } from './admit.ts';
import type { KubeObject } from './types.ts';

const cluster = { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' };
const said = (object: KubeObject, old?: KubeObject) =>
  admit({ operation: old ? 'update' : 'create', object, ...(old ? { old } : {}), cluster, existing: [] }).errors.map(
    ({ path, message }) => `${path}: ${message}`,
  );
const make = (apiVersion: string, kind: string, rest: object): KubeObject => ({ apiVersion, kind, metadata: { name: 'web' }, ...rest });
const pod = (spec: object, container: object = {}) =>
  make('v1', 'Pod', { spec: { containers: [{ name: 'web', image: 'nginx', ...container }], ...spec } });

describe('a pod', () => {
  test.each<[object, string[]]>([
    [
      { tolerations: [{ key: 'gpu', operator: 'Has' }] },
      ['spec.tolerations[0].operator: Unsupported value: "Has": supported values: "Equal", "Exists"'],
    ],
    [
      { tolerations: [{ value: 'x' }] },
      [
        'spec.tolerations[0].operator: Invalid value: "": operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ],
    ],
    [
      { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }] },
      ['spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set'],
    ],
    [
      { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } } } },
      [
        'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms: Required value: must have at least one node selector term',
      ],
    ],
    [
      { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: {} }] } } },
      [
        'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Required value: can not be empty',
        'spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: "": name part must be non-empty',
        "spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].topologyKey: Invalid value: \"\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
      ],
    ],
    [
      { topologySpreadConstraints: [{ maxSkew: 0, topologyKey: 'zone', whenUnsatisfiable: 'Never' }] },
      [
        'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
        'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "Never": supported values: "DoNotSchedule", "ScheduleAnyway"',
      ],
    ],
    [{ terminationGracePeriodSeconds: -1 }, ['spec.terminationGracePeriodSeconds: Invalid value: -1: must be greater than or equal to 0']],
    [{ volumes: [{ name: 'a' }, { name: 'a' }] }, ['spec.volumes[1].name: Duplicate value: "a"']],
    [
      { initContainers: [{ name: 'init', image: 'busybox', readinessProbe: { tcpSocket: { port: 80 } } }] },
      ['spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always'],
    ],
  ])('%j', (spec, wanted) => {
    expect(said(pod(spec))).toEqual(wanted);
  });

  test.each<[object, string[]]>([
    [
      { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } },
      ['spec.containers[0].resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1'],
    ],
    [
      { resources: { limits: { memroy: '1Gi' } } },
      [
        'spec.containers[0].resources.limits[memroy]: Invalid value: "memroy": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.limits[memroy]: Invalid value: "memroy": must be a standard resource for containers',
        // The limit becomes the request as well.
        'spec.containers[0].resources.requests[memroy]: Invalid value: "memroy": must be a standard resource type or fully qualified',
        'spec.containers[0].resources.requests[memroy]: Invalid value: "memroy": must be a standard resource for containers',
      ],
    ],
    [{ volumeMounts: [{ name: 'data', mountPath: '/data' }] }, ['spec.containers[0].volumeMounts[0].name: Not found: "data"']],
    [
      { env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }] },
      ['spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty'],
    ],
    [
      { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'status.ip' } } }] },
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "status.ip": error converting fieldPath: field label not supported: status.ip',
      ],
    ],
    [{ restartPolicy: 'Always' }, ['spec.containers[0].restartPolicy: Forbidden: may not be set for non-init containers']],
    [
      { livenessProbe: { exec: {}, terminationGracePeriodSeconds: 0 } },
      [
        'spec.containers[0].livenessProbe.exec.command: Required value',
        'spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
      ],
    ],
    [
      { readinessProbe: { grpc: {}, terminationGracePeriodSeconds: 5 } },
      [
        'spec.containers[0].readinessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive',
        'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 5: must not be set for readinessProbes',
      ],
    ],
    [
      { readinessProbe: { httpGet: { port: 80, httpHeaders: [{ name: 'X Y', value: '1' }] } } },
      [
        "spec.containers[0].readinessProbe.httpGet.httpHeaders: Invalid value: \"X Y\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
      ],
    ],
    [{ lifecycle: { preStop: {} } }, ['spec.containers[0].lifecycle.preStop: Required value: must specify a handler type']],
    [
      { lifecycle: { preStop: { sleep: { seconds: 60 } } } },
      [
        'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)',
      ],
    ],
  ])('with a container %j', (container, wanted) => {
    expect(said(pod({}, container))).toEqual(wanted);
  });

  test('the same rules hold in a template', () => {
    const template = { metadata: { labels: { app: 'web' } }, spec: pod({ tolerations: [{ key: 'a', operator: '~' }] }).spec };
    const spec = { selector: { matchLabels: { app: 'web' } }, template };
    expect(said(make('apps/v1', 'Deployment', { spec }))).toEqual([
      'spec.template.spec.tolerations[0].operator: Unsupported value: "~": supported values: "Equal", "Exists"',
    ]);
  });
});

test.each<[KubeObject, string[]]>([
  [
    make('v1', 'Node', {
      spec: {
        taints: [
          { key: 'a', effect: 'NoSchedule' },
          { key: 'a', effect: 'NoSchedule' },
          { key: 'b', effect: 'No' },
        ],
      },
    }),
    [
      'metadata.taints[1]: Duplicate value: core.Taint{Key:"a", Value:"", Effect:"NoSchedule", TimeAdded:<nil>}: taints must be unique by key and effect pair',
      'metadata.taints[2].effect: Unsupported value: "No": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    make('v1', 'ConfigMap', { data: { 'my key': 'x' } }),
    [
      "data[my key]: Invalid value: \"my key\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
    ],
  ],
  [
    make('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'nginx' } }),
    ['spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")'],
  ],
  [
    make('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, maxUnavailable: '120%' } }),
    [
      'spec: Invalid value: policy.PodDisruptionBudgetSpec{...}: minAvailable and maxUnavailable cannot be both set',
      'spec.maxUnavailable: Invalid value: "120%": must not be greater than 100%',
    ],
  ],
  [
    make('batch/v1', 'Job', {
      spec: { completionMode: 'Indexed', parallelism: 2, template: { spec: { ...pod({}).spec, restartPolicy: 'Never' } } },
    }),
    ['spec.completions: Required value: when completion mode is Indexed'],
  ],
])('%j', (object, wanted) => {
  expect(said(object)).toEqual(wanted);
});

test('a ClusterNetworkPolicy is one of two tiers, has one subject, and passes nothing on at the end', () => {
  const rule = { action: 'Pass', from: [{ namespaces: {}, pods: {} }], protocols: [{ tcp: {}, udp: {} }] };
  const spec = { tier: 'Baseline', priority: 1001, subject: {}, ingress: [rule] };
  expect(said(make('policy.networking.k8s.io/v1alpha2', 'ClusterNetworkPolicy', { spec }))).toEqual([
    'spec.priority: Invalid value: 1001: spec.priority in body should be less than or equal to 1000',
    'spec.subject: Invalid value: object: exactly one of the fields in [namespaces pods] must be set',
    'spec.ingress[0].action: Unsupported value: "Pass": supported values: "Accept", "Deny"',
    'spec.ingress[0].from[0]: Invalid value: object: exactly one of the fields in [namespaces pods] must be set',
    'spec.ingress[0].protocols[0]: Invalid value: object: exactly one of the fields in [tcp udp sctp destinationNamedPort] must be set',
  ]);
});

test("a port of the node's network has one number, which a template may leave out", () => {
  const metadata = { labels: { app: 'web' } };
  const deployment = (ports: object[]) => {
    const template = { metadata, spec: pod({ hostNetwork: true }, { ports }).spec };
    return make('apps/v1', 'Deployment', { spec: { selector: { matchLabels: metadata.labels }, template } });
  };
  const refused = 'hostPort: Invalid value: 81: must match `containerPort` when `hostNetwork` is true';
  expect(said(deployment([{ containerPort: 80 }]))).toEqual([]);
  expect(said(deployment([{ containerPort: 80, hostPort: 81 }]))).toEqual([`spec.template.spec.containers[0].ports[0].${refused}`]);
  expect(said(pod({ hostNetwork: true }, { ports: [{ containerPort: 80, hostPort: 81 }] }))).toEqual([
    `spec.containers[0].ports[0].${refused}`,
  ]);
});

test('what may change in a pod that runs', () => {
  const stored = pod({ activeDeadlineSeconds: 30, tolerations: [{ key: 'gpu', operator: 'Exists' }] });
  const changed = (spec: object) => said({ ...stored, spec: { ...stored.spec, ...spec } }, stored);
  expect(
    changed({
      activeDeadlineSeconds: 10,
      tolerations: [
        { key: 'gpu', operator: 'Exists' },
        { key: 'ssd', operator: 'Exists' },
      ],
    }),
  ).toEqual([]);
  expect(changed({ activeDeadlineSeconds: 60 })).toEqual([
    'spec.activeDeadlineSeconds: Invalid value: 60: must be less than or equal to previous value',
  ]);
  expect(changed({ tolerations: [] })).toEqual([
    'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
  ]);
  expect(changed({ containers: [...stored.spec.containers, { name: 'b', image: 'nginx' }] })).toEqual([
    'spec.containers: Forbidden: pod updates may not add or remove containers',
  ]);
});

test('a finalizer has a domain, unless Kubernetes knows it', () => {
  const withFinalizers = (...finalizers: string[]) => said({ ...make('v1', 'ConfigMap', {}), metadata: { name: 'web', finalizers } });
  expect(withFinalizers('kubernetes', 'example.com/keep')).toEqual([]);
  expect(withFinalizers('keep')).toEqual([
    'metadata.finalizers[0]: Invalid value: "keep": name is neither a standard finalizer name nor is it fully qualified',
  ]);
});

test('what may not change later', () => {
  const node = make('v1', 'Node', { spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] } });
  expect(said({ ...node, spec: { podCIDR: '10.244.9.0/24', podCIDRs: ['10.244.9.0/24'] } }, node)).toEqual([
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  ]);
  const fixed = make('v1', 'ConfigMap', { metadata: { name: 'web', namespace: 'default' }, immutable: true, data: { a: '1' } });
  expect(said({ ...fixed, data: { a: '2' } }, fixed)).toEqual(['data: Forbidden: field is immutable when `immutable` is set']);
  const ingressClass = make('networking.k8s.io/v1', 'IngressClass', { spec: { controller: 'k8s.io/ingress-nginx' } });
  expect(said({ ...ingressClass, spec: { controller: 'traefik.io/ingress-controller' } }, ingressClass)).toEqual([
    'spec.controller: Invalid value: "traefik.io/ingress-controller": field is immutable',
  ]);
});

test('owners: each with all that names it, and one controller', () => {
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'a', uid: '1', controller: true };
  const ownerReferences = [owner, { ...owner, name: 'b' }, { ...owner, apiVersion: '', uid: '', controller: false }];
  expect(said({ ...make('v1', 'ConfigMap', {}), metadata: { name: 'web', ownerReferences } })).toEqual([
    'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
    'metadata.ownerReferences.uid: Invalid value: "": uid must not be empty',
    'metadata.ownerReferences: Invalid value: []v1.OwnerReference{v1.OwnerReference{Kind:"ReplicaSet", Name:"a"}, v1.OwnerReference{Kind:"ReplicaSet", Name:"b"}, v1.OwnerReference{Kind:"ReplicaSet", Name:"a"}}: Only one reference can have Controller set to true. Found "true" in references for ReplicaSet/a and ReplicaSet/b',
  ]);
});

test('the failure policy of a job', () => {
  const job = (rules: object[], spec: object = {}, restartPolicy = 'Never') =>
    make('batch/v1', 'Job', {
      spec: { podFailurePolicy: { rules }, template: { spec: { restartPolicy, containers: [{ name: 'web', image: 'perl' }] } }, ...spec },
    });
  const ignore = { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] };
  expect(said(job([ignore]))).toEqual([]);
  expect(said(job([ignore], { podReplacementPolicy: 'TerminatingOrFailed' }, 'OnFailure'))).toEqual([
    'spec.podReplacementPolicy: Unsupported value: "TerminatingOrFailed": supported values: "Failed"',
    'spec.template.spec.restartPolicy: Invalid value: "OnFailure": only "Never" is supported when podFailurePolicy is specified',
  ]);
  const at = 'spec.podFailurePolicy.rules[0]';
  expect(said(job([{}]))).toEqual([
    `${at}.action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
    `${at}: Invalid value: specifying one of OnExitCodes and OnPodConditions is required`,
  ]);
  expect(said(job([{ action: 'FailIndex', onExitCodes: { containerName: 'db', operator: 'In', values: [2, 0, 2] } }]))).toEqual([
    `${at}.action: Invalid value: "FailIndex": requires the backoffLimitPerIndex to be set`,
    `${at}.onExitCodes.containerName: Invalid value: "db": must be one of the container or initContainer names in the pod template`,
    `${at}.onExitCodes.values[1]: Invalid value: 0: must not be 0 for the In operator`,
    `${at}.onExitCodes.values[2]: Duplicate value: 2`,
    `${at}.onExitCodes.values: Invalid value: []int32{2, 0, 2}: must be ordered`,
  ]);
});
