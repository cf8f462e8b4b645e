import { describe, expect, test } from 'vitest';
import { admit } from './admit.ts';
import { statusMessage } from './field-error.ts';
import { ServiceAllocations } from './service-allocation.ts';
import type { KubeObject } from './types.ts';

const cluster = { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' };
const create = (object: KubeObject, existing: readonly KubeObject[] = []) => admit({ operation: 'create', object, cluster, existing });
const update = (object: KubeObject, old: KubeObject) => admit({ operation: 'update', object, old, cluster, existing: [old] });
const said = (result: { errors: readonly { path: string; message: string }[] }) =>
  result.errors.map(({ path, message }) => `${path}: ${message}`);

const service = (name: string, spec: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'default' },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});

const deployment = (spec: object): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec,
});

const template = (labels: object) => ({ metadata: { labels }, spec: { containers: [{ name: 'web', image: 'nginx' }] } });

describe('Service addresses', () => {
  test('depend on the name alone: a further Service moves no other', () => {
    const alone = create(service('web')).object.spec.clusterIP;
    const others = ['a', 'b', 'c'].map((name) => create(service(name)).object);
    expect(create(service('web'), others).object.spec.clusterIP).toBe(alone);
    expect(create({ ...service('web'), metadata: { name: 'web', namespace: 'shop' } }).object.spec.clusterIP).not.toBe(alone);
  });

  test('are not handed out twice, and what is asked for by number is kept for its Service', () => {
    const asked = create(service('web')).object.spec;
    const taken = create(service('fixed', { clusterIP: asked.clusterIP })).object;
    expect(create(service('web'), [taken]).object.spec.clusterIP).not.toBe(asked.clusterIP);
    expect(said(create(service('other', { clusterIP: asked.clusterIP }), [taken]))).toEqual([
      `spec.clusterIPs: Invalid value: []string{"${asked.clusterIP}"}: failed to allocate IP ${asked.clusterIP}: provided IP is already allocated`,
    ]);
    const allocations = new ServiceAllocations(cluster);
    allocations.reserve([service('fixed', { clusterIP: asked.clusterIP })]);
    expect(admit({ operation: 'create', object: service('web'), cluster, existing: allocations }).object.spec.clusterIP).not.toBe(
      asked.clusterIP,
    );
  });

  test('of ten thousand Services are found quickly', () => {
    const existing: KubeObject[] = [];
    for (let n = 0; n < 10_000; n++) {
      const { object, errors } = create(service(`web-${n}`, n < 2_000 ? { type: 'NodePort' } : {}), existing);
      expect(errors).toEqual([]);
      existing.push(object);
    }
    expect(new Set(existing.map((object) => object.spec.clusterIP)).size).toBe(10_000);
    expect(new Set(existing.slice(0, 2_000).map((object) => object.spec.ports[0].nodePort)).size).toBe(2_000);
  });

  test('run out', () => {
    const tiny = { serviceCIDRs: ['10.96.0.0/30'], nodePortRange: '30000-30000' };
    const first = admit({ operation: 'create', object: service('a', { type: 'NodePort' }), cluster: tiny, existing: [] }).object;
    const second = admit({ operation: 'create', object: service('b', { type: 'NodePort' }), cluster: tiny, existing: [first] });
    expect(statusMessage('Service', 'b', second.errors)).toBe(
      'Error from server (InternalError): Internal error occurred: failed to allocate a nodePort: range is full',
    );
  });
});

describe('Service updates', () => {
  const stored = create(service('web', { type: 'NodePort' })).object;

  test('keep what was allocated when the same text is applied again', () => {
    const again = update(service('web', { type: 'NodePort' }), stored);
    expect(again.errors).toEqual([]);
    expect(again.object.spec).toEqual(stored.spec);
  });

  test('give node ports back with the type, and get new ones for new ports', () => {
    expect(update({ ...stored, spec: { ...stored.spec, type: 'ClusterIP' } }, stored).object.spec.ports[0].nodePort).toBeUndefined();
    const two = update(
      service('web', {
        type: 'NodePort',
        ports: [
          { name: 'a', port: 80 },
          { name: 'b', port: 81 },
        ],
      }),
      stored,
    ).object.spec.ports;
    expect(two[0].nodePort).toBeGreaterThanOrEqual(30000);
    expect(two[1].nodePort).not.toBe(two[0].nodePort);
  });

  test('cannot change the address', () => {
    const moved = update(service('web', { clusterIP: '10.96.1.1' }), stored);
    expect(said(moved)).toEqual(['spec.clusterIPs[0]: Invalid value: []string{"10.96.1.1"}: may not change once set']);
  });

  test('from ExternalName to ClusterIP allocate', () => {
    const alias = create(service('db', { type: 'ExternalName', externalName: 'db.example.com' })).object;
    const real = update(service('db'), alias);
    expect(real.errors).toEqual([]);
    expect(real.object.spec.clusterIP).toMatch(/^10\./);
  });
});

describe('workloads', () => {
  test('a selector that the template does not have', () => {
    const result = create(deployment({ selector: { matchLabels: { app: 'web' } }, template: template({ app: 'wbe' }) }));
    expect(said(result)).toEqual([
      'spec.template.metadata.labels: Invalid value: map[string]string{"app":"wbe"}: `selector` does not match template `labels`',
    ]);
  });

  test('no selector and no template', () => {
    expect(said(create(deployment({})))).toEqual([
      'spec.selector: Required value',
      'spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`',
      'spec.template.spec.containers: Required value',
    ]);
  });

  test('defaults, and a selector that may not change', () => {
    const { object, errors } = create(deployment({ selector: { matchLabels: { app: 'web' } }, template: template({ app: 'web' }) }));
    expect(errors).toEqual([]);
    expect(object.spec).toMatchObject({ replicas: 1, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%' } } });
    const other = deployment({ selector: { matchLabels: { app: 'x' } }, template: template({ app: 'x' }) });
    expect(said(update(other, object))).toEqual([
      'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"x"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
    ]);
  });

  test('a ReplicationController takes its selector from its template', () => {
    const controller = { apiVersion: 'v1', kind: 'ReplicationController', metadata: { name: 'web', namespace: 'default' } };
    expect(create({ ...controller, spec: { template: template({ app: 'web' }) } }).object.spec.selector).toEqual({ app: 'web' });
    const wrong = create({ ...controller, spec: { selector: { app: 'db' }, template: template({ app: 'web' }) } });
    expect(said(wrong)[0]).toContain('`selector` does not match template `labels`');
  });
});

describe('StatefulSets, DaemonSets and Jobs', () => {
  const workload = (apiVersion: string, kind: string, spec: object): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: 'web', namespace: 'default' },
    spec,
  });
  const selector = { matchLabels: { app: 'web' } };

  test('get their defaults', () => {
    const spec = { selector, serviceName: 'web', template: template({ app: 'web' }) };
    const set = create(workload('apps/v1', 'StatefulSet', spec));
    expect(set.errors).toEqual([]);
    expect(set.object.spec).toMatchObject({
      replicas: 1,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: { rollingUpdate: { partition: 0 } },
    });
    const daemons = create(workload('apps/v1', 'DaemonSet', { selector, template: template({ app: 'web' }) }));
    expect(daemons.errors).toEqual([]);
    expect(daemons.object.spec.updateStrategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } });
  });

  test('of a StatefulSet only a few fields may change', () => {
    const spec = { selector, serviceName: 'web', template: template({ app: 'web' }) };
    const { object } = create(workload('apps/v1', 'StatefulSet', spec));
    expect(update(workload('apps/v1', 'StatefulSet', { ...spec, replicas: 3 }), object).errors).toEqual([]);
    expect(said(update(workload('apps/v1', 'StatefulSet', { ...spec, serviceName: 'db' }), object))[0]).toMatch(
      /^spec: Forbidden: updates to statefulset spec for fields other than 'replicas', .* and 'minReadySeconds' are forbidden$/,
    );
    expect(said(create(workload('apps/v1', 'StatefulSet', { ...spec, podManagementPolicy: 'Serial' })))).toEqual([
      "spec.podManagementPolicy: Invalid value: \"Serial\": must be 'OrderedReady' or 'Parallel'",
    ]);
  });

  test('a DaemonSet without a selector matches nothing', () => {
    expect(said(create(workload('apps/v1', 'DaemonSet', { template: template({ app: 'web' }) })))).toEqual([
      'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
    ]);
  });

  test('a Job needs a restart policy of its own', () => {
    const pod = template({ app: 'web' });
    expect(said(create(workload('batch/v1', 'Job', { template: pod })))).toEqual([
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]);
    const { object, errors } = create(workload('batch/v1', 'Job', { template: { ...pod, spec: { ...pod.spec, restartPolicy: 'Never' } } }));
    expect(errors).toEqual([]);
    expect(object.spec).toMatchObject({ completions: 1, parallelism: 1, backoffLimit: 6 });
  });
});

describe('pods', () => {
  const pod = (spec: object): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'web', namespace: 'default' }, spec });

  test('containers need names, images and ports in range', () => {
    const containers = [
      { name: 'Web', image: 'nginx', ports: [{ name: 'http-and-much-more', containerPort: 70000 }] },
      { name: 'db', ports: [{ containerPort: 5432, protocol: 'tcp' }] },
      {
        name: 'db',
        image: 'postgres',
        ports: [
          { name: 'pg', containerPort: 1 },
          { name: 'pg', containerPort: 2 },
        ],
      },
    ];
    expect(said(create(pod({ containers }))).map((line) => line.replace(/: a lowercase.*/, ''))).toEqual([
      'spec.containers[0].name: Invalid value: "Web"',
      'spec.containers[0].ports[0].name: Invalid value: "http-and-much-more": must be no more than 15 characters',
      'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
      'spec.containers[1].image: Required value',
      'spec.containers[1].ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
      'spec.containers[2].ports[1].name: Duplicate value: "pg"',
      'spec.containers[2].name: Duplicate value: "db"',
    ]);
  });

  test('only the image may change', () => {
    const { object } = create(pod({ containers: [{ name: 'web', image: 'nginx:1.26' }] }));
    expect(update(pod({ containers: [{ name: 'web', image: 'nginx:1.27' }] }), object).errors).toEqual([]);
    expect(said(update(pod({ containers: [{ name: 'www', image: 'nginx' }] }), object))[0]).toContain(
      'spec: Forbidden: pod updates may not change fields',
    );
  });
});

test('several errors are listed below each other, one stands on the first line', () => {
  const { errors } = create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'my_ns', labels: { 'a/b/c': 'x' } } });
  expect(
    statusMessage('Namespace', 'my_ns', errors)
      .split('\n')
      .map((line) => line.slice(0, 60)),
  ).toEqual([
    'The Namespace "my_ns" is invalid: ',
    '* metadata.name: Invalid value: "my_ns": a lowercase RFC 112',
    '* metadata.labels: Invalid value: "a/b/c": a qualified name ',
  ]);
});

test('slices and endpoints refuse addresses that cannot be endpoints', () => {
  const meta = { metadata: { name: 'web', namespace: 'default' } };
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    ...meta,
    addressType: 'IPv4',
    endpoints: [{ addresses: ['127.0.0.1', 'fd00::1'] }],
  };
  expect(said(create(slice))).toEqual([
    'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    'endpoints[0].addresses[1]: Invalid value: "fd00::1": must be a valid IPv4 address',
  ]);
  const endpoints = { apiVersion: 'v1', kind: 'Endpoints', ...meta, subsets: [{ ports: [{ port: 80 }] }] };
  expect(said(create(endpoints))).toEqual(['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`']);
});
