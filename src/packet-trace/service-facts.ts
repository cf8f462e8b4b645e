// What the Service inspector states: one sentence, and each port by the four names that learners mix up.

import type { ServiceView } from '../protocol/messages.ts';

export interface PortRow {
  readonly title: string;
  /** Name, value, and what that number is for. */
  readonly fields: readonly (readonly [string, string, string])[];
}

export function serviceSentence(service: ServiceView): string {
  if (service.type === 'ExternalName') return `${service.name} is a DNS alias of ${service.externalName}.`;
  const ready = service.endpoints.filter((endpoint) => endpoint.ready).length;
  const pods = ready === 0 ? 'no ready pod' : ready === 1 ? 'one pod' : `${ready} pods`;
  if (service.clusterIP === 'None') return `${service.name} is a DNS name for ${pods}.`;
  return ready === 0 ? `${service.name} has an address, and ${pods} behind it.` : `${service.name} is one address for ${pods}.`;
}

export function portRows(service: ServiceView): readonly PortRow[] {
  return service.ports.map((port) => {
    const listening = new Set(
      service.endpoints.flatMap((endpoint) => endpoint.ports.filter(({ name }) => name === port.name).map((one) => one.port)),
    );
    const fields: (readonly [string, string, string])[] = [
      ['port', String(port.port), 'at the clusterIP'],
      ['targetPort', port.targetPort, 'at the pod'],
    ];
    if (!/^\d+$/.test(port.targetPort) && listening.size > 0)
      fields.push(['containerPort', [...listening].join(', '), `named ${port.targetPort}`]);
    fields.push(['nodePort', port.nodePort === null ? 'none' : String(port.nodePort), port.nodePort === null ? '' : 'at every node']);
    return { title: `Port ${port.name || port.port}, ${port.protocol}`, fields };
  });
}
