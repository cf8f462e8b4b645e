// Programs that listen: an HTTP-like echo that names its pod and the peer it sees, or an echo of datagrams and messages.

import { joinHostPort } from '../net/address.ts';
import type { NetworkNamespace } from '../netstack/netns.ts';
import { Process } from '../netstack/process.ts';
import type { Connection, Listener, ListenProtocol } from '../netstack/sockets.ts';
import { byteLength, httpResponse } from './http-text.ts';
import { acceptTLS, type Certificate } from './tls.ts';

export interface ServerIdentity {
  /** What the answer calls itself: the pod's name, `internet`, `kube-apiserver`. */
  readonly name: string;
  readonly program: string;
  /** The paths that it has pages for, null for any. */
  readonly pages?: readonly string[] | null;
  /** It speaks TLS and shows this certificate. */
  readonly certificateFor?: (serverName: string) => Certificate;
}

/** Starts listening; the listener, or the errno that the program would exit with. */
export function startServer(
  netns: NetworkNamespace,
  identity: ServerIdentity,
  socket: { protocol: ListenProtocol; address: string; port: number },
): Listener | 'EADDRINUSE' {
  const { program } = identity;
  const { protocol, address, port } = socket;
  const listener: Listener = { protocol, address, port, program, process: new Process(program), ...behaviourOf(protocol, identity) };
  return netns.sockets.listen(listener) ? 'EADDRINUSE' : listener;
}

function behaviourOf(protocol: ListenProtocol, identity: ServerIdentity): Pick<Listener, 'onConnection' | 'onDatagram'> {
  if (protocol === 'tcp') return { onConnection: (connection) => serveConnection(connection, identity) };
  return {
    onDatagram: ({ from }, reply) => {
      const text = `Hostname: ${identity.name}\nPeer: ${joinHostPort(from.address, from.port)}\n`;
      reply({ type: 'bytes', sizeBytes: byteLength(text), text });
    },
  };
}

/** Programs that take a connection and leave it at that: `nc -lk -p 80` writes what comes to its terminal. */
const SILENT = new Set(['nc', 'ncat']);

/** Whether the program takes connections and says nothing. */
export function isSilent(program: string): boolean {
  return SILENT.has(program);
}

function serveConnection(connection: Connection, identity: ServerIdentity): void {
  if (isSilent(identity.program)) return;
  const { certificateFor } = identity;
  if (certificateFor) {
    const onPlain = () => connection.close();
    return acceptTLS(connection, certificateFor, { onOpen: (secured) => answerRequests(secured, identity), onPlain });
  }
  answerRequests(connection, identity);
}

function answerRequests(connection: Connection, identity: ServerIdentity): void {
  const peer = joinHostPort(connection.remote.address, connection.remote.port);
  const { name: server, program, pages = null } = identity;
  connection.onData = (request) => connection.send(httpResponse({ server, program, peer, request, pages }));
}
