// A Service: its address, its ports by their four names, its endpoints, and why each pod is or is not one of them.

import type { NodeView, ServiceView } from '../protocol/messages.ts';
import { usePage, useSimulation } from '../state/page.ts';
import { CodeText } from '../ui/CodeText.tsx';
import { ObjectIcon, type ObjectIconName } from '../ui/glyphs/ObjectIcon.tsx';
import { later } from '../ui/later.tsx';
import { serviceFaults } from './faults.ts';
import { InspectorHead } from './InspectorHead.tsx';
import { Labels } from './Labels.tsx';
import { ObjectYAML } from './ObjectYAML.tsx';
import { Section } from './Section.tsx';
import { type PortRow, portRows, serviceSentence } from './service-facts.ts';
import { placeInKubectl } from './use-shown.ts';

const FaultsSection = later(() => import('./FaultsSection.tsx').then((module) => module.FaultsSection));

export function ServiceInspector({ service }: { service: ServiceView }) {
  const page = usePage();
  const { source, selectorRange } = service;
  return (
    <>
      <InspectorHead
        icon={<ObjectIcon name={iconOf(service)} title="Service" size={22} />}
        name={service.name}
        kind={`Service, ${service.type}`}
      />
      <div className="inspect-body">
        <div className="inspect-sentence">
          <p className="inspect-title">{serviceSentence(service)}</p>
          <p className="inspect-detail">
            A Service is no machine: it exists as rules on every node.{' '}
            {source && (
              <button type="button" className="link" onClick={() => page.reveal(source)}>
                line {source.startLine}
              </button>
            )}
          </p>
        </div>
        <Section title="Addresses">
          <table className="field-table">
            <tbody>
              <AddressRow name="DNS name" value={service.dnsName} />
              <AddressRow name="clusterIP" value={service.clusterIP} />
              {service.second && <AddressRow name="clusterIP" value={service.second} />}
              <AddressRow name="external-ip" value={service.externalIP || service.externalIPs.join(', ')} />
              <AddressRow name="externalName" value={service.externalName} />
              <AddressRow
                name="policy"
                value={service.externalTrafficPolicy && `externalTrafficPolicy: ${service.externalTrafficPolicy}`}
              />
            </tbody>
          </table>
        </Section>
        {portRows(service).map((row) => (
          <Section key={row.title} title={row.title}>
            <PortTable row={row} />
          </Section>
        ))}
        {service.selector && (
          <Section title="Selector">
            <Labels labels={service.selector} />{' '}
            {selectorRange && (
              <button type="button" className="link" onClick={() => page.reveal(selectorRange)}>
                line {selectorRange.startLine}
              </button>
            )}
          </Section>
        )}
        <Section title={`Endpoints, ${service.endpoints.filter((endpoint) => endpoint.ready).length} ready`}>
          <Endpoints service={service} />
          <StaleNodes service={`${service.namespace}/${service.name}`} />
        </Section>
        {service.candidates.length > 0 && (
          <Section title="Why each pod is or is not one">
            <Candidates service={service} />
          </Section>
        )}
        <FaultsSection about={service.key} groups={serviceFaults()} />
        <ObjectYAML place={placeInKubectl(service)} />
      </div>
    </>
  );
}

/** Nodes whose rules are older than these endpoints. */
function StaleNodes({ service }: { service: string }) {
  const nodes = useSimulation(({ objects }) =>
    objects
      .filter((object) => object.kind === 'Node' && (object as NodeView).behind?.includes(service))
      .map(({ name }) => name)
      .join(', '),
  );
  if (nodes === '') return null;
  return <p className="inspect-detail tone-bad">{nodes}: rules are older than these endpoints</p>;
}

function AddressRow({ name, value }: { name: string; value: string }) {
  if (!value) return null;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>
        <code>{value}</code>
      </td>
    </tr>
  );
}

function PortTable({ row }: { row: PortRow }) {
  return (
    <table className="field-table">
      <tbody>
        {row.fields.map(([name, value, about]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>
              <code>{value}</code> <span className="inspect-quiet">{about}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Endpoints({ service }: { service: ServiceView }) {
  const page = usePage();
  if (service.endpoints.length === 0) return <p className="inspect-detail">none</p>;
  return (
    <ul className="plain-list">
      {service.endpoints.map((endpoint) => (
        <li key={endpoint.address} className="candidate">
          <span className={endpoint.ready ? 'tone-good' : 'inspect-quiet'}>{endpoint.ready ? '✓' : '–'}</span>
          <span>
            <code>{endpoint.ports.map((port) => `${endpoint.address}:${port.port}`).join(', ') || endpoint.address}</code>{' '}
            {endpoint.pod && (
              <button type="button" className="link" onClick={() => page.select(podKey(endpoint.pod ?? ''))}>
                {podName(endpoint.pod)}
              </button>
            )}
            {!endpoint.ready && <span className="inspect-quiet"> not ready</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Candidates({ service }: { service: ServiceView }) {
  const page = usePage();
  return (
    <ul className="plain-list">
      {service.candidates.map((candidate) => (
        <li key={candidate.pod} className="candidate">
          <span className={candidate.endpoint ? 'tone-good' : 'tone-bad'} aria-hidden="true">
            {candidate.endpoint ? '✓' : '×'}
          </span>
          <button type="button" className="link" onClick={() => page.select(podKey(candidate.pod))}>
            {podName(candidate.pod)}
          </button>
          <span className="inspect-quiet">
            {!candidate.endpoint && <span className="visually-hidden">not an endpoint: </span>}
            <CodeText text={candidate.why} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Accepts a view key or `namespace/name`. */
function podKey(pod: string): string {
  return pod.startsWith('Pod/') ? pod : `Pod/${pod}`;
}

function podName(pod: string): string {
  return pod.split('/').at(-1) ?? pod;
}

function iconOf(service: ServiceView): ObjectIconName {
  return service.clusterIP === 'None' ? 'headless' : service.type;
}
