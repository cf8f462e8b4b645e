// Where the simulation of containers simplifies: no image is run. Known programs listen on their own ports, and every
// declared port is listened on as well, which `containerPort` on a real node does not bring about. What is there to end
// ends well, unless its command is known to fail.

import { ASSUMED_JOB_US, exitOf, sleepOf } from '../api/container-exits.ts';
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
  const inits = spec.initContainers ?? [];
  const notes = (container: Container, at: string) => [
    ...((object.kind === 'Job' ? endNotes(container, at, 'job', place) : null) ?? runNotes(container, at, isAnnotated, place)),
    ...hookNotes(container, at, place),
  ];
  return [
    ...inits.flatMap((container, index) => {
      const at = `${path}.initContainers[${index}]`;
      return container.restartPolicy === 'Always' ? notes(container, at) : (endNotes(container, at, 'init', place) ?? []);
    }),
    ...(spec.containers ?? []).flatMap((container, index) => notes(container, `${path}.containers[${index}]`)),
  ];
}

type Place = (at: string, message: string) => Finding;

/** What is made up about the end of a container that is there to end; null for one that goes on. */
function endNotes(container: Container, path: string, role: 'init' | 'job', place: Place): Finding[] | null {
  const exit = exitOf(container, role);
  if (!exit) return null;
  if (!exit.assumed) return [];
  const [what, at] = programOf(container, path);
  const when = role === 'init' ? 'at once' : `after ${ASSUMED_JOB_US / 1_000_000} s`;
  return [place(at, `${what} is not run; it counts as done ${when}, with exit code 0`)];
}

function hookNotes({ lifecycle }: Container, path: string, place: Place): Finding[] {
  const command = lifecycle?.preStop?.exec?.command;
  if (!Array.isArray(command) || sleepOf(command.map(String)) !== null) return [];
  return [place(`${path}.lifecycle.preStop.exec.command`, `command ${command[0]} is not run; the hook is over at once`)];
}

/** The program in words, and where the text names it. */
function programOf({ command, image }: Container, path: string): readonly [string, string] {
  return command?.length ? [`command ${command[0]}`, `${path}.command`] : [`image ${image}`, `${path}.image`];
}

function runNotes(container: Container, path: string, isAnnotated: boolean, place: Place): Finding[] {
  const program = knownProgram(container);
  const ports = container.ports ?? [];
  if (program === null) {
    if ((!container.command?.length && !container.image) || exitOf(container, 'service')) return [];
    const [what, at] = programOf(container, path);
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
