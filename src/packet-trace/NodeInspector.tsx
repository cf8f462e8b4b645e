// A node: what its own tools print. The rules that the packet in view matched here are lit.

import { Fragment, useEffect, useMemo, useRef, useState } from 'react';
import type { NodeInspection, NodeView } from '../protocol/messages.ts';
import { useSimulation, useUi } from '../state/page.ts';
import { lookUp } from '../state/stepping.ts';
import { ObjectIcon } from '../ui/glyphs/ObjectIcon.tsx';
import { later } from '../ui/later.tsx';
import { Tabs } from '../ui/Tabs.tsx';
import { nodeFaults } from './faults.ts';
import { InspectorHead } from './InspectorHead.tsx';
import { litRules, searchRules } from './lit-rules.ts';
import { TextBox } from './RuleBox.tsx';
import { useInspection } from './use-inspection.ts';

const FaultsSection = later(() => import('./FaultsSection.tsx').then((module) => module.FaultsSection));
const OwnRules = later(() => import('./OwnRules.tsx').then((module) => module.OwnRules));

type Tool = 'iptables' | 'ip6tables' | 'routes' | 'conntrack' | 'neighbours' | 'more';

export function NodeInspector({ node }: { node: NodeView }) {
  const inspection = useInspection('node', node.name);
  const [tool, setTool] = useState<Tool>('iptables');
  const isDualStack = inspection !== null && inspection.ip6tablesSave !== '';
  return (
    <>
      <InspectorHead icon={<ObjectIcon name="node" title="Node" size={22} />} name={node.name} kind="Node" />
      <div className="inspect-body inspect-node">
        <p className="inspect-detail">
          <code>{node.address}</code>,{' '}
          {node.second && (
            <>
              <code>{node.second}</code>,{' '}
            </>
          )}
          podCIDR <code>{node.podCIDR || 'none'}</code>, {node.ready ? 'Ready' : 'NotReady'}, {node.ruleCount} rules
          <Behind node={node} />
        </p>
        <FaultsSection about={node.key} groups={nodeFaults(node)} />
        <Tabs<Tool>
          label={`Tools on ${node.name}`}
          value={tool}
          onChange={setTool}
          className="node-tabs"
          tabs={[
            { value: 'iptables', text: 'iptables', content: inspection && <IptablesSave inspection={inspection} family={4} /> },
            ...(isDualStack
              ? [{ value: 'ip6tables' as const, text: 'ip6tables', content: <IptablesSave inspection={inspection} family={6} /> }]
              : []),
            { value: 'routes', text: 'Routes', content: inspection && <Routes inspection={inspection} /> },
            {
              value: 'conntrack',
              text: 'Conntrack',
              content: inspection && <TextBox lines={[inspection.conntrack || 'no entries']} />,
            },
            {
              value: 'neighbours',
              text: 'Neigh',
              content: inspection && <TextBox lines={[inspection.neighbours + inspection.neighbours6 || 'no entries']} />,
            },
            { value: 'more', text: 'More', content: inspection && <MoreTables inspection={inspection} /> },
          ]}
        />
      </div>
    </>
  );
}

/** How far the node's rules are behind the API server's objects. */
function Behind({ node: { behind = [] } }: { node: NodeView }) {
  if (behind.length === 0) return null;
  return (
    <span className="tone-bad">
      , behind by {behind.length}: {behind.slice(0, 3).join(', ')}
      {behind.length > 3 && ' …'}
    </span>
  );
}

function MoreTables({ inspection: { fdb, sockets, ipsetSave, sysctls } }: { inspection: NodeInspection }) {
  return (
    <>
      <h3 className="tool-title">bridge fdb show</h3>
      <TextBox lines={[fdb || 'no entries']} />
      <h3 className="tool-title">ss -lntu</h3>
      <TextBox lines={[sockets]} />
      {ipsetSave && (
        <>
          <h3 className="tool-title">ipset save</h3>
          <TextBox lines={[ipsetSave]} />
        </>
      )}
      <h3 className="tool-title">sysctl</h3>
      <TextBox lines={[sysctls]} />
    </>
  );
}

function Routes({ inspection }: { inspection: NodeInspection }) {
  return (
    <>
      <TextBox lines={[inspection.routes]} />
      {inspection.routes6 && (
        <>
          <h3 className="tool-title">ip -6 route</h3>
          <TextBox lines={[inspection.routes6]} />
        </>
      )}
      <h3 className="tool-title">ip address</h3>
      <TextBox lines={[inspection.addresses]} />
    </>
  );
}

function IptablesSave({ inspection, family }: { inspection: NodeInspection; family: 4 | 6 }) {
  const walks = useSimulation((mirror) => mirror.walks);
  const position = useUi((ui) => ui.position);
  const [query, setQuery] = useState('');
  const list = useRef<HTMLElement>(null);
  const seen = lookUp(walks, position)?.packet ?? null;
  // A packet meets the rules of its own family.
  const packet = seen && (/^\d+\./.test(seen.addr) ? 4 : 6) === family ? seen : null;
  const save = family === 4 ? inspection.iptablesSave : inspection.ip6tablesSave;
  const dump = family === 4 ? 'iptables-save' : 'ip6tables-save';
  const hop = position?.hop ?? 0;
  const lines = useMemo(
    () => searchRules(litRules(save, inspection.node, packet, hop), query),
    [save, inspection.node, packet, hop, query],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the lines decide which element is lit
  useEffect(() => {
    const box = list.current;
    const lit = box?.querySelectorAll<HTMLElement>('[data-lit]');
    const last = box?.querySelector<HTMLElement>('.rule-line-deciding') ?? lit?.[lit.length - 1];
    if (box && last) box.scrollTop = last.offsetTop - box.clientHeight / 3;
  }, [lines]);
  return (
    <>
      <input
        type="search"
        className="search-field"
        placeholder="Search rules: chain, address, comment"
        aria-label="Search rules"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section ref={list} className="rule-lines" tabIndex={0} aria-label={`${dump} on ${inspection.node}`}>
        {lines.map((line, index) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: lines of a dump repeat and are replaced as a whole
            key={index}
            className={`rule-line ${line.kind === 'head' ? 'rule-line-head' : ''} ${line.lit === 'matched' ? 'rule-line-lit' : ''} ${line.lit === 'deciding' ? 'rule-line-deciding' : ''}`}
            {...(line.n !== null && { 'data-lit': line.n, title: `matched at hop ${line.n}` })}
          >
            {line.parts.map((part, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: see above
              <Fragment key={at}>
                <span className="rule-part">{part}</span>{' '}
              </Fragment>
            ))}
          </div>
        ))}
      </section>
      {family === 4 && <OwnRules node={inspection.node} generated={dumpOf(inspection)} />}
    </>
  );
}

/** Both families in one text, each behind the line that its tool begins with. */
function dumpOf({ iptablesSave, ip6tablesSave }: NodeInspection): string {
  return ip6tablesSave === ''
    ? iptablesSave
    : `# Generated by iptables-save\n${iptablesSave}# Generated by ip6tables-save\n${ip6tablesSave}`;
}
