import { expect, test } from 'vitest';
import { Cluster } from './cluster.ts';
import { ObjectViews } from './object-views.ts';
import { wholeParts } from './whole-parts.ts';

const workload = (name: string, replicas: number) => `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}}
spec:
  replicas: ${replicas}
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec: {containers: [{name: server, image: nginx}]}
---
apiVersion: v1
kind: Service
metadata: {name: ${name}}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
`;

test('what shows the same is the same object; what shows something new is made anew', () => {
  const cluster = Cluster.atRest(workload('web', 2) + workload('api', 1), 1, wholeParts);
  const views = new ObjectViews(cluster);
  const before = new Map(views.all().map((view) => [view.key, view]));
  views.goOn();
  expect(views.all().every((view) => view === before.get(view.key))).toBe(true);

  views.goOn();
  const [pod] = [...before.values()].filter(({ kind, name }) => kind === 'Pod' && name.startsWith('web-'));
  cluster.store.delete('Pod', 'default', pod?.name ?? '');
  cluster.converge();
  const after = views.all();
  expect(after).toEqual(new ObjectViews(cluster).all());
  const changed = new Set(after.filter((view) => view !== before.get(view.key)).map(({ key }) => key));
  expect(changed).toContain('Service/default/web');
  expect(changed).not.toContain('Deployment/default/api');
});

test('in a crowded namespace a Service explains its own pods, or some of the others where it has none', () => {
  const cluster = Cluster.atRest(workload('web', 3) + workload('crowd', 90) + workload('lost', 0), 1, wholeParts);
  const [web, lost] = ['web', 'lost'].map((name) => {
    const view = new ObjectViews(cluster).all().find(({ key }) => key === `Service/default/${name}`);
    return view && 'candidates' in view ? view.candidates : [];
  });
  expect(web?.map(({ endpoint }) => endpoint)).toEqual([true, true, true]);
  expect(lost).toHaveLength(50);
  expect(lost?.at(-1)?.why).toBe('it has app=crowd, the selector asks app=lost');
});
