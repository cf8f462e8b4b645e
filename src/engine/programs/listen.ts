// Which sockets a pod's programs open. Programs open ports, `containerPort` does not: well-known images listen where
// their programs listen by default. Ports that are declared are opened too, which is a simplification (`declared` marks
// them), because what an unknown image does cannot be known; the annotation says it where it matters.

import { type DefaultListen, imageName, knownProgram } from '../api/known-images.ts';
import type { Container, Pod } from '../api/types.ts';
import { type Address, familyOf, parseAddress } from '../net/address.ts';

/** `packetwalk.dev/listen: "tcp:127.0.0.1:8080,udp:0.0.0.0:53"` on a pod replaces everything below. */
export const LISTEN_ANNOTATION = 'packetwalk.dev/listen';

export interface Listen {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly address: Address;
  readonly port: number;
  readonly program: string;
  /** Opened only because the pod declares this `containerPort`. */
  readonly declared: boolean;
}

export interface ContainerListens {
  readonly container: string;
  readonly listens: readonly Listen[];
  readonly source: 'annotation' | 'image' | 'declared';
}

/** A container that cannot start, because another of its pod holds the port. */
export interface PortCollision {
  readonly container: string;
  readonly heldBy: string;
  readonly listen: Listen;
  /** What the program prints before it exits. */
  readonly message: string;
}

/** The sockets of every container that keeps running, in the order in which the containers start: sidecars first. */
export function listensOf(pod: Pod): readonly ContainerListens[] {
  const containers = runningContainers(pod);
  const annotation = pod.metadata.annotations?.[LISTEN_ANNOTATION];
  return annotation === undefined ? containers.map(listensOfReplica) : annotatedListens(containers, annotation);
}

/** Replicas share their container, and come one after the other. */
function listensOfReplica(container: Container): ContainerListens {
  if (last.container !== container) last = { container, listens: ownListens(container) };
  return last.listens as ContainerListens;
}

let last: { readonly container: Container | null; readonly listens: ContainerListens | null } = { container: null, listens: null };

/** Where a socket is bound: a program that names no address takes both families where there are two. */
export function boundAddress({ metadata }: Pod, { protocol, address, port }: Listen, isDualStack: boolean): Address {
  const isAsked = metadata.annotations?.[LISTEN_ANNOTATION]?.includes(`${protocol}:0.0.0.0:${port}`) === true;
  return isDualStack && address === '0.0.0.0' && !isAsked ? '::' : address;
}

/** What is wrong with the pod's annotation, one sentence an entry. Entries that can be read count all the same. */
export function listenProblems(pod: Pod): readonly string[] {
  const annotation = pod.metadata.annotations?.[LISTEN_ANNOTATION];
  return annotation === undefined ? [] : parseListens(annotation).problems;
}

/** The containers of a pod that lose the race for a port: they share one network namespace, so one address and port. */
export function portCollisions(pod: Pod): readonly PortCollision[] {
  const held: { container: string; listen: Listen }[] = [];
  const collisions: PortCollision[] = [];
  for (const { container, listens } of listensOf(pod)) {
    const lost = listens.flatMap((listen) => {
      const holder = held.find((one) => overlaps(one.listen, listen));
      return holder ? [{ container, heldBy: holder.container, listen, message: portInUseMessage(listen) }] : [];
    });
    // A program that cannot bind exits, so it holds none of its other ports either.
    if (lost[0]) collisions.push(lost[0]);
    else held.push(...listens.map((listen) => ({ container, listen })));
  }
  return collisions;
}

function runningContainers({ spec }: Pod): readonly Container[] {
  if (!spec.initContainers) return spec.containers;
  const sidecars = spec.initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...sidecars, ...spec.containers];
}

function ownListens(container: Container): ContainerListens {
  const known = knownProgram(container);
  const byImage = (known?.listens ?? []).map((listen) => toListen(known?.program ?? '', listen, false));
  if (known?.isIdle) return { container: container.name, listens: [], source: 'image' };
  const program = known?.program ?? imageName(container.image ?? container.name);
  const declared = (container.ports ?? [])
    .map(({ protocol = 'TCP', containerPort }) => ({ protocol: protocol.toLowerCase() as Listen['protocol'], port: containerPort }))
    .map((port) => toListen(program, port, true))
    .filter((listen) => !byImage.some((one) => overlaps(one, listen)));
  return { container: container.name, listens: [...byImage, ...declared], source: known ? 'image' : 'declared' };
}

/** Each entry goes to the container that would have opened that port anyway, else to the first one. */
function annotatedListens(containers: readonly Container[], annotation: string): readonly ContainerListens[] {
  const { listens } = parseListens(annotation);
  const own = containers.map(ownListens);
  const ownerOf = ({ protocol, port }: DefaultListen) =>
    own.find((one) => one.listens.some((listen) => listen.protocol === protocol && listen.port === port)) ?? own[0];
  return containers.map((container, place) => {
    const program = knownProgram(container)?.program ?? imageName(container.image ?? container.name);
    const mine = listens.filter((listen) => ownerOf(listen) === own[place]);
    return { container: container.name, listens: mine.map((listen) => toListen(program, listen, false)), source: 'annotation' };
  });
}

function parseListens(annotation: string): { listens: readonly DefaultListen[]; problems: readonly string[] } {
  const entries = annotation
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const read = entries.map((entry) => parseListen(entry));
  return {
    listens: read.flatMap((one) => (typeof one === 'string' ? [] : [one])),
    problems: read.flatMap((one) => (typeof one === 'string' ? [one] : [])),
  };
}

function parseListen(entry: string): DefaultListen | string {
  const match = /^(\w+):(?:(\[[^\]]*\]|[^:[\]]*):)?(\d+)$/.exec(entry);
  const [, protocol = '', host = '*', portText = ''] = match ?? [];
  if (!match) return `"${entry}" is not of the form PROTOCOL:ADDRESS:PORT, e.g. tcp:127.0.0.1:8080`;
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') return `"${entry}": the protocol is one of tcp, udp, sctp`;
  const port = Number(portText);
  if (port < 1 || port > 65_535) return `"${entry}": a port is a number from 1 to 65535`;
  const bare = host.replace(/^\[|\]$/g, '');
  const address = bare === '*' || bare === '' ? '0.0.0.0' : parseAddress(bare);
  return address === null ? `"${entry}": ${bare} is not an IP address` : { protocol, port, address };
}

function toListen(program: string, { protocol, port, address = '0.0.0.0' }: DefaultListen, declared: boolean): Listen {
  return { protocol, address, port, program, declared };
}

function overlaps(one: Listen, other: Listen): boolean {
  if (one.protocol !== other.protocol || one.port !== other.port) return false;
  return one.address === other.address || isAny(one.address) || isAny(other.address);
}

function isAny(address: Address): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** EADDRINUSE in the words of the program that got it. */
export function portInUseMessage({ program, address, port, protocol }: Listen): string {
  const at = `${familyOf(address) === 6 ? `[${address}]` : address}:${port}`;
  switch (program) {
    case 'nginx':
      return `nginx: [emerg] bind() to ${at} failed (98: Address already in use)`;
    case 'httpd':
      return `(98)Address already in use: AH00072: make_sock: could not bind to address ${at}`;
    case 'redis-server':
      return `# Warning: Could not create server TCP listening socket *:${port}: bind: Address already in use`;
    case 'postgres':
      return `LOG:  could not bind IPv4 address "${address}": Address already in use`;
    case 'mysqld':
      return `[ERROR] [MY-010262] [Server] Can't start server: Bind on TCP/IP port: Address already in use`;
    case 'memcached':
      return `failed to listen on TCP port ${port}: Address already in use`;
    case 'python3':
    case 'python':
      return 'OSError: [Errno 98] Address already in use';
    default:
      return `listen ${protocol} ${at}: bind: address already in use`;
  }
}
