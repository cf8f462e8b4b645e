// The fields that the API server fills in, for the rarer kinds. Follows pkg/apis/core/v1/defaults.go,
// pkg/apis/apps/v1/defaults.go, pkg/apis/batch/v1/defaults.go, pkg/apis/discovery/v1/defaults.go and
// pkg/apis/networking/v1/defaults.go (Kubernetes 1.33).

import { defaultTemplate, type SetDefaults } from './everyday-defaults.ts';
import { foldStringData } from './secret-data.ts';
import type { EndpointSlice, Endpoints, KubeObject, NetworkPolicy } from './types.ts';

export const RARER_DEFAULTS: Readonly<Record<string, SetDefaults>> = {
  Secret: (object: KubeObject) => {
    object.type ||= 'Opaque';
    foldStringData(object);
  },
  StatefulSet: (object: KubeObject) => {
    object.spec ??= {};
    const { spec } = object;
    spec.podManagementPolicy ||= 'OrderedReady';
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate')
      spec.updateStrategy.rollingUpdate = { partition: 0, ...spec.updateStrategy.rollingUpdate };
    spec.persistentVolumeClaimRetentionPolicy = {
      whenDeleted: 'Retain',
      whenScaled: 'Retain',
      ...spec.persistentVolumeClaimRetentionPolicy,
    };
    spec.replicas ??= 1;
    spec.revisionHistoryLimit ??= 10;
    spec.template ??= {};
    defaultTemplate(spec.template);
  },
  DaemonSet: (object: KubeObject) => {
    object.spec ??= {};
    const { spec } = object;
    spec.updateStrategy ??= {};
    spec.updateStrategy.type ||= 'RollingUpdate';
    if (spec.updateStrategy.type === 'RollingUpdate') {
      spec.updateStrategy.rollingUpdate = { maxUnavailable: 1, maxSurge: 0, ...spec.updateStrategy.rollingUpdate };
    }
    spec.revisionHistoryLimit ??= 10;
    spec.template ??= {};
    defaultTemplate(spec.template);
  },
  Job: (object: KubeObject) => {
    object.spec ??= {};
    const { spec } = object;
    if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
    spec.parallelism ??= 1;
    spec.backoffLimit ??= 6;
    spec.completionMode ??= 'NonIndexed';
    spec.suspend ??= false;
    spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
    for (const rule of spec.podFailurePolicy?.rules ?? []) for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
    spec.manualSelector ??= false;
    spec.template ??= {};
    defaultTemplate(spec.template);
  },
  ReplicationController: (object: KubeObject) => {
    object.spec ??= {};
    const { spec, metadata } = object;
    spec.replicas ??= 1;
    const labels: Record<string, string> | undefined = spec.template?.metadata?.labels;
    if (labels && Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
    if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    defaultTemplate(spec.template);
  },
  Endpoints: (object: Endpoints) => {
    for (const port of (object.subsets ?? []).flatMap((subset) => subset.ports ?? [])) port.protocol ||= 'TCP';
  },
  EndpointSlice: (object: EndpointSlice) => {
    for (const port of object.ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  NetworkPolicy: (object: NetworkPolicy) => {
    object.spec ??= {};
    const { spec } = object;
    // A direction without rules counts only if it is named: `egress: []` by itself shuts nothing.
    if (!spec.policyTypes?.length) spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress'];
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])]) for (const port of rule?.ports ?? []) port.protocol ??= 'TCP';
  },
};
