import { expect, test } from 'vitest';
import { byteLength, httpRequest, httpResponse, parseResponse } from './http-text.ts';

test('the request is curl’s; the port stands in Host unless it is 80', () => {
  expect(httpRequest({ host: 'web', port: 80, path: '/cart' }).text).toBe(
    'GET /cart HTTP/1.1\r\nHost: web\r\nUser-Agent: curl/7.81.0\r\nAccept: */*\r\n\r\n',
  );
  expect(httpRequest({ host: 'fd00::1', port: 8080, path: '/' }).text).toContain('\r\nHost: [fd00::1]:8080\r\n');
});

test('the answer names the server and the peer that it sees, and its length is true', () => {
  const request = httpRequest({ host: 'web', port: 80, path: '/' });
  const answer = httpResponse({ server: 'web-x2x9z', program: 'web', peer: '10.244.1.11:40001', request });
  const body = 'Hostname: web-x2x9z\nPeer: 10.244.1.11:40001\nRequest: GET /\nHost: web\n';
  expect(parseResponse(answer.text)).toEqual({ status: 200, server: 'web-x2x9z', peer: '10.244.1.11:40001', body });
  expect(answer.text).toContain(`Content-Length: ${body.length}\r\n`);
  expect(answer.sizeBytes).toBe(answer.text.length);
});

test('a web server as it comes has one page', () => {
  const status = (path: string) => {
    const request = httpRequest({ host: 'web', port: 80, path });
    return parseResponse(httpResponse({ server: 'web', program: 'nginx', peer: '', request, pages: ['/', '/index.html'] }).text)?.status;
  };
  expect([status('/'), status('/?q=1'), status('/healthz')]).toEqual([200, 200, 404]);
});

test('what is not HTTP is not read as such', () => {
  expect(parseResponse('-ERR unknown command\r\n')).toBeNull();
});

test('bytes are counted as UTF-8', () => {
  expect(byteLength('aå€😀')).toBe(1 + 2 + 3 + 4);
});
