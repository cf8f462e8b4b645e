// The Kubernetes types as the strict decoder knows them: which fields a struct has and of which Go type each is.
// Go's own names are kept because the decoder's messages print them (`ServicePort.spec.ports.port of type int32`).

/** A Go type: a struct of the table, a scalar, or a list or map of one. */
export type FieldType =
  | { readonly kind: 'struct'; readonly name: string; readonly go: string }
  | { readonly kind: 'list'; readonly element: FieldType; readonly go: string }
  | { readonly kind: 'map'; readonly element: FieldType; readonly go: string }
  | { readonly kind: 'scalar'; readonly name: ScalarName; readonly go: string }
  | { readonly kind: 'any'; readonly go: string };

export type ScalarName = 'string' | 'bool' | 'int32' | 'int64' | 'IntOrString' | 'Quantity' | 'Time' | 'bytes';

/** The fields of a struct by its name in a table, or undefined. */
export type StructOf = (name: string) => Struct | undefined;

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

/** The structs of a table: one line for each, read when it is first asked for. */
export function structsOf(table: string): StructOf {
  const lines = new Map(
    table
      .trim()
      .split('\n')
      .map((line) => line.split(': ', 2) as [string, string]),
  );
  const structs = new Map<string, Struct | undefined>();
  return (name) => {
    if (!structs.has(name))
      structs.set(
        name,
        readStruct(lines.get(name), (text) => lines.has(text)),
      );
    return structs.get(name);
  };
}

/** The struct's name as Go prints it in a message. */
export function goStructName(name: string): string {
  return GO_NAMES[name] ?? name;
}

function readStruct(line: string | undefined, isStruct: (name: string) => boolean): Struct | undefined {
  return line === undefined
    ? undefined
    : new Map(
        line.split(', ').map((field) => {
          const space = field.indexOf(' ');
          return [field.slice(0, space), typeOf(field.slice(space + 1), isStruct)] as const;
        }),
      );
}

function typeOf(text: string, isStruct: (name: string) => boolean): FieldType {
  if (text.startsWith('[]')) {
    const element = typeOf(text.slice(2), isStruct);
    return { kind: 'list', element, go: `[]${element.go}` };
  }
  if (text.startsWith('map[string]')) {
    const element = typeOf(text.slice('map[string]'.length), isStruct);
    return { kind: 'map', element, go: text === 'map[string]Quantity' ? 'v1.ResourceList' : `map[string]${element.go}` };
  }
  if (text === 'any') return { kind: 'any', go: 'interface {}' };
  const scalar = SCALARS[text];
  if (scalar !== undefined) return { kind: 'scalar', name: text as ScalarName, go: scalar };
  if (isStruct(text)) return { kind: 'struct', name: text, go: `v1.${goStructName(text)}` };
  return { kind: 'scalar', name: 'string', go: text === 'UID' ? 'types.UID' : `v1.${text}` };
}
