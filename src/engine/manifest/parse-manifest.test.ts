import { describe, expect, test } from 'vitest';
import type { Problem, SourceRange } from '../view.ts';
import { MAX_TEXT_LENGTH } from './manifest.ts';
import { parseManifest } from './parse-manifest.ts';
import { applyEdit } from './text-edit.ts';

const names = (text: string) =>
  parseManifest(text).objects.map(({ object }) => `${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`);
const errors = (text: string) => parseManifest(text).problems.filter((problem) => problem.severity === 'error');
const place = (range: SourceRange) => `${range.startLine}:${range.startColumn}-${range.endLine}:${range.endColumn}`;
const said = (problem: Problem | undefined) => `${problem ? place(problem.range) : 'nowhere'} ${problem?.message}`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    app.kubernetes.io/name: web
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: 8080
`;

describe('objects', () => {
  test('a stream of documents, with the namespace filled in where the kind has one', () => {
    expect(names(`${SERVICE}---\n# nothing\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n`)).toEqual([
      'Service/default/web',
      'Namespace//shop',
    ]);
  });

  test('lists, JSON, CRLF and a byte order mark', () => {
    const pod = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"shop"},"spec":{"containers":[]}}';
    expect(names(`{"apiVersion":"v1","kind":"List","items":[${pod}]}`)).toEqual(['Pod/shop/a']);
    expect(names(`${pod}\n${pod.replace('"a"', '"b"')}`)).toEqual(['Pod/shop/a', 'Pod/shop/b']);
    expect(names(JSON.stringify(JSON.parse(pod), null, '\t'))).toEqual(['Pod/shop/a']);
    expect(names('apiVersion: v1\nkind: PodList\nitems:\n- metadata: {name: a}\n')).toEqual(['Pod/default/a']);
    expect(names(`\uFEFF${SERVICE.replaceAll('\n', '\r\n')}`)).toEqual(['Service/default/web']);
  });

  test('a broken document leaves the others alive', () => {
    const text = `${SERVICE}---\nkind: [\n---\n${SERVICE.replace('name: web', 'name: other')}`;
    expect(names(text)).toEqual(['Service/default/web', 'Service/default/other']);
    expect(errors(text)).toHaveLength(1);
  });

  test('a Scenario needs no name', () => {
    const text = 'apiVersion: packetwalk.dev/v1\nkind: Scenario\ntitle: x\ntraffic: [{from: pod/default/a, to: "http://web"}]\n';
    expect(parseManifest(text).problems).toEqual([]);
    expect(names(text)).toEqual(['Scenario//scenario']);
  });

  test('scalars are read as Kubernetes tooling reads them', () => {
    const text = `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\nv: [0644, no, on, yes, 012, 080, 12:30:45, 1_000, 0x1f, ~, 2024-01-02, "no", 1e3]\n`;
    expect(parseManifest(text).objects[0]?.object.v).toEqual([
      420,
      false,
      true,
      true,
      10,
      80,
      '12:30:45',
      1000,
      31,
      null,
      '2024-01-02',
      'no',
      1000,
    ]);
  });

  test('merge keys and aliases', () => {
    const text = `apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\na: &a {x: 1, z: 2}\nb: {<<: *a, z: 3}\nc: *a\n`;
    const object = parseManifest(text).objects[0]?.object;
    expect(object?.b).toEqual({ z: 3, x: 1 });
    expect(object?.c).toEqual({ x: 1, z: 2 });
  });
});

describe('ranges', () => {
  const service = parseManifest(SERVICE).objects[0];
  test('of values and keys, by the paths that the API prints', () => {
    expect(place(service?.rangeOf('spec.ports[0].targetPort') as SourceRange)).toBe('13:19-13:23');
    expect(place(service?.keyRangeOf('spec.ports[0].targetPort') as SourceRange)).toBe('13:7-13:17');
    expect(place(service?.rangeOf('metadata.labels[app.kubernetes.io/name]') as SourceRange)).toBe('6:29-6:32');
    expect(place(service?.rangeOf('metadata.labels.app.kubernetes.io/name') as SourceRange)).toBe('6:29-6:32');
    expect(place(service?.range as SourceRange)).toBe('1:1-13:23');
  });

  test('of the nearest ancestor when the field is absent', () => {
    expect(place(service?.rangeOf('spec.ports[0].nodePort') as SourceRange)).toBe('11:7-13:23');
    expect(place(service?.keyRangeOf('spec.clusterIP') as SourceRange)).toBe('7:1-7:5');
    expect(service?.has('spec.clusterIP')).toBe(false);
  });

  test('count from the document, also behind a byte order mark and CRLF', () => {
    const text = `\uFEFF${SERVICE}---\n${SERVICE.replace('name: web', 'name: b')}`.replaceAll('\n', '\r\n');
    expect(place(parseManifest(text).objects[1]?.rangeOf('metadata.name') as SourceRange)).toBe('18:9-18:10');
  });
});

describe('problems', () => {
  test('a version that the kind does not have', () => {
    const [problem] = errors('apiVersion: v1\nkind: Deployment\nmetadata: {name: web}\n');
    expect(said(problem)).toBe('1:13-1:15 no matches for kind "Deployment" in version "v1"');
    expect(problem?.fix?.newText).toBe('apps/v1');
    expect(errors('apiVersion: apps/v1\nkind: Deploymnt\nmetadata: {name: web}\n')[0]?.fix?.newText).toBe('Deployment');
    expect(errors('apiVersion: apps/v1\nkind: Frobnicator\nmetadata: {name: web}\n')[0]?.message).toContain(
      '\nensure CRDs are installed first',
    );
  });

  test('unknown fields with the nearest known one, and wrong types, all at once', () => {
    const found = errors(SERVICE.replace('ports:', 'prots:').replace('port: 80\n', 'port: "80"\n').replace('app: web', 'app: 1'));
    expect(found.map(said)).toEqual([
      '9:10-9:11 json: cannot unmarshal number into Go struct field ServiceSpec.spec.selector of type string',
      '10:3-10:8 strict decoding error: unknown field "spec.prots"',
      '12:13-12:17 json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32',
    ]);
    expect(found.map((problem) => problem.fix?.newText)).toEqual(['"1"', 'ports', '80']);
  });

  test('named string types and lists are named as Go names them', () => {
    expect(errors(SERVICE.replace('port: 80\n', 'port: 80\n      protocol: 6\n'))[0]?.message).toBe(
      'json: cannot unmarshal number into Go struct field ServicePort.spec.ports.protocol of type v1.Protocol',
    );
    const [noDash] = errors('apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports:\n    port: 80\n');
    expect(said(noDash)).toBe('5:3-5:8 json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort');
    expect(noDash?.fix?.newText).toBe('- port: 80');
  });

  test('selector.matchLabels in a Service, in the words of the API, and its fix', () => {
    const text = SERVICE.replace('    app: web\n', '    matchLabels:\n      app: web\n');
    const [problem] = errors(text);
    expect(problem?.message).toBe('json: cannot unmarshal object into Go struct field ServiceSpec.spec.selector of type string');
    expect(said(problem)).toMatch(/^9:5-9:16 json/);
    expect(applyEdit(text, problem?.fix)).toBe(SERVICE);
  });

  test('a plain selector in a Deployment, and its fix', () => {
    const text = `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector:\n    app: web\n    tier: front\n  template: {}\n`;
    const found = errors(text);
    expect(found.map(said)).toEqual([
      '7:5-7:8 strict decoding error: unknown field "spec.selector.app"',
      '8:5-8:9 strict decoding error: unknown field "spec.selector.tier"',
    ]);
    expect(errors(applyEdit(text, found[0]?.fix))).toEqual([]);
  });

  test('a field at the wrong level is sent to the right one', () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  containers: []\n';
    expect(errors(text)[0]?.hint).toContain('`spec.template.spec`');
  });

  test('keys that stand twice', () => {
    const [problem] = errors(SERVICE.replace('    app: web\n', '    app: web\n    app: db\n'));
    expect(said(problem)).toBe('10:5-10:8 error converting YAML to JSON: yaml: unmarshal errors: line 10: key "app" already set in map');
  });

  test('objects without a name, and the same object twice', () => {
    expect(said(errors('apiVersion: v1\nkind: Pod\nmetadata: {}\n')[0])).toBe(
      '3:1-3:9 metadata.name: Required value: name or generateName is required',
    );
    expect(parseManifest(`${SERVICE}---\n${SERVICE}`).problems[0]?.message).toBe(
      'Service "web" is already defined in line 1; this later one counts',
    );
  });

  test('what is accepted but not simulated, at its line', () => {
    const text = `apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  schedulerName: default-scheduler
  volumes: [{name: x, emptyDir: {}}]
  containers:
    - name: shop
      image: shop/web:1.4
      ports: [{containerPort: 8080}]
    - name: web
      image: nginx:1.27
      ports:
        - containerPort: 80
        - containerPort: 8081
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: x}
`;
    expect(parseManifest(text).problems.map((problem) => `${problem.severity} ${said(problem)}`)).toEqual([
      'not-simulated 6:3-6:10 spec.volumes is accepted, not simulated',
      'not-simulated 9:14-9:26 image shop/web:1.4 is not run; its declared ports are listened on',
      'not-simulated 15:26-15:30 nginx does not listen on 8081 by itself; declared ports are listened on',
      'not-simulated 18:7-18:18 Certificate (cert-manager.io/v1) is accepted, not simulated',
    ]);
  });
});

describe('hostile text', () => {
  test('is refused with a problem, never with an exception', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, i) => `${name}: &${name} [${`*${'abcdefghi'[i]},`.repeat(9)}]`)
      .join('\n')}`;
    expect(errors(bomb)[0]?.message).toContain('document contains excessive aliasing');
    expect(errors(`a: ${'['.repeat(5000)}`)[0]?.message).toContain('exceeded max depth');
    expect(errors('x'.repeat(MAX_TEXT_LENGTH + 1))[0]?.message).toBe('the text is 513 kB long; at most 512 kB are read');
    expect(errors('*nobody')[0]?.message).toContain("unknown anchor 'nobody' referenced");
    expect(errors('kind: &a [*a]').map((problem) => problem.message)).toContain(
      "error converting YAML to JSON: yaml: line 1: anchor 'a' value contains itself",
    );
    for (const text of [
      '',
      '\n',
      '---',
      '---\n---\n...',
      '\0',
      '%',
      '? ',
      '- ',
      '!!',
      '{',
      '"',
      '&',
      '*',
      '\t',
      'a: |',
      '<<: 1',
      '__proto__: 1',
    ]) {
      expect(() => parseManifest(text)).not.toThrow();
    }
  });

  test('keys of the prototype stay keys', () => {
    const object = parseManifest('apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: x}\n__proto__: {polluted: true}\n').objects[0]
      ?.object;
    expect(Object.hasOwn(object ?? {}, '__proto__')).toBe(true);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});
