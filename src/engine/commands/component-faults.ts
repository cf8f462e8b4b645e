// Commands about the components that watch the API server: stopping them on a node, freezing them, and how late they are.

import type { Controller as RunningController } from '../controllers/controller.ts';
import type { Command, Component, Controller } from './command.ts';
import { CONTROLLERS } from './command.ts';
import type { Faults, Refusal } from './faults.ts';
import { parseDuration, printDuration } from './line-reader.ts';
import { notFound } from './places.ts';

type Of<T extends Command['type']> = Extract<Command, { type: T }>;

/** systemctl(1): kube-proxy is a process of the node here, no DaemonSet. */
export function applySystemctl(faults: Faults, { node, verb, unit }: Of<'systemctl'>): Refusal {
  const { kubelets, proxies } = faults.cluster;
  const process = (unit === 'kubelet' ? kubelets : proxies).get(node);
  if (!process) return notFound('nodes', node);
  if (faults.wires.dark.has(node)) return `${node} has no power`;
  if (verb !== 'start') process.isRunning = false;
  if (verb !== 'stop') process.isRunning = true;
  const { isRunning } = process;
  const at = `Node//${node}`;
  faults.mark(
    `stop ${unit} ${node}`,
    isRunning ? null : { undo: `${node}: systemctl start ${unit}`, at: [at], text: `${unit} is stopped` },
  );
  faults.note(`${unit} ${node}`, verb === 'stop' ? 'stops' : `${verb}s`, at);
  faults.listen(node);
  return null;
}

/** A frozen component hears nothing and does nothing until it thaws. */
export function applyFreeze(faults: Faults, { component, frozen }: Of<'freeze'>): Refusal {
  if (component.name === 'coredns') {
    for (const node of nodesOf(faults, component)) {
      mark(faults, `freeze coredns ${node}`, node, frozen ? { undo: 'coredns: thaw', text: 'coredns is frozen' } : null);
    }
    faults.reconnect();
    for (const node of nodesOf(faults, component)) faults.lateDNS(node).isFrozen ||= frozen;
    return null;
  }
  const controller = controllerOf(faults, component.name as Controller);
  if (!controller) return `control-plane: no controller "${component.name}" runs here`;
  if (frozen) controller.queue.pause();
  else controller.queue.resume();
  const undo = `control-plane: thaw ${component.name}`;
  faults.mark(`freeze ${component.name}`, frozen ? { undo, at: ['control-plane'], text: `${component.name} is frozen` } : null);
  faults.note(component.name, frozen ? 'is frozen' : 'goes on');
  return null;
}

/** From a change until the component acts on it, from now on. */
export function applyLag(faults: Faults, command: Of<'lag'>): Refusal {
  const { component, lagUs } = command;
  const { name, node } = component;
  const refusal = slowDown(faults, command);
  if (refusal !== null) return refusal;
  const place = node ?? (name === 'coredns' ? 'coredns' : 'control-plane');
  const undo = name === 'coredns' && node === null ? 'coredns: lag default' : `${place}: lag ${name} default`;
  const at = node === null ? place : `Node//${node}`;
  const isSlow = lagUs !== null;
  faults.mark(`lag ${name} ${node ?? ''}`, isSlow ? { undo, at: [at], text: `${name} lags ${printDuration(lagUs)}` } : null);
  faults.note(node === null ? name : `${name} ${node}`, isSlow ? `lags ${printDuration(lagUs)}` : 'is as quick as usual');
  return null;
}

/** The same as the scenario has it: it is no fault, and what a fault goes back to. */
export function setUsualLag(faults: Faults, command: Of<'lag'>): void {
  const { name } = command.component;
  if (slowDown(faults, command) !== null || command.lagUs === null) return;
  faults.usualLags.set(name, command.lagUs);
  for (const node of nodesOf(faults, command.component)) faults.usualLags.set(`${name} ${node}`, command.lagUs);
}

function slowDown(faults: Faults, { component, lagUs }: Of<'lag'>): Refusal {
  const { name, node } = component;
  if (node !== null && !faults.cluster.network.machines.has(node)) return notFound('nodes', node);
  if (name === 'kube-proxy' || name === 'kubelet' || name === 'coredns') {
    for (const one of nodesOf(faults, component)) setLag(faults, name, one, lagUs ?? faults.usualLags.get(`${name} ${one}`) ?? null);
    return null;
  }
  const controller = controllerOf(faults, name as Controller);
  if (!controller) return `control-plane: no controller "${name}" runs here`;
  const usual = faults.usualLags.get(name) ?? controller.queue.lagUs;
  faults.usualLags.set(name, usual);
  controller.queue.lagUs = lagUs ?? usual;
  return null;
}

/** The `cluster.lag` of a scenario: `kube-proxy: 20ms`, `node-2/kube-proxy: 5s`. The first thing that is wrong with an entry. */
export function lagCommand(key: string, text: string): Of<'lag'> | string {
  const lagUs = parseDuration(text);
  if (lagUs === null) return 'a duration like 80ms, 5s or 1m30s is expected';
  const slash = key.indexOf('/');
  const [node, name] = slash < 0 ? [null, key] : [key.slice(0, slash), key.slice(slash + 1)];
  const component = componentOf(name, node);
  return component ? { type: 'lag', component, lagUs } : `${NAMES.join(', ')} or NODE/kube-proxy, NODE/kubelet, NODE/coredns is expected`;
}

const NODE_NAMES = ['kube-proxy', 'kubelet', 'coredns'] as const;
const NAMES: readonly string[] = [...NODE_NAMES, ...CONTROLLERS];

function componentOf(name: string, node: string | null): Component | null {
  const onNodes = NODE_NAMES.find((one) => one === name);
  if (onNodes) return { name: onNodes, node };
  const controller = CONTROLLERS.find((one) => one === name);
  return controller && node === null ? { name: controller, node } : null;
}

function nodesOf(faults: Faults, { node }: Component): readonly string[] {
  return node === null ? [...faults.cluster.network.machines.keys()] : [node];
}

function setLag(faults: Faults, name: (typeof NODE_NAMES)[number], node: string, lagUs: number | null): void {
  const { kubelets, proxies } = faults.cluster;
  if (name === 'coredns') {
    faults.lateDNS(node).lagUs = lagUs ?? 0;
    return;
  }
  const [kubelet, proxy] = [kubelets.get(node), proxies.get(node)];
  if (name === 'kubelet' && kubelet) kubelet.lagUs = lagUs ?? 0;
  if (name === 'kube-proxy' && proxy) proxy.lagUs = lagUs;
}

function mark(faults: Faults, name: string, node: string, fault: { undo: string; text: string } | null): void {
  faults.mark(name, fault && { ...fault, at: [`Node//${node}`] });
}

/** Controllers carry the names of --controllers; here `endpointslice` is enough. */
function controllerOf(faults: Faults, name: Controller): RunningController | undefined {
  return faults.cluster.controllers.find((one) => one.name === `${name}-controller` || one.name === `kube-${name}`);
}
