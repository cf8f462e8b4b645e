// The API server's errors at the place in the text that they are about, with a word on what to do about them.

import type { FieldError } from '../api/field-error.ts';
import type { Problem, SourceRange, TextEdit } from '../view.ts';
import { certainFix } from './fixes.ts';
import type { ManifestObject } from './manifest.ts';
import { objectKey } from './plain-object.ts';

/** One problem per error. An error about a field that the text leaves out stands at the field around it. */
export function problemsFor(errors: readonly FieldError[], manifestObject: ManifestObject): Problem[] {
  return errors.map((error) => {
    const range = placeOf(error, manifestObject);
    const advice = ADVICE.find(({ path, message }) => path.test(error.path) && message.test(error.message));
    const fix = advice?.fix?.(error, range, manifestObject) ?? certainFix(error, manifestObject, range);
    return {
      severity: 'error',
      message: error.path === '' ? error.message : `${error.path}: ${error.message}`,
      path: error.path,
      range,
      object: objectKey(manifestObject.object),
      ...(advice ? { hint: advice.hint } : {}),
      ...(fix ? { fix } : {}),
    };
  });
}

/** Paths that the server spells otherwise than the text, or fields that it fills in from others. */
const OTHER_NAMES: readonly (readonly [pattern: RegExp, replacement: string])[] = [
  [/^spec\.LoadBalancerSourceRanges/, 'spec.loadBalancerSourceRanges'],
  [/^spec\.clusterIPs(\[0\])?$/, 'spec.clusterIP'],
  [/^annotations\.(.*)$/, 'metadata.annotations[$1]'],
  [/^spec\.template\.(labels|annotations)/, 'spec.template.metadata.$1'],
  [/^allocateLoadBalancerNodePorts$/, 'spec.allocateLoadBalancerNodePorts'],
  [/\.targetPort$/, '.port'],
  [/^spec\.podCIDRs\[0\]$/, 'spec.podCIDR'],
  [/^metadata\.taints/, 'spec.taints'],
  [/^metadata\.name$/, 'metadata.generateName'],
];

function placeOf(error: FieldError, item: ManifestObject): SourceRange {
  const others = OTHER_NAMES.filter(([pattern]) => pattern.test(error.path)).map(([pattern, name]) => error.path.replace(pattern, name));
  const path = [error.path, ...others].find((candidate) => item.has(candidate));
  if (path === undefined) return item.keyRangeOf(others[0] ?? error.path);
  const label = labelAt(error, path, item);
  if (label) return label;
  const range = item.rangeOf(path);
  return range.startLine === range.endLine ? range : item.keyRangeOf(path);
}

/** Errors about labels name the map; the key or value that is wrong stands in the message. */
function labelAt(error: FieldError, path: string, item: ManifestObject): SourceRange | null {
  const quoted = /^Invalid value: ("(?:[^"\\]|\\.)*"): /.exec(error.message)?.[1];
  if (quoted === undefined || !/(labels|selector|matchLabels|annotations)$/.test(path)) return null;
  const text: unknown = JSON.parse(quoted);
  let map: unknown = item.object;
  for (const key of path.split('.')) map = (map as Record<string, unknown> | undefined)?.[key];
  for (const [key, value] of Object.entries((map as Record<string, string> | undefined) ?? {})) {
    if (key === text) return item.keyRangeOf(`${path}[${key}]`);
    if (value === text) return item.rangeOf(`${path}[${key}]`);
  }
  return null;
}

interface Advice {
  readonly path: RegExp;
  readonly message: RegExp;
  readonly hint: string;
  readonly fix?: (error: FieldError, range: SourceRange, item: ManifestObject) => TextEdit | null;
}

const ADVICE: readonly Advice[] = [
  {
    path: /nodePort$/i,
    message: /not in the valid range/,
    hint: 'Node ports lie between 30000 and 32767. Leave `nodePort` out and a free one is assigned.',
  },
  {
    path: /nodePort$/i,
    message: /already allocated/,
    hint: 'Another Service has this node port: choose a different one, or leave it out.',
  },
  {
    path: /nodePort$/,
    message: /may not be used when/,
    hint: 'Only Services of `type: NodePort` and `type: LoadBalancer` have node ports.',
  },
  {
    path: /clusterIPs/,
    message: /already allocated/,
    hint: 'Another Service has this address: leave `clusterIP` out and a free one is assigned.',
  },
  {
    path: /clusterIPs/,
    message: /does not match the current range/,
    hint: 'Leave `clusterIP` out, and a free address of that range is assigned.',
  },
  {
    path: /template\.metadata\.labels$/,
    message: /does not match template/,
    hint: 'Every label of `spec.selector` must stand among the labels of `spec.template.metadata` too, or the pods would not be found again.',
  },
  {
    path: /selector$/,
    message: /Required value|empty selector/,
    hint: 'Say which pods belong to it: `selector:`, `matchLabels:` and the labels of the template.',
  },
  { path: /^spec\.ports$/, message: /Required value/, hint: 'A Service needs at least one port: `ports:` with an entry `- port: 80`.' },
  { path: /ports\[\d+\]\.name$/, message: /Required value/, hint: 'With more than one port, each needs a name.' },
  { path: /containers$/, message: /Required value/, hint: 'A pod needs at least one container with a name and an image.' },
  { path: /\.image$/, message: /Required value/, hint: 'Say which image to run: `image: nginx`.' },
  {
    path: /targetPort$/,
    message: /must contain at least one letter/,
    hint: 'In quotes it is the name of a port; a port number stands without quotes.',
    fix: (error, range, item) => {
      const number = /"(\d+)"/.exec(error.message)?.[1];
      return number === undefined || !item.has(error.path) ? null : { title: `Change to ${number}`, range, newText: number };
    },
  },
  {
    path: /protocol$/,
    message: /Unsupported value/,
    hint: 'Protocols are written in capital letters.',
  },
  { path: /^metadata\.name$/, message: /Invalid value/, hint: 'Use small letters, digits and `-`, and begin with a letter.' },
  { path: /name$/, message: /lower case|alpha-numeric/, hint: 'Use small letters, digits and `-`.' },
  { path: /^spec\.clusterIPs/, message: /may not change once set/, hint: 'A Service keeps its address: delete it and create it anew.' },
  { path: /^spec\.selector$/, message: /field is immutable/, hint: 'The selector stays as it is: delete the object and create it anew.' },
];
