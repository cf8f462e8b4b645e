import { expect, test } from 'vitest';
import { parseCommand, parseSource, parseTarget, printCommand, printSource, printTarget } from './target.ts';

test.each(['pod/default/client', 'pod/shop/web-7d4b9c6f5-x2x9z/web', 'node/node-1', 'world'])('%s is a source', (text) => {
  const source = parseSource(text);
  expect('value' in source && printSource(source.value)).toBe(text);
});

test.each(['', 'pod/client', 'pod/default/', 'node/', 'world/x', 'client'])('"%s" is not', (text) => {
  expect(parseSource(text)).toEqual({ error: `"${text}" is not a source: expected pod/NAMESPACE/NAME[/CONTAINER], node/NAME or world` });
});

test.each([
  'http://web',
  'http://web.shop:8080/cart?item=1',
  'http://[fd00::10]:8080',
  'tcp://10.96.0.1:443',
  'udp://kube-dns.kube-system:53',
  'udp://web:7#size=3000',
  'icmp://web#nodf',
  'icmp://10.244.2.17',
  'dns://web.default.svc.cluster.local.',
])('%s reads back as it was written', (text) => {
  const target = parseTarget(text);
  expect('value' in target && printTarget(target.value)).toBe(text);
});

test.each([
  [
    'ftp://web',
    '"ftp://web" is not a target: expected http[s]://HOST[:PORT]/PATH[#requests=N&every=1s], tcp://HOST:PORT, udp://HOST:PORT[#size=N], sctp://HOST:PORT, icmp://HOST[#size=N&df] or dns://NAME',
  ],
  ['tcp://web', 'tcp://web needs a port: tcp://HOST:PORT'],
  ['http://web:99999', '"99999" is not a port: 1 to 65535'],
  ['http://10.96.0.300', '10.96.0.300 is not an IPv4 address'],
  ['http://', '"" is not a host name or address'],
  ['http://we b', '"we b" is not a host name or address'],
  ['icmp://web:80', 'icmp://web takes no port'],
  ['udp://web:7#size=70000', '70000 bytes are more than a datagram holds: at most 65507'],
  ['tcp://web:7#size=70', 'tcp:// takes no path'],
])('%s: %s', (text, error) => {
  expect(parseTarget(text)).toEqual({ error });
});

test.each([
  ['curl http://web', 'http://web'],
  ['curl web:8080/path', 'http://web:8080/path'],
  ['curl 10.96.0.1', 'http://10.96.0.1'],
  ['curl -s -m 3 "http://web/"', 'http://web'],
  ['wget -qO- web', 'http://web'],
  ['ping -c 1 web', 'icmp://web'],
  ['ping -M do -s 1472 web', 'icmp://web#size=1472&df'],
  ['ping -c 1 -s 56 -M want web', 'icmp://web'],
  ['ping -M dont web', 'icmp://web#nodf'],
  ['ping -s 70000 web', "invalid -s value: '70000': out of range: 0 <= value <= 65507"],
  ['nc -zv web 80', 'tcp://web:80'],
  ['nc -zvw 1 web 80', 'tcp://web:80'],
  ['nc -u kube-dns.kube-system 53', 'udp://kube-dns.kube-system:53'],
  ['head -c 3000 /dev/zero | nc -u web 7', 'udp://web:7#size=3000'],
  ['head -c 3000 /dev/zero | nc web 7', 'nc: what it reads is simulated with -u only'],
  ['telnet web 80', 'tcp://web:80'],
  ['nslookup web', 'dns://web'],
  ['web:8080', 'http://web:8080'],
  ['tcp://web:80', 'tcp://web:80'],
])('%s means %s', (command, text) => {
  const target = parseCommand(command);
  expect('value' in target ? printTarget(target.value) : target.error).toBe(text);
});

test.each([
  ['curl -X POST web', 'curl: option -X is not simulated'],
  ['curl', 'curl: what should it ask? Try curl web'],
  ['rm -rf /', 'rm: command not found. Try curl, ping, nc or nslookup'],
  ['nc web', 'a host and a port are expected: nc -zv web 80'],
])('%s: %s', (command, error) => {
  expect(parseCommand(command)).toEqual({ error });
});

test.each([
  'http://web/cart',
  'tcp://web:80',
  'udp://web:53',
  'udp://web:7#size=3000',
  'icmp://web',
  'icmp://web#size=9&nodf',
  'dns://web',
])('%s has a command that means it', (text) => {
  const target = parseTarget(text);
  expect('value' in target && parseCommand(printCommand(target.value))).toEqual(target);
});

test('several requests on one connection: a fragment, which is the client’s own', () => {
  const keepAlive = { requests: 10, everyUs: 1_000_000 };
  expect(parseTarget('http://web/cart#requests=10&every=1s')).toMatchObject({ value: { path: '/cart', keepAlive } });
  expect(printTarget({ scheme: 'http', host: 'web', port: 80, path: '/', keepAlive })).toBe('http://web#requests=10&every=1s');
  expect(parseTarget('http://web#top')).toEqual({ value: { scheme: 'http', host: 'web', port: 80, path: '/' } });
  expect(parseTarget('http://web#requests=1000')).toEqual({ error: '#requests=1000: 1 to 100 requests' });
});

test('https, with its own port, and a certificate that may be any', () => {
  expect(parseTarget('https://shop.example/cart')).toEqual({ value: { scheme: 'https', host: 'shop.example', port: 443, path: '/cart' } });
  const read = parseCommand('curl -sk https://shop.example:8443');
  expect(read).toMatchObject({ value: { scheme: 'https', port: 8443, insecure: true } });
  if ('value' in read) {
    expect(printTarget(read.value)).toBe('https://shop.example:8443#insecure');
    expect(printCommand(read.value)).toBe('curl -k https://shop.example:8443');
  }
});
