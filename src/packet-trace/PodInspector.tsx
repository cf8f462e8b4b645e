// A pod: its containers and their sockets, its interfaces and routes, and the two things that one does with a pod here:
// send from it, and delete it.

import type { ContainerView, PodView } from '../protocol/messages.ts';
import { usePage } from '../state/page.ts';
import { Button } from '../ui/Button.tsx';
import { ObjectIcon } from '../ui/glyphs/ObjectIcon.tsx';
import { later } from '../ui/later.tsx';
import { podFaults } from './faults.ts';
import { InspectorHead } from './InspectorHead.tsx';
import { Labels } from './Labels.tsx';
import { ObjectYAML } from './ObjectYAML.tsx';
import { TextBox } from './RuleBox.tsx';
import { Section } from './Section.tsx';
import { useInspection } from './use-inspection.ts';
import { placeInKubectl } from './use-shown.ts';

const FaultsSection = later(() => import('./FaultsSection.tsx').then((module) => module.FaultsSection));

export function PodInspector({ pod }: { pod: PodView }) {
  const page = usePage();
  const { node, source, owner } = pod;
  return (
    <>
      <InspectorHead icon={<ObjectIcon name="pod" title="Pod" size={22} />} name={pod.name} kind="Pod" />
      <div className="inspect-body">
        <div className="inspect-sentence">
          <p className="inspect-title">
            {pod.status}
            {node && ` on ${node}`}.
          </p>
          <p className="inspect-detail">
            {pod.address ? <code>{pod.address}</code> : 'no address yet'}
            {pod.second && (
              <>
                , <code>{pod.second}</code>
              </>
            )}
            {pod.ready ? ', ready' : ', not ready'}
            {pod.hostNetwork && ', in the node’s own network'}
          </p>
        </div>
        <div className="inspect-buttons">
          <Button onClick={() => page.sendFrom(`pod/${pod.namespace}/${pod.name}`)} disabled={pod.address === null}>
            Send from here
          </Button>
          <Button icon="trash" onClick={() => page.deletePod(pod.namespace, pod.name)}>
            Delete pod
          </Button>
        </div>
        <FaultsSection about={pod.key} groups={podFaults(pod)} />
        <Section title="Labels">
          <Labels labels={pod.labels} />
        </Section>
        <Section title={pod.containers.length > 1 ? `${pod.containers.length} containers, one network namespace` : 'Container'}>
          <ul className="plain-list">
            {pod.containers.map((container) => (
              <Container key={container.name} container={container} />
            ))}
          </ul>
        </Section>
        {(owner || source) && (
          <Section title="Where it comes from">
            <p className="inspect-detail">
              {owner ? `${owner.split('/')[0]} ${owner.split('/').at(-1)}` : 'The scenario'}{' '}
              {source && (
                <button type="button" className="link" onClick={() => page.reveal(source)}>
                  line {source.startLine}
                </button>
              )}
            </p>
          </Section>
        )}
        <PodTools pod={pod} />
        <ObjectYAML place={placeInKubectl(pod)} />
      </div>
    </>
  );
}

function Container({ container }: { container: ContainerView }) {
  return (
    <li className="container-row">
      <strong>{container.name}</strong> <span className="inspect-quiet">{container.image}</span>
      <div className={container.state === 'running' ? 'inspect-quiet' : 'tone-bad'}>
        {container.state}
        {container.message && `: ${container.message}`}
      </div>
      {container.listens.length > 0 ? (
        container.listens.map((socket) => (
          <div key={socket}>
            listens on <code>{socket}</code>
          </div>
        ))
      ) : (
        <div className="inspect-quiet">listens on nothing</div>
      )}
    </li>
  );
}

interface PodCondition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

/** As `kubectl describe pod` lists them. */
function Conditions({ conditions }: { conditions: readonly PodCondition[] }) {
  if (conditions.length === 0) return null;
  return (
    <Section title="Conditions">
      <table className="field-table">
        <tbody>
          {conditions.map(({ type, status, reason, message }) => (
            <tr key={type}>
              <th scope="row">{type}</th>
              <td>
                {status}
                {status !== 'True' && (message || reason) && <span className="inspect-quiet"> {message || reason}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** What the tools inside the pod print at the end of the run. */
function PodTools({ pod }: { pod: PodView }) {
  const inspection = useInspection('pod', pod.key);
  if (!inspection) return null;
  return (
    <>
      <Section title="ip address">
        <TextBox lines={[inspection.addresses]} />
      </Section>
      <Section title="ip route">
        <TextBox lines={[inspection.routes, inspection.routes6].filter((text) => text !== '')} />
      </Section>
      <Section title="ss -lntu">
        <TextBox lines={[inspection.sockets]} />
      </Section>
      <Section title="ip neigh">
        <TextBox lines={[inspection.neighbours || 'no entries']} />
      </Section>
      <Section title="/etc/resolv.conf">
        <TextBox lines={[inspection.resolvConf]} />
      </Section>
      <Section title="/etc/hosts">
        <TextBox lines={[inspection.hosts]} />
      </Section>
      {inspection.env.map(({ container, text }) => (
        <Section key={container} title={inspection.env.length > 1 ? `env in ${container}` : 'env'}>
          <TextBox lines={[text]} />
        </Section>
      ))}
      <Conditions conditions={inspection.object.status?.conditions ?? []} />
    </>
  );
}
