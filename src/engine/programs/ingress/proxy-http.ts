// The HTTP that a proxy speaks: the request it was sent, the request it sends on, and the pages that it makes itself,
// as nginx 1.27 and Go's net/http write them. The header `Server` names the program, which real ones often hide, so that
// a reader sees who made the answer.

import type { Payload } from '../../net/packet.ts';
import { byteLength, httpMessage } from '../http-text.ts';
import type { IngressBehaviour } from './controllers.ts';

export interface HTTPRequestText {
  readonly method: string;
  readonly path: string;
  /** The Host header, '' without one. */
  readonly host: string;
  /** Header lines as they came. */
  readonly headers: readonly string[];
  readonly body: string;
}

/** Null when it is not HTTP. */
export function parseHTTPRequest(payload: Payload): HTTPRequestText | null {
  const text = payload.type === 'bytes' ? payload.text : '';
  const end = text.indexOf('\r\n\r\n');
  const [first = '', ...headers] = text.slice(0, Math.max(0, end)).split('\r\n');
  const [, method, path] = /^([A-Z]+) (\S+) HTTP\/1\.[01]$/.exec(first) ?? [];
  if (method === undefined || path === undefined) return null;
  const host = headers.map((line) => /^host:\s*(.*)$/i.exec(line)?.[1]).find((value) => value !== undefined) ?? '';
  return { method, path, host, headers, body: text.slice(end + 4) };
}

/** The request for the endpoint. What a client says about earlier proxies is not believed, so it is replaced. */
export function forwardedRequest(
  request: HTTPRequestText,
  { clientAddress, port }: { readonly clientAddress: string; readonly port: number },
): Payload {
  const kept = request.headers.filter((line) => !/^(host|connection|x-real-ip|x-forwarded-[a-z]+|x-scheme):/i.test(line));
  const own = [
    `Host: ${request.host}`,
    `X-Real-IP: ${clientAddress}`,
    `X-Forwarded-For: ${clientAddress}`,
    `X-Forwarded-Host: ${request.host}`,
    `X-Forwarded-Port: ${port}`,
    'X-Forwarded-Proto: http',
  ];
  return httpMessage([`${request.method} ${request.path} HTTP/1.1`, ...own, ...kept], request.body);
}

const NGINX_WORDS: Readonly<Record<number, string>> = {
  301: 'Moved Permanently',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  404: 'Not Found',
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
