// The story of webernetes.ts in @ngrok/webernetes; prints the milliseconds from nothing to the answer.

import { BaseImage, Cluster, type ProcessContext } from '@ngrok/webernetes';

class Web extends BaseImage {
  static readonly imageName = 'web';
  static readonly imageVersion = '1.0';
  readonly defaultCommand = ['serve'];

  override async exec(context: ProcessContext, argv: readonly string[]): Promise<number> {
    if (argv[0] !== 'serve') return super.exec(context, argv);
    context.listenHttp(8080, async () => ({ status: 200, body: 'hello\n' }));
    return context.waitUntilKilled();
  }
}

const pods = Number(process.argv[2]);
const labels = { app: 'web' };
const start = performance.now();
const cluster = new Cluster();
cluster.registerImage(Web);
await cluster.init();
const ready = new Set<string>();
const allReady = new Promise<void>((resolve) => {
  cluster.informer(
    'pods',
    (_type, pod) => {
      const isReady = pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');
      if (isReady) ready.add(pod.metadata?.name ?? '');
      if (ready.size === pods) resolve();
    },
    { namespace: 'default', labelSelector: 'app=web' },
  );
});
await cluster.apply([
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: {
      replicas: pods,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'web', image: 'web:1.0', ports: [{ containerPort: 8080 }] }] } },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { type: 'NodePort', selector: labels, ports: [{ port: 80, targetPort: 8080, nodePort: 31_000, protocol: 'TCP' }] },
  },
]);
await allReady;
await firstAnswer();
console.log(performance.now() - start);
process.exit(0);

/** The node may not have heard of the endpoints yet. */
async function firstAnswer(): Promise<void> {
  for (;;) {
    const response = await cluster.fetch('http://node-1:31000').catch(() => null);
    if (response?.body === 'hello\n') return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
