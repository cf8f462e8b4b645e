import { describe, expect, test } from 'vitest';
import { formatCommand, parseCommand, sourceName } from './command-line.ts';

describe('reading what was typed', () => {
  test.each([
    ['curl http://web', 'http://web'],
    ['curl web', 'http://web'],
    ['curl -s -m 5 http://web.shop:8080/cart', 'http://web.shop:8080/cart'],
    ['wget 10.96.44.10', 'http://10.96.44.10'],
    ['http://web/', 'http://web/'],
    ['curl -k https://shop.example/cart', 'https://shop.example/cart#insecure'],
    ['web:8080', 'http://web:8080'],
    ['tcp://db:5432', 'tcp://db:5432'],
    ['nc db 5432', 'tcp://db:5432'],
    ['nc -zv db 5432', 'tcp://db:5432'],
    ['nc -u dns 53', 'udp://dns:53'],
    ['ping web', 'icmp://web'],
    ['ping -M do -s 1472 web', 'icmp://web#size=1472&df'],
    ['ping -c 3 10.244.2.17', 'icmp://10.244.2.17'],
  ])('%s', (line, target) => {
    expect(parseCommand(line)).toEqual({ target });
  });

  test.each(['', 'curl', 'ping', 'nc web', 'ftp://web', 'dig web', 'rm -rf /'])('%s is refused in words', (line) => {
    expect(parseCommand(line)).toHaveProperty('problem');
  });
});

test('a target is shown as the command that a person would type', () => {
  expect(formatCommand('http://web/')).toBe('curl http://web');
  expect(formatCommand('http://web/cart')).toBe('curl http://web/cart');
  expect(formatCommand('https://shop.example#insecure')).toBe('curl -k https://shop.example');
  expect(formatCommand('icmp://web')).toBe('ping web');
  expect(formatCommand('icmp://web#size=1472&df')).toBe('ping -M do -s 1472 web');
  expect(formatCommand('tcp://db:5432')).toBe('nc db 5432');
  expect(formatCommand('udp://dns:53')).toBe('nc -u dns 53');
});

test('a source is called by its name', () => {
  expect(sourceName('pod/default/client')).toBe('client');
  expect(sourceName('node/node-1')).toBe('node-1');
  expect(sourceName('world')).toBe('laptop');
});
