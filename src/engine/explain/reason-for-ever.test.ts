import { expect, test } from 'vitest';
import { createSimulation } from '../whole-simulation.ts';

function cluster(rules: Readonly<Record<string, readonly string[]>>, cni = 'vxlan'): string {
  const node = (name: string) => `apiVersion: v1\nkind: Node\nmetadata: {name: ${name}}\n`;
  const pod = (name: string, nodeName: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: {nodeName: ${nodeName}, containers: [{name: ${name}, image: nginx}]}\n`;
  const settings = Object.entries(rules).map(
    ([name, lines]) => `    ${name}:\n      iptablesSave: |\n${lines.map((line) => `        ${line}\n`).join('')}`,
  );
  const scenario = `apiVersion: packetwalk.dev/v1\nkind: Scenario\nmetadata: {name: rounds}\ncluster:\n  cni: ${cni}\n  nodes:\n${settings.join('')}`;
  return [scenario, node('node-1'), node('node-2'), pod('client', 'node-1'), pod('server', 'node-2')].join('---\n');
}

function reasonOf(text: string, to: string) {
  const { walks, problems } = createSimulation().run(text, 1, [{ type: 'send', from: 'pod/default/client', to }]);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return walks[0]?.reason;
}

test('two nodes that send a packet to each other, and a rule that keeps its TTL up', () => {
  const to = (address: string) => ['*nat', `-A PREROUTING -p tcp --dport 7 -j DNAT --to-destination ${address}`, 'COMMIT'];
  const ttl = ['*mangle', '-A PREROUTING -j TTL --ttl-set 64', 'COMMIT'];
  const text = cluster({ 'node-1': [...ttl, ...to('192.168.56.12')], 'node-2': to('192.168.56.11') });
  const reason = reasonOf(text, 'tcp://192.168.56.12:7');
  expect(reason?.title).toBe('The packet goes round for ever: node-1 -> node-2 -> node-1.');
  expect(reason?.why.map((one) => one.text)).toEqual([
    'The routes lead round: node-1 -> node-2 -> node-1',
    'On node-1 a rule changes the TTL: `-A PREROUTING -j TTL --ttl-set 64`',
  ]);
});

test("a tunnel's own packets that are led into the tunnel", () => {
  const rule = '-A OUTPUT -p udp -m udp --dport 8472 -j DNAT --to-destination 10.244.2.2';
  const reason = reasonOf(cluster({ 'node-1': ['*nat', rule, 'COMMIT'] }), 'tcp://10.244.2.2:80');
  expect(reason?.title).toBe("node-1 sends the tunnel's own packets into the tunnel.");
  expect(reason?.why.map((one) => one.text)).toContain(`\`${rule}\` leads them there`);
});

test('errors that come back through the tunnel as something new', () => {
  const nat = ['*nat', '-A PREROUTING -p udp -m udp --dport 8472 -j DNAT --to-destination 10.244.1.2', '-A POSTROUTING -j MASQUERADE'];
  const reason = reasonOf(cluster({ 'node-2': [...nat, 'COMMIT'] }), 'tcp://10.244.2.2:80');
  expect(reason?.title).toBe('client refuses: nothing listens on 10.244.1.2:8472.');
  expect(reason?.why.at(-1)?.text).toMatch(/goes round for ever, .*: each error comes back inside of a tunnel/);
});
