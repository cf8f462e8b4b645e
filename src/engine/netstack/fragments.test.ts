// Packets that are too long for a link. The sizes are those that Linux 6.18 was seen to send: a router that tracks
// connections puts pieces together and cuts them anew, never longer than the longest piece that came.

import { expect, test } from 'vitest';
import { COMMON_EXTENSIONS } from '../netfilter/common-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { Clock } from '../sim/clock.ts';
import { Recorder } from '../sim/recorder.ts';
import { SimulationContext } from '../sim/simulation-context.ts';
import { pingOnce } from './icmp.ts';
import { connect } from './link.ts';
import { createNetworkNamespace } from './stack.ts';
import { connectTCP } from './tcp.ts';
import { connectUDP } from './udp.ts';

interface Links {
  readonly left?: number;
  readonly right?: number;
  /** What the router believes of the left link. */
  readonly routerLeft?: number;
  readonly tracks?: boolean;
  readonly silent?: boolean;
}

/** a 10.0.1.1 ── router ── 10.0.2.1 b, with what each link carries. */
function network({ left = 1500, right = 1500, routerLeft = left, tracks = true, silent = false }: Links = {}) {
  const clock = new Clock();
  const context = new SimulationContext(clock, 1, new Recorder());
  const [a, router, b] = ['a', 'router', 'b'].map((name) => createNetworkNamespace(context, name));
  if (!a || !router || !b) throw new Error('three machines');
  router.sysctls.ip_forward = true;
  if (tracks) router.ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
  if (tracks && silent) router.ruleset?.restore('*filter\n-A OUTPUT -p icmp -m icmp --icmp-type fragmentation-needed -j DROP\nCOMMIT\n');
  const join = (host: typeof a, mtu: number, n: number, routerMTU: number) => {
    const device = host.addDevice({ name: 'eth0', kind: 'veth', mtu, addresses: [`10.0.${n}.1/24`] });
    const port = router.addDevice({ name: `eth${n}`, kind: 'veth', mtu: routerMTU, addresses: [`10.0.${n}.254/24`] });
    connect({ netns: host, device }, { netns: router, device: port }, 10);
    host.routing.add(`default via 10.0.${n}.254 dev eth0`);
  };
  join(a, left, 1, routerLeft);
  join(b, right, 2, right);
  const ping = (sizeBytes: number, cutBy?: 'nobody' | 'anybody') => {
    const heard: (number | string)[] = [];
    const options = { address: '10.0.2.1', tag: 1, sizeBytes, ...(cutBy && { cutBy }) };
    const errno = pingOnce(a, { ...options, onReply: (ttl) => heard.push(ttl), onError: (one) => heard.push(one) });
    clock.advanceTo(clock.nowUs + 40_000_000);
    return errno ?? heard[0] ?? null;
  };
  /** Sizes of the packets seen going out of an interface, with the pieces' own. */
  const seen = (node: string, ifc: string) =>
    context.recorder
      .packetsOf(1)
      .filter(
        ({ hops, protocol }) =>
          protocol !== 'arp' && hops.some((hop) => hop.kind === 'if' && hop.node === node && hop.ifc === ifc && hop.dir === 'tx'),
      )
      .map(({ sizeBytes }) => sizeBytes);
  return { clock, context, a, router, b, ping, seen };
}

test('a long datagram is cut by its sender, put together by the router, cut again for the shorter link', () => {
  const { ping, seen } = network({ right: 1400 });
  expect(ping(3000)).toBe(63);
  expect(seen('a', 'eth0')).toEqual([1500, 1500, 68]);
  expect(seen('router', 'eth2')).toEqual([1396, 1396, 276]);
});

test('pieces leave a tracking router no longer than they came', () => {
  const { ping, seen } = network({ left: 1000 });
  expect(ping(3000)).toBe(63);
  expect(seen('a', 'eth0')).toEqual([996, 996, 996, 100]);
  expect(seen('router', 'eth2')).toEqual([996, 996, 996, 100]);
});

test('a router that tracks nothing cuts each piece by itself', () => {
  const { ping, seen } = network({ right: 1400, tracks: false });
  expect(ping(3000)).toBe(63);
  expect(seen('router', 'eth2').toSorted((x, y) => y - x)).toEqual([1396, 1396, 124, 124, 68]);
});

test('what must not be cut comes back as an error once, and does not leave the machine again', () => {
  const { ping, a } = network({ right: 1400 });
  expect(ping(1472, 'nobody')).toBe('EMSGSIZE');
  expect(a.pathMTUs.get('10.0.2.1')).toBe(1400);
  expect(ping(1472, 'nobody')).toBe('EMSGSIZE');
  expect(ping(1372, 'nobody')).toBe(63);
});

test('what was learnt of a way is forgotten after ten minutes', () => {
  const { ping, a, clock } = network({ right: 1400 });
  expect(ping(1472)).toBe('EMSGSIZE');
  clock.advanceTo(clock.nowUs + 550_000_000);
  expect(a.pathMTUs.get('10.0.2.1')).toBe(1400);
  clock.advanceTo(clock.nowUs + 50_000_000);
  expect(ping(1472)).toBe('EMSGSIZE');
});

test('what fits the first link may not be cut by a router; what the sender has learnt of the way, it cuts itself', () => {
  const { ping, seen } = network({ right: 1400 });
  expect(ping(1472, 'anybody')).toBe(63);
  expect(ping(1472)).toBe('EMSGSIZE');
  expect(ping(1472)).toBe(63);
  expect(seen('a', 'eth0')).toEqual([1500, 1500, 1396, 124]);
});

test('a UDP socket hears of a datagram that was too long for a router, and sends the next one in pieces', () => {
  const { clock, a, b, seen } = network({ right: 1400 });
  const heard: string[] = [];
  b.sockets.listen({ protocol: 'udp', address: '0.0.0.0', port: 7, program: 'echo', onDatagram: ({ payload }, reply) => reply(payload) });
  const onDatagram = ({ sizeBytes }: { sizeBytes: number }) => heard.push(`${sizeBytes} bytes`);
  const to = { address: '10.0.2.1', port: 7, tag: 1, program: 'nc' };
  const socket = connectUDP(a, { ...to, onDatagram, onError: (errno) => heard.push(errno) });
  if (typeof socket === 'string') throw new Error(socket);
  for (let n = 0; n < 2; n++) {
    socket.send({ type: 'bytes', sizeBytes: 1472, text: '' });
    clock.advanceTo(clock.nowUs + 1_000_000);
  }
  expect(heard).toEqual(['EMSGSIZE', '1472 bytes']);
  expect(seen('a', 'eth0')).toEqual([1500, 1396, 124]);
});

test('when a piece never comes, the others are thrown away after 30 seconds and the sender is told', () => {
  const { ping, router, context, b } = network({ right: 1400 });
  router.ruleset = null;
  b.addDevice({ name: 'dummy0', kind: 'veth' });
  const port = router.device('eth2');
  const { peer } = port;
  let n = 0;
  // The third frame to b is lost: after ARP, the first piece.
  if (peer) port.peer = { ...peer, receive: (frame) => (frame.type === 'ip' && ++n === 2 ? undefined : peer.receive(frame)) };
  expect(ping(3000)).toBe('EHOSTUNREACH');
  expect(context.recorder.packetsOf(1)[0]?.fate?.text).toBe('a piece of it never came: after 30 s the others are thrown away');
});

/** b answers one request with 20000 bytes. */
function download(options: Links) {
  const { clock, a, b, seen } = network(options);
  const text = { type: 'bytes' as const, sizeBytes: 20_000, text: 'page' };
  b.sockets.listen({
    protocol: 'tcp',
    address: '0.0.0.0',
    port: 80,
    program: 'web',
    onConnection: (connection) => {
      connection.onData = () => connection.send(text);
    },
  });
  const got: number[] = [];
  connectTCP(a, {
    address: '10.0.2.1',
    port: 80,
    tag: 1,
    onError: () => {},
    onConnected: (connection) => {
      connection.onData = (payload) => {
        got.push(payload.sizeBytes);
        connection.close();
      };
      connection.send({ type: 'bytes', sizeBytes: 10, text: 'GET /' });
    },
  });
  clock.advanceTo(20_000_000);
  const data = seen('b', 'eth0').filter((size) => size > 100);
  return { got, data };
}

test('an answer goes in segments as long as the links at both ends say', () => {
  const { got, data } = download({});
  expect(got).toEqual([20_000]);
  expect(data).toEqual([...Array(13).fill(1500), 20_000 - 13 * 1448 + 52]);
  expect(download({ left: 1400 }).data.slice(0, 2)).toEqual([1400, 1400]);
});

test('a sender that is told of a shorter link sends at once what was under way, in shorter segments', () => {
  const { got, data } = download({ routerLeft: 1400 });
  expect(got).toEqual([20_000]);
  expect(data.slice(0, 10)).toEqual(Array(10).fill(1500));
  expect(Math.max(...data.slice(10))).toBe(1400);
});

test('where nobody tells it, the connection stands still', () => {
  const { got, data } = download({ routerLeft: 1400, silent: true });
  expect(got).toEqual([]);
  expect(new Set(data)).toEqual(new Set([1500]));
});
