// The settings of a cluster out of a text: kubeadm's and kube-proxy's documents, and the nodes of the Scenario.

import type { Scenario } from './api/types.ts';
import { overlapNote, type ReadDocument, readClusterConfiguration, readKubeProxyConfiguration } from './cluster-documents.ts';
import { type ClusterSettings, DEFAULT_SETTINGS, type NodeSettings, type ProxySettings } from './cluster-settings.ts';
import type { ManifestObject } from './manifest/manifest.ts';
import { problemsFor } from './manifest/problems.ts';
import { parseCIDR } from './net/address.ts';
import { readNode } from './node-settings.ts';
import type { Problem } from './view.ts';

/** What the documents say; what is wrong with them is added to `problems`. */
export function readSettings(documents: readonly ManifestObject[], problems: Problem[]): ClusterSettings {
  let settings = DEFAULT_SETTINGS;
  const nodes = new Map<string, NodeSettings>();
  for (const item of documents) {
    const { kind, apiVersion } = item.object;
    if (kind === 'ClusterConfiguration' && apiVersion.startsWith('kubeadm.k8s.io/')) {
      const read = readClusterConfiguration(item.object, settings);
      if (isUsable(item, read, problems)) settings = { ...settings, ...read.value };
      const overlap = overlapNote(settings);
      if (overlap !== null) problems.push(warningAt(item, 'networking.podSubnet', overlap));
    } else if (kind === 'KubeProxyConfiguration') {
      const read = readKubeProxyConfiguration(item.object);
      if (isUsable<ProxySettings>(item, read, problems)) settings = { ...settings, proxy: read.value };
    } else if (kind === 'Scenario') {
      const { nonMasqueradeCIDRs } = (item.object as Scenario).cluster ?? {};
      if (nonMasqueradeCIDRs) settings = { ...settings, nonMasqueradeCIDRs: nonMasqueradeCIDRs.flatMap((text) => parseCIDR(text) ?? []) };
      for (const [name, node] of Object.entries((item.object as Scenario).cluster?.nodes ?? {})) {
        const read = readNode(item, name, node);
        problems.push(...read.problems);
        nodes.set(name, read.settings);
      }
    }
  }
  return { ...settings, nodes };
}

function isUsable<Result>(item: ManifestObject, read: ReadDocument<Result>, problems: Problem[]): boolean {
  problems.push(...problemsFor(read.errors, item));
  for (const { path, message, hint } of read.notes) {
    problems.push({ severity: 'not-simulated', message, path, range: item.rangeOf(path), ...(hint === undefined ? {} : { hint }) });
  }
  return read.errors.length === 0;
}

function warningAt(item: ManifestObject, path: string, message: string): Problem {
  return { severity: 'warning', message, path, range: item.rangeOf(path) };
}
