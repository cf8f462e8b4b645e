// The objects of a cluster and the parts of a node. Solid: a machine or a process. Dashed: it exists only as rules.

export type ObjectIconName =
  | 'node'
  | 'pod'
  | 'container'
  | 'client'
  | 'internet'
  | 'router'
  | 'load-balancer'
  | 'ClusterIP'
  | 'NodePort'
  | 'LoadBalancer'
  | 'headless'
  | 'ExternalName'
  | 'Ingress'
  | 'NetworkPolicy'
  | 'interface'
  | 'bridge'
  | 'route'
  | 'kube-proxy'
  | 'chain'
  | 'conntrack';

const oneToMany = 'M-6.5,0 H6 M-1.5,0 C1,0 1,-4.4 4,-4.4 H6 M-1.5,0 C1,0 1,4.4 4,4.4 H6';

/** The icon around 0,0, 22 wide before `scale`. Strokes take `colour`, hollow insides take `ground`. */
export function ObjectMark({
  name,
  scale = 1,
  colour = 'var(--ink2)',
  ground = 'var(--panel)',
}: {
  name: ObjectIconName;
  scale?: number;
  colour?: string;
  ground?: string;
}) {
  return (
    <g transform={`scale(${scale})`} fill={ground} stroke={colour} strokeWidth={1.7} strokeLinecap="round" strokeLinejoin="round">
      {drawings[name](colour)}
    </g>
  );
}

export function ObjectIcon({ name, size = 18, title }: { name: ObjectIconName; size?: number; title: string }) {
  return (
    <svg className="glyph" width={size} height={size} viewBox="-14 -14 28 28" role="img" aria-label={title}>
      <title>{title}</title>
      <ObjectMark name={name} colour="currentColor" ground="none" />
    </svg>
  );
}

const rulesOnly = <rect x={-11} y={-9} width={22} height={18} rx={4} strokeDasharray="3 2.6" strokeLinecap="butt" />;

const drawings: Readonly<Record<ObjectIconName, (colour: string) => React.ReactNode>> = {
  node: (colour) => (
    <>
      <rect x={-11} y={-8} width={22} height={16} rx={3} />
      <path d="M-7,3.5 h3 M-2,3.5 h3" />
      <circle cx={6.5} cy={3.5} r={1.4} fill={colour} stroke="none" />
    </>
  ),
  pod: () => (
    <>
      <rect x={-10} y={-9} width={20} height={18} rx={6} />
      <rect x={-5.5} y={-4} width={11} height={8} rx={2} fill="none" />
    </>
  ),
  container: () => (
    <>
      <rect x={-8} y={-6} width={16} height={12} rx={2} />
      <path d="M-8,-2 H8" />
    </>
  ),
  client: () => (
    <>
      <rect x={-8} y={-8} width={16} height={11} rx={2} />
      <path d="M-11,6.5 H11" strokeWidth={2.1} />
    </>
  ),
  internet: () => (
    <>
      <circle r={10} />
      <path d="M-10,0 H10 M0,-10 C5.2,-5 5.2,5 0,10 M0,-10 C-5.2,-5 -5.2,5 0,10" fill="none" strokeWidth={1.4} />
    </>
  ),
  router: () => (
    <>
      <circle r={10} />
      <path d="M-6,-2.6 H3.4 M0.8,-5.2 L3.6,-2.6 L0.8,0 M6,3 H-3.4 M-0.8,0.4 L-3.6,3 L-0.8,5.6" fill="none" strokeWidth={1.5} />
    </>
  ),
  'load-balancer': () => (
    <>
      <path d="M-11,0 H-5.6 M-1.2,-1.8 L3,-6 H11 M-1.2,1.8 L3,6 H11 M-0.4,0 H11" fill="none" />
      <circle cx={-3} r={2.6} />
    </>
  ),
  ClusterIP: () => (
    <>
      {rulesOnly}
      <path d={oneToMany} fill="none" strokeWidth={1.5} />
    </>
  ),
  NodePort: (colour) => (
    <>
      {rulesOnly}
      <path d={oneToMany} fill="none" strokeWidth={1.5} />
      <rect x={-13.5} y={-3.2} width={5} height={6.4} rx={1} fill={colour} strokeWidth={1} />
    </>
  ),
  LoadBalancer: () => (
    <>
      {rulesOnly}
      <path d={oneToMany} fill="none" strokeWidth={1.5} />
      <circle cx={-11.3} r={3.3} />
    </>
  ),
  headless: (colour) => (
    <>
      {rulesOnly}
      <path d="M-0.5,-4.2 H6 M-0.5,0 H6 M-0.5,4.2 H6" fill="none" strokeWidth={1.5} />
      {[-4.2, 0, 4.2].map((y) => (
        <circle key={y} cx={-5} cy={y} r={1.3} fill={colour} stroke="none" />
      ))}
    </>
  ),
  ExternalName: () => (
    <>
      {rulesOnly}
      <path d="M-6,4 L5,-4 M0.4,-4.4 H5.2 V0.4" fill="none" />
    </>
  ),
  Ingress: () => (
    <>
      {rulesOnly}
      <path
        d="M-7,4.6 L-3.6,-4.6 M0,-3.4 H6.4 M4.2,-5.4 L6.4,-3.4 L4.2,-1.4 M0,3.4 H6.4 M4.2,1.4 L6.4,3.4 L4.2,5.4"
        fill="none"
        strokeWidth={1.5}
      />
    </>
  ),
  NetworkPolicy: () => (
    <>
      <path d="M-9,9 V-0.4 M9,9 V1" fill="none" />
      <path d="M-7,-3.2 L9.5,-9.4" fill="none" strokeWidth={2.3} />
      <circle cx={-9} cy={-2.5} r={2.2} />
    </>
  ),
  interface: () => (
    <>
      <path d="M-9,-7 H9 V5 H4 V8 H-4 V5 H-9 Z" />
      <path d="M-4,-7 V-3 M0,-7 V-3 M4,-7 V-3" strokeWidth={1.3} />
    </>
  ),
  bridge: () => (
    <>
      <rect x={-11} y={-4} width={22} height={8} rx={2} />
      <path d="M-6,-4 V-8 M0,-4 V-8 M6,-4 V-8 M0,4 V8" />
    </>
  ),
  route: () => (
    <>
      <circle r={10} />
      <path d="M-6,0 H6 M3,-3 L6,0 L3,3 M0,-6 V-2 M0,6 V2" fill="none" strokeWidth={1.5} />
    </>
  ),
  'kube-proxy': () => (
    <>
      <path d="M-7,7 L-6,2.6 L4,-7.4 L7.4,-4 L-2.6,6 Z" />
      <path d="M1.6,-5 L5,-1.6" />
    </>
  ),
  chain: () => (
    <>
      <rect x={-10} y={-9} width={20} height={18} rx={3} />
      <path d="M-6,-4.4 H6 M-6,0 H6 M-6,4.4 H0" />
    </>
  ),
  conntrack: () => <path d="M-9,-4 H9 M5,-8 L9,-4 L5,0 M9,4.6 H-9 M-5,0.6 L-9,4.6 L-5,8.6" fill="none" />,
};
