// Patches and kubectl apply, on a Deployment and a Service as a reader writes them.

import { expect, test } from 'vitest';
import { admit } from '../api/admit.ts';
import type { KubeObject } from '../api/types.ts';
import { Clock } from '../sim/clock.ts';
import { type Api, createApi, createObject } from './api.ts';
import { answerOf, errorText } from './api-error.ts';
import { applyObject, LAST_APPLIED, patchObject, scaleObject, scaleOf } from './patch.ts';
import { createObjectStore } from './store.ts';

function newApi(): Api {
  const store = createObjectStore(new Clock(), 1);
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'default' } });
  return createApi(store, { serviceCIDRs: ['10.96.0.0/12'], nodePortRange: '30000-32767' }, admit);
}

const WEB = { kind: 'Deployment', namespace: 'default', name: 'web' };
const nginx = { name: 'nginx', image: 'nginx:1.27', ports: [{ containerPort: 80 }] };

const deployment = (spec: object = {}, containers: object[] = [nginx]): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: { selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers } }, ...spec },
});

const containersOf = (object: KubeObject) =>
  object.spec.template.spec.containers.map(({ name, image }: typeof nginx) => `${name}=${image}`);
const refusal = (call: () => unknown) => {
  const answer = answerOf(call);
  return 'status' in answer ? errorText(answer.status) : 'fine';
};

test('a strategic patch finds containers by name and ports by number', () => {
  const api = newApi();
  createObject(api, deployment({}, [nginx, { name: 'log', image: 'busybox' }]));
  const patch = { spec: { template: { spec: { containers: [{ name: 'nginx', image: 'nginx:1.28', ports: [{ containerPort: 443 }] }] } } } };
  const patched = patchObject(api, WEB, 'strategic', patch);
  expect(containersOf(patched)).toEqual(['nginx=nginx:1.28', 'log=busybox']);
  expect(patched.spec.template.spec.containers[0].ports.map((port: { containerPort: number }) => port.containerPort)).toEqual([80, 443]);
  const without = { spec: { template: { spec: { containers: [{ name: 'log', $patch: 'delete' }] } } } };
  expect(containersOf(patchObject(api, WEB, 'strategic', without))).toEqual(['nginx=nginx:1.28']);
});

test('a merge patch replaces lists; null takes a field out', () => {
  const api = newApi();
  createObject(api, deployment({ paused: true }));
  const patched = patchObject(api, WEB, 'merge', { metadata: { labels: { app: null, tier: 'web' } }, spec: { paused: null } });
  expect(patched.metadata.labels).toEqual({ tier: 'web' });
  expect(patched.spec.paused).toBeUndefined();
});

test('a JSON patch goes step by step, and fails as a whole', () => {
  const api = newApi();
  createObject(api, deployment());
  const image = '/spec/template/spec/containers/0/image';
  patchObject(api, WEB, 'json', [
    { op: 'test', path: image, value: 'nginx:1.27' },
    { op: 'replace', path: image, value: 'nginx:1.28' },
    { op: 'add', path: '/metadata/annotations', value: { 'example.com/a': 'b' } },
  ]);
  expect(containersOf(api.store.get('Deployment', 'default', 'web') as KubeObject)).toEqual(['nginx=nginx:1.28']);
  expect(refusal(() => patchObject(api, WEB, 'json', [{ op: 'test', path: image, value: 'x' }]))).toBe(
    'The request is invalid: the server rejected our request due to an error in our request',
  );
});

test('a patch is admitted like an update: types, versions, immutable fields', () => {
  const api = newApi();
  createObject(api, deployment());
  expect(refusal(() => patchObject(api, WEB, 'merge', { spec: { replicas: '3' } }))).toBe(
    'Error from server (BadRequest): Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
  );
  expect(refusal(() => patchObject(api, WEB, 'merge', { metadata: { resourceVersion: '1' } }))).toContain('the object has been modified');
  expect(refusal(() => patchObject(api, WEB, 'merge', { spec: { selector: { matchLabels: { app: 'x' } } } }))).toContain(
    'field is immutable',
  );
  expect(refusal(() => patchObject(api, { ...WEB, name: 'db' }, 'merge', {}))).toBe(
    'Error from server (NotFound): deployments.apps "db" not found',
  );
});

test('a field that nobody knows is not kept, and the client is warned', () => {
  const api = newApi();
  createObject(api, deployment());
  const warnings: string[] = [];
  const spec = { replcas: 3, template: { spec: { containers: [{ name: 'nginx', imagePolicy: 'Always' }] } } };
  const patched = patchObject(api, WEB, 'strategic', { spec }, { warn: (warning) => warnings.push(warning) });
  expect(warnings).toEqual(['unknown field "spec.template.spec.containers[0].imagePolicy"', 'unknown field "spec.replcas"']);
  expect(patched).toEqual(api.store.get('Deployment', 'default', 'web'));
  expect(patched.spec).not.toHaveProperty('replcas');
  expect(patched.metadata.generation).toBe(1);
});

test('apply says created, unchanged, configured', () => {
  const api = newApi();
  expect(applyObject(api, deployment()).lines).toEqual(['deployment.apps/web created']);
  expect(applyObject(api, deployment()).lines).toEqual(['deployment.apps/web unchanged']);
  expect(applyObject(api, deployment({ replicas: 3 })).lines).toEqual(['deployment.apps/web configured']);
  expect(applyObject(api, deployment({ replicas: 3 })).result).toBe('unchanged');
});

test('apply takes out what the manifest no longer has, and leaves what others have added', () => {
  const api = newApi();
  applyObject(api, deployment({ minReadySeconds: 5 }, [nginx, { name: 'log', image: 'busybox' }]));
  scaleObject(api, WEB, 5);
  patchObject(api, WEB, 'strategic', { spec: { template: { spec: { containers: [{ name: 'proxy', image: 'envoy' }] } } } });
  const { object } = applyObject(api, deployment());
  expect(containersOf(object)).toEqual(['nginx=nginx:1.27', 'proxy=envoy']);
  expect(object.spec.minReadySeconds).toBeUndefined();
  expect(object.spec.replicas).toBe(5);
  expect(JSON.parse(object.metadata.annotations?.[LAST_APPLIED] ?? '').spec.minReadySeconds).toBeUndefined();
});

test('apply to Recreate drops what belongs to the other strategy', () => {
  const api = newApi();
  applyObject(api, deployment({ strategy: { rollingUpdate: { maxSurge: 1 } } }));
  expect(applyObject(api, deployment({ strategy: { type: 'Recreate' } })).object.spec.strategy).toEqual({ type: 'Recreate' });
});

test('apply to an object that was created otherwise warns once', () => {
  const api = newApi();
  createObject(api, deployment());
  const { lines } = applyObject(api, deployment());
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(`Warning: resource deployments/web is missing the ${LAST_APPLIED} annotation`);
  expect(applyObject(api, deployment()).lines).toEqual(['deployment.apps/web unchanged']);
});

test('scale changes the number of replicas and nothing else', () => {
  const api = newApi();
  createObject(api, deployment());
  expect(scaleObject(api, WEB, 3).metadata.generation).toBe(2);
  expect(scaleOf(api, WEB)).toEqual({ spec: { replicas: 3 }, status: { replicas: 0 } });
  expect(refusal(() => scaleObject(api, WEB, -1))).toContain('must be greater than or equal to 0');
});
