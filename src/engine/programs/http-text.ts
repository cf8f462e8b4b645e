// The text of a request as curl sends it and of an answer as a small echo server gives it (RFC 9112). The answer names
// the server and the peer address that it sees, since that is what a reader wants to know about an address translation.

import { joinHostPort } from '../net/address.ts';
import type { Payload } from '../net/packet.ts';
import type { Target } from './target.ts';

type TextPayload = Extract<Payload, { type: 'bytes' }>;

/** The version whose words client-words.ts prints. */
const CURL_VERSION = '7.81.0';

/** The request for an http target. */
export function httpRequest({
  scheme,
  host,
  port,
  path,
}: Pick<Target, 'host' | 'port' | 'path'> & Partial<Pick<Target, 'scheme'>>): TextPayload {
  const named = host.includes(':') ? `[${host}]` : host;
  const hostHeader = port === (scheme === 'https' ? 443 : 80) ? named : joinHostPort(host, port);
  return httpMessage([`GET ${path || '/'} HTTP/1.1`, `Host: ${hostHeader}`, `User-Agent: curl/${CURL_VERSION}`, 'Accept: */*'], '');
}

/**
 * The answer of a server: its name, the peer as its socket sees it, and what it was asked, where that is known.
 * `/bytes/20000` is answered with as many bytes, as httpbin does it; a reader is shown the beginning of them.
 */
export function httpResponse(facts: {
  readonly server: string;
  readonly program: string;
  readonly peer: string;
  readonly request?: Payload;
  /** The paths that there are pages for; any other is not found. Without it every path is. */
  readonly pages?: readonly string[] | null;
}): TextPayload {
  const { method, path, host, forwardedFor } = parseRequest(facts.request);
  const isFound = !facts.pages || method === '' || facts.pages.includes(path.replace(/\?.*/, ''));
  const proxied = forwardedFor === '' ? [] : [`X-Forwarded-For: ${forwardedFor}`];
  const asked = method === '' ? [] : [`Request: ${method} ${path}`, `Host: ${host}`, ...proxied];
  const wanted = Number(/^\/bytes\/(\d{1,6})$/.exec(path)?.[1] ?? 0);
  const filler = wanted > 0 ? [`and more, ${wanted} bytes in all`] : [];
  const body = [`Hostname: ${facts.server}`, `Peer: ${facts.peer}`, ...asked, ...filler, ''].join('\n');
  const length = Math.max(wanted, byteLength(body));
  const status = isFound ? '200 OK' : '404 Not Found';
  const headers = [`HTTP/1.1 ${status}`, `Server: ${facts.program}`, 'Content-Type: text/plain', `Content-Length: ${length}`];
  const message = httpMessage(headers, body);
  return { ...message, sizeBytes: message.sizeBytes + length - byteLength(body) };
}

export interface HTTPAnswer {
  readonly status: number;
  /** The server's name for itself, '' if it gives none. */
  readonly server: string;
  /** The client's address as the server sees it, '' if it does not say. */
  readonly peer: string;
  readonly body: string;
}

/** What a client reads in an answer; null when it is not HTTP. */
export function parseResponse(text: string): HTTPAnswer | null {
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1];
  if (status === undefined) return null;
  const end = text.indexOf('\r\n\r\n');
  const body = text.slice(end + 4);
  const line = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(body)?.[1] ?? '';
  // A page that a proxy made has no host name in it.
  const program = /^Server: (.*?)\r?$/m.exec(text.slice(0, end))?.[1] ?? '';
  return { status: Number(status), server: line('Hostname') || program, peer: line('Peer'), body };
}

/** The number of bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

function parseRequest(payload: Payload | undefined): { method: string; path: string; host: string; forwardedFor: string } {
  const text = payload?.type === 'bytes' ? payload.text : '';
  const [, method = '', path = ''] = /^([A-Z]+) (\S+) HTTP\/1\.1\r\n/.exec(text) ?? [];
  const header = (name: string) => new RegExp(`^${name}: (.*)\\r$`, 'm').exec(text)?.[1] ?? '';
  return { method, path, host: header('Host'), forwardedFor: header('X-Forwarded-For') };
}

/** A message of a first line, headers and a body. */
export function httpMessage(lines: readonly string[], body: string): TextPayload {
  const text = `${lines.join('\r\n')}\r\n\r\n${body}`;
  return { type: 'bytes', sizeBytes: byteLength(text), text };
}
