// The Kubernetes types as the strict decoder knows them: which fields a struct has and of which Go type each is.
// Go's own names are kept because the decoder's messages print them (`ServicePort.spec.ports.port of type int32`).

import { SCHEMA_TABLE } from './schema-table.ts';

/** A Go type: a struct of the table, a scalar, or a list or map of one. */
export type FieldType =
  | { readonly kind: 'struct'; readonly name: string; readonly go: string }
  | { readonly kind: 'list'; readonly element: FieldType; readonly go: string }
  | { readonly kind: 'map'; readonly element: FieldType; readonly go: string }
  | { readonly kind: 'scalar'; readonly name: ScalarName; readonly go: string }
  | { readonly kind: 'any'; readonly go: string };

export type ScalarName = 'string' | 'bool' | 'int32' | 'int64' | 'IntOrString' | 'Quantity' | 'Time' | 'bytes';

export type Struct = ReadonlyMap<string, FieldType>;

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bool: 'bool',
  int32: 'int32',
  int64: 'int64',
  bytes: '[]uint8',
  IntOrString: 'intstr.IntOrString',
  Quantity: 'resource.Quantity',
  Time: 'v1.Time',
};

/** Structs that share a Go name with another group's struct have a longer name in the table. */
const GO_NAMES: Readonly<Record<string, string>> = { DiscoveryEndpointPort: 'EndpointPort', RouteParentReference: 'ParentReference' };

const lines = new Map<string, string>();
const structs = new Map<string, Struct>();

/** The fields of a struct by its name in the table, or undefined. */
export function structOf(name: string): Struct | undefined {
  const known = structs.get(name);
  if (known) return known;
  const line = tableLines().get(name);
  if (line === undefined) return undefined;
  const fields = new Map(
    line.split(', ').map((field) => {
      const space = field.indexOf(' ');
      return [field.slice(0, space), typeOf(field.slice(space + 1))] as const;
    }),
  );
  structs.set(name, fields);
  return fields;
}

/** The struct's name as Go prints it in a message. */
export function goStructName(name: string): string {
  return GO_NAMES[name] ?? name;
}

function tableLines(): Map<string, string> {
  if (lines.size > 0) return lines;
  for (const line of SCHEMA_TABLE.trim().split('\n')) {
    const colon = line.indexOf(': ');
    lines.set(line.slice(0, colon), line.slice(colon + 2));
  }
  return lines;
}

function typeOf(text: string): FieldType {
  if (text.startsWith('[]')) {
    const element = typeOf(text.slice(2));
    return { kind: 'list', element, go: `[]${element.go}` };
  }
  if (text.startsWith('map[string]')) {
    const element = typeOf(text.slice('map[string]'.length));
    return { kind: 'map', element, go: text === 'map[string]Quantity' ? 'v1.ResourceList' : `map[string]${element.go}` };
  }
  if (text === 'any') return { kind: 'any', go: 'interface {}' };
  const scalar = SCALARS[text];
  if (scalar !== undefined) return { kind: 'scalar', name: text as ScalarName, go: scalar };
  if (tableLines().has(text)) return { kind: 'struct', name: text, go: `v1.${goStructName(text)}` };
  return { kind: 'scalar', name: 'string', go: text === 'UID' ? 'types.UID' : `v1.${text}` };
}
