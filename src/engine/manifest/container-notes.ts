// Where the simulation of containers simplifies: no image is run. Known programs listen on their own ports, and every
// declared port is listened on as well, which `containerPort` on a real node does not bring about.

import { type KnownProgram, knownProgram } from '../api/known-images.ts';
import type { Container, KubeObject, PodSpec } from '../api/types.ts';
import { locate } from './field-path.ts';
import type { Finding } from './finding.ts';
import type { YamlMapping } from './yaml-tree.ts';

/** `packetwalk.dev/listen` says itself what the pod listens on. */
const LISTEN_ANNOTATION = 'packetwalk.dev/listen';

/** The notes on the containers of a pod, or of the pods that a controller makes. */
export function containerNotes(root: YamlMapping, object: KubeObject): Finding[] {
  const isPod = object.kind === 'Pod';
  const path = isPod ? 'spec' : 'spec.template.spec';
  const spec: PodSpec | undefined = isPod ? object.spec : object.spec?.template?.spec;
  const metadata = isPod ? object.metadata : object.spec?.template?.metadata;
  if (typeof spec !== 'object') return [];
  const isAnnotated = metadata?.annotations?.[LISTEN_ANNOTATION] !== undefined;
  const place = (at: string, message: string) => noteAt(root, at, message);
  return [
    ...(spec.initContainers ?? []).flatMap((container, index) =>
      container.restartPolicy === 'Always'
        ? runNotes(container, `${path}.initContainers[${index}]`, isAnnotated, place)
        : [place(`${path}.initContainers[${index}].name`, `init container ${container.name} is not run`)],
    ),
    ...(spec.containers ?? []).flatMap((container, index) => runNotes(container, `${path}.containers[${index}]`, isAnnotated, place)),
  ];
}

function runNotes(container: Container, path: string, isAnnotated: boolean, place: (at: string, message: string) => Finding): Finding[] {
  const program = knownProgram(container);
  const ports = container.ports ?? [];
  if (program === null) {
    const what = container.command?.length ? `command ${container.command[0]}` : `image ${container.image}`;
    const at = container.command?.length ? `${path}.command` : `${path}.image`;
    if (!container.command?.length && !container.image) return [];
    return [place(at, `${what} is not run; ${listening(ports.length, isAnnotated)}`)];
  }
  if (isAnnotated || program.isIdle) return [];
  return ports.flatMap((port, index) => {
    const protocol = port.protocol ?? 'TCP';
    if (listensOn(program, protocol, port.containerPort)) return [];
    const message = `${program.program} does not listen on ${port.containerPort} by itself; declared ports are listened on`;
    return [place(`${path}.ports[${index}].containerPort`, message)];
  });
}

function listening(declared: number, isAnnotated: boolean): string {
  if (isAnnotated) return `${LISTEN_ANNOTATION} says what is listened on`;
  return declared > 0 ? 'its declared ports are listened on' : 'it declares no ports, so nothing listens';
}

function listensOn(program: KnownProgram, protocol: string, port: number): boolean {
  return program.listens.some((listen) => listen.protocol === protocol.toLowerCase() && listen.port === port);
}

function noteAt(root: YamlMapping, path: string, message: string): Finding {
  const { node, entry } = locate(root, path);
  const place = node.kind === 'scalar' ? node : (entry?.keyPlace ?? node);
  return { severity: 'not-simulated', message, path, start: place.start, end: place.end };
}
