// The HTTP that a proxy speaks: the request it was sent, the request it sends on, and the pages that it makes itself,
// as nginx 1.27 and Go's net/http write them. The header `Server` names the program, which real ones often hide, so that
// a reader sees who made the answer.

import type { HeaderModifier } from '../../api/gateway-types.ts';
import type { Payload } from '../../net/packet.ts';
import { byteLength, httpMessage } from '../http-text.ts';
import type { IngressBehaviour } from './controllers.ts';
import { modifyHeaders } from './gateway-filters.ts';

export interface HTTPRequestText {
  readonly method: string;
  readonly path: string;
  /** The Host header, '' without one. */
  readonly host: string;
  /** Header lines as they came. */
  readonly headers: readonly string[];
  readonly body: string;
  /** By how many proxies it was passed on before. */
  readonly rounds: number;
}

/** Null when it is not HTTP. */
export function parseHTTPRequest(payload: Payload): HTTPRequestText | null {
  const text = payload.type === 'bytes' ? payload.text : '';
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...headers] = text.slice(0, Math.max(0, end)).split('\r\n');
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
  if (method === undefined || path === undefined) return null;
  const host = headers.map((line) => /^host:\s*(.*)$/i.exec(line)?.[1]).find((value) => value !== undefined) ?? '';
  const rounds = (payload.type === 'bytes' && payload.proxied) || 0;
  return { method, path, host, headers, body: text.slice(end + 4), rounds };
}

/** By name in small letters. */
export function headersOf({ headers }: HTTPRequestText): Readonly<Record<string, string>> {
  return Object.fromEntries(headers.map((line) => [nameIn(line), line.slice(line.indexOf(':') + 1).trim()]));
}

/** The request after the filters of a route. Headers that they leave alone keep their lines. */
export function rewritten(
  request: HTTPRequestText,
  { host, path, headers }: { readonly host: string; readonly path: string; readonly headers: ReadonlyMap<string, string> },
): HTTPRequestText {
  return { ...request, host, path, headers: changedLines(request.headers, headers) };
}

/** The answer of an endpoint after the filters of a route. */
export function rewrittenAnswer(payload: Payload, modifiers: readonly HeaderModifier[]): Payload {
  if (payload.type !== 'bytes' || modifiers.length === 0) return payload;
  const end = payload.text.indexOf('\r\n\r\n');
  const [first = '', ...lines] = payload.text.slice(0, end).split('\r\n');
  const before = new Map(lines.map((line) => [nameIn(line), line.slice(line.indexOf(':') + 1).trim()]));
  const after = modifiers.reduce<ReadonlyMap<string, string>>(modifyHeaders, before);
  return httpMessage([first, ...changedLines(lines, after)], payload.text.slice(end + 4));
}

function changedLines(lines: readonly string[], headers: ReadonlyMap<string, string>): readonly string[] {
  const kept = lines.filter((line) => headers.get(nameIn(line)) === line.slice(line.indexOf(':') + 1).trim());
  const names = new Set(kept.map(nameIn));
  return [...kept, ...[...headers].filter(([name]) => !names.has(name)).map(([name, value]) => `${name}: ${value}`)];
}

function nameIn(line: string): string {
  return line.slice(0, Math.max(0, line.indexOf(':'))).toLowerCase();
}

/** The request for the endpoint; `askedHost` is what the client asked for. What it says about earlier proxies is not believed. */
export function forwardedRequest(
  request: HTTPRequestText,
  askedHost: string,
  { clientAddress, port, isTLS }: { readonly clientAddress: string; readonly port: number; readonly isTLS: boolean },
): Payload {
  const kept = request.headers.filter((line) => !/^(host|connection|x-real-ip|x-forwarded-[a-z]+|x-scheme):/i.test(line));
  const own = [
    `Host: ${request.host}`,
    `X-Real-IP: ${clientAddress}`,
    `X-Forwarded-For: ${clientAddress}`,
    `X-Forwarded-Host: ${askedHost}`,
    `X-Forwarded-Port: ${port}`,
    `X-Forwarded-Proto: ${isTLS ? 'https' : 'http'}`,
  ];
  const message = httpMessage([`${request.method} ${request.path} HTTP/1.1`, ...own, ...kept], request.body);
  return { ...message, proxied: request.rounds + 1 };
}

const NGINX_WORDS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  404: 'Not Found',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Temporarily Unavailable',
  504: 'Gateway Time-out',
};

const GO_WORDS: Readonly<Record<number, string>> = { ...NGINX_WORDS, 503: 'Service Unavailable', 504: 'Gateway Timeout' };

/** An answer that the proxy makes itself. */
export function ownAnswer(
  { program, pages }: Pick<IngressBehaviour, 'program' | 'pages'>,
  status: number,
  headers: readonly string[] = [],
): Payload {
  const words = (pages === 'nginx' ? NGINX_WORDS : GO_WORDS)[status] ?? '';
  const body = pages === 'nginx' ? nginxPage(`${status} ${words}`) : `${goPage(status, words)}\n`;
  const type = pages === 'nginx' ? 'text/html' : 'text/plain; charset=utf-8';
  const lines = [`HTTP/1.1 ${status} ${words}`, `Server: ${program}`, `Content-Type: ${type}`, `Content-Length: ${byteLength(body)}`];
  return httpMessage([...lines, ...headers], body);
}

function nginxPage(title: string): string {
  return `<html>\n<head><title>${title}</title></head>\n<body>\n<center><h1>${title}</h1></center>\n<hr><center>nginx</center>\n</body>\n</html>\n`;
}

function goPage(status: number, words: string): string {
  if (status === 404) return '404 page not found';
  return status === 503 ? 'no available server' : words;
}
