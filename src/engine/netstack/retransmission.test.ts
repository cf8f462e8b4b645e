// When a machine sends again what nobody answers, against what a kernel was seen to do (6.18.44, default sysctls, two
// network namespaces of which one drops what it gets): seconds since the first sending. Its timers fire late by up to a
// sixteenth of the wait, never early.

import { expect, test } from 'vitest';
import { COMMON_EXTENSIONS } from '../netfilter/common-extensions.ts';
import { Ruleset } from '../netfilter/ruleset.ts';
import { Clock } from '../sim/clock.ts';
import { Recorder } from '../sim/recorder.ts';
import { SimulationContext } from '../sim/simulation-context.ts';
import type { Device } from './device.ts';
import { connect } from './link.ts';
import type { NetworkNamespace } from './netns.ts';
import type { Connection } from './sockets.ts';
import { createNetworkNamespace } from './stack.ts';
import { connectTCP } from './tcp.ts';

const KERNEL = {
  SYN: [0, 1.02, 2.04, 3.07, 4.1, 5.12, 7.13, 11.26, 19.45, 35.58, 69.12],
  gaveUp: 134.66,
  S·A: [0, 1.02, 3.03, 7.29, 15.49, 31.61],
  DATA: [0, 0.21, 0.41, 0.83, 1.66, 3.33, 6.79, 13.44, 26.76, 53.11],
};

function twoMachines() {
  const clock = new Clock();
  const context = new SimulationContext(clock, 1, new Recorder());
  const [client, server] = ['10.0.0.1', '10.0.0.2'].map((address, i) => {
    const netns = createNetworkNamespace(context, `machine-${i}`);
    netns.ruleset = new Ruleset({ family: 4, extensions: COMMON_EXTENSIONS });
    return { netns, device: netns.addDevice({ name: 'eth0', kind: 'veth', addresses: [`${address}/24`] }) };
  }) as [{ netns: NetworkNamespace; device: Device }, { netns: NetworkNamespace; device: Device }];
  connect(client, server, 0);
  const errors: { errno: string; seconds: number }[] = [];
  const open = (onConnected: (connection: Connection) => void) => {
    const onError = (errno: string) => errors.push({ errno, seconds: clock.nowUs / 1e6 });
    return connectTCP(client.netns, { address: '10.0.0.2', port: 80, tag: 1, onConnected, onError }) as Connection;
  };
  const sent = (label: string) => {
    const times = context.recorder
      .packetsOf(1)
      .filter((packet) => packet.label === label)
      .map(({ sentUs }) => sentUs / 1e6);
    return times.map((seconds) => seconds - (times[0] ?? 0));
  };
  return { clock, client: client.netns, server: server.netns, open, sent, errors };
}

function drop(netns: NetworkNamespace, match: string): void {
  expect(netns.ruleset?.restore(`*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${match} -j DROP\nCOMMIT\n`)).toEqual([]);
}

function expectAsInKernel(engine: readonly number[], kernel: readonly number[]): void {
  expect(engine).toHaveLength(kernel.length);
  for (const [i, seconds] of engine.entries()) {
    expect(kernel[i]).toBeGreaterThanOrEqual(seconds - 0.001);
    expect(kernel[i]).toBeLessThanOrEqual(seconds * (1 + 1 / 16) + 0.03);
  }
}

test('SYN: five equal waits, then each is twice the one before, until ten went unanswered', () => {
  const { clock, server, open, sent, errors } = twoMachines();
  drop(server, '-p tcp');
  open(() => {});
  clock.advanceTo(200_000_000);
  expectAsInKernel(sent('SYN'), KERNEL.SYN);
  expect(errors).toMatchObject([{ errno: 'ETIMEDOUT' }]);
  expectAsInKernel([errors[0]?.seconds ?? 0], [KERNEL.gaveUp]);
});

test.each([
  { linear: 4, retries: 1, syn: [0, 1.01, 2.05], gaveUp: 3.07 },
  { linear: 0, retries: 1, syn: [0, 1.02], gaveUp: 3.03 },
  { linear: 0, retries: 2, syn: [0, 1.02, 3.03], gaveUp: 7.29 },
  { linear: 1, retries: 2, syn: [0, 1.01, 2.03, 4.05], gaveUp: 8.15 },
  { linear: 4, retries: 2, syn: [0, 1.01, 2.04, 3.06, 4.08, 5.11], gaveUp: 7.12 },
])('SYN: $linear linear timeouts, $retries retries', ({ linear, retries, syn, gaveUp }) => {
  const { clock, client, server, open, sent, errors } = twoMachines();
  Object.assign(client.sysctls, { tcp_syn_linear_timeouts: linear, tcp_syn_retries: retries });
  drop(server, '-p tcp');
  open(() => {});
  clock.advanceTo(20_000_000);
  expectAsInKernel(sent('SYN'), syn);
  expectAsInKernel([errors[0]?.seconds ?? 0], [gaveUp]);
});

test('SYN,ACK: five times more', () => {
  const { clock, client, server, open, sent } = twoMachines();
  server.sockets.listen({ protocol: 'tcp', address: '0.0.0.0', port: 80, program: 'nginx' });
  drop(client, '-p tcp');
  const connection = open(() => {});
  connection.close();
  clock.advanceTo(200_000_000);
  expectAsInKernel(sent('S·A'), KERNEL.S·A);
});

test('data: a tail loss probe, then the timeout and its doubles', () => {
  const { clock, server, open, sent } = twoMachines();
  server.sockets.listen({ protocol: 'tcp', address: '0.0.0.0', port: 80, program: 'nginx' });
  open((connection) => {
    drop(server, '-p tcp');
    connection.send({ type: 'bytes', sizeBytes: 5, text: 'hello' });
  });
  clock.advanceTo(75_000_000);
  expectAsInKernel(sent('DATA'), KERNEL.DATA);
});
