// TLS 1.3 (RFC 8446) as far as it can be seen from outside: who is asked for by name, which certificate is shown, and
// that nothing after that can be read on the way. No keys, no sessions that are taken up again; a handshake is one
// message there and one back, and the client's last word goes with its first request.

import type { Payload } from '../net/packet.ts';
import type { Connection } from '../netstack/sockets.ts';

export interface Certificate {
  /** The name in its subject. */
  readonly subject: string;
  /** DNS names that it is for; `*.x` for one label before `x`. */
  readonly names: readonly string[];
  /** Whether clients trust whoever signed it. */
  readonly isTrusted: boolean;
}

export type CertificateProblem = 'self-signed' | 'wrong-name';

const SIZES = { hello: 517, answer: 1_180, seal: 22 } as const;

/** The client's half: `onOpen` gets the connection that may be written to in plain words. */
export function openTLS(
  connection: Connection,
  host: string,
  { onOpen, onPlain }: { onOpen: (secured: Connection, certificate: Certificate) => void; onPlain: () => void },
): void {
  connection.onData = (payload) => {
    const certificate = payload.type === 'bytes' ? payload.tls?.certificate : undefined;
    if (!certificate) return onPlain();
    onOpen(new SecuredConnection(connection), certificate);
  };
  const text = `ClientHello, server_name ${host}`;
  connection.send({ type: 'bytes', sizeBytes: SIZES.hello, text, tls: { serverName: host } });
}

/** The server's half. `onPlain` hears of a client that does not speak TLS. */
export function acceptTLS(
  connection: Connection,
  certificateFor: (serverName: string) => Certificate,
  { onOpen, onPlain }: { onOpen: (secured: Connection) => void; onPlain: (payload: Payload) => void },
): void {
  connection.onData = (payload) => {
    const serverName = payload.type === 'bytes' ? payload.tls?.serverName : undefined;
    if (serverName === undefined) return onPlain(payload);
    const certificate = certificateFor(serverName);
    onOpen(new SecuredConnection(connection));
    const text = `ServerHello, certificate ${certificate.subject}`;
    connection.send({ type: 'bytes', sizeBytes: SIZES.answer, text, tls: { certificate } });
  };
}

/** Why a client does not go on with this certificate, or null. */
export function certificateProblem({ names, isTrusted }: Certificate, host: string): CertificateProblem | null {
  if (!isTrusted) return 'self-signed';
  const wildcard = `*${host.slice(Math.max(0, host.indexOf('.')))}`;
  return names.some((name) => name.toLowerCase() === host.toLowerCase() || name === wildcard) ? null : 'wrong-name';
}

/** A connection on which each side reads the other in plain words, and nobody else does. */
class SecuredConnection implements Connection {
  readonly #connection: Connection;
  readonly local: Connection['local'];
  readonly remote: Connection['remote'];
  readonly tag: number;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.local = connection.local;
    this.remote = connection.remote;
    this.tag = connection.tag;
  }

  set onData(onData: Connection['onData']) {
    this.#connection.onData = onData && ((payload) => onData(opened(payload)));
  }

  set onClose(onClose: Connection['onClose']) {
    this.#connection.onClose = onClose;
  }

  set onError(onError: Connection['onError']) {
    this.#connection.onError = onError;
  }

  send(payload: Payload): void {
    this.#connection.send(payload.type === 'bytes' ? { ...payload, sizeBytes: payload.sizeBytes + SIZES.seal, tls: {} } : payload);
  }

  close(): void {
    this.#connection.close();
  }
}

function opened(payload: Payload): Payload {
  if (payload.type !== 'bytes' || !payload.tls) return payload;
  const { tls: _, ...plain } = payload;
  return { ...plain, sizeBytes: plain.sizeBytes - SIZES.seal };
}
