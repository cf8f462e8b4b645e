// The ingress controllers that are known by their images: which classes are theirs, how long they wait, how often they
// try, and what they answer when there is nobody to ask. From the projects' own documentation: ingress-nginx 1.12
// (kubernetes/ingress-nginx), F5 NGINX Ingress Controller 4 (nginx/nginx-ingress), Traefik 3. Arguments are read, config
// maps and custom resources are not.

import { findImage } from '../../api/known-images.ts';
import type { Container } from '../../api/types.ts';
import type { BackendProblem } from './backends.ts';
import type { IngressControllerConfig } from './ingress-routes.ts';

export interface IngressBehaviour {
  /** What it calls itself. */
  readonly program: string;
  /** Null where it does not look at Ingress objects. */
  readonly config: IngressControllerConfig | null;
  /** `spec.controllerName` of the GatewayClasses that it owns, null where it does not look at Gateways. */
  readonly gatewayController: string | null;
  readonly httpPorts: readonly number[];
  /** TLS is expected there: a plain request is refused with 400. */
  readonly tlsPorts: readonly number[];
  /** For backends of an Ingress. */
  readonly statusFor: Readonly<Record<BackendProblem, 404 | 502 | 503>>;
  /** For one attempt to connect. */
  readonly connectTimeoutUs: number;
  readonly readTimeoutUs: number;
  /** Attempts for one request; null is one for each endpoint. */
  readonly tries: number | null;
  /** The redirect from http to https for hosts with TLS, and the annotation that turns it off. */
  readonly tlsRedirect: { readonly status: number; readonly annotation: string } | null;
  /** The annotations that it reads are called `PREFIX/...`. */
  readonly annotations: string;
  readonly pages: 'nginx' | 'go';
}

/** What the container does as an ingress controller, or null when it is none. */
export function ingressBehaviour(container: Container): IngressBehaviour | null {
  const program = findImage(container.image ?? '')?.program ?? '';
  const read = Object.hasOwn(CONTROLLERS, program) ? CONTROLLERS[program] : undefined;
  return read ? read(flagsOf(container.args ?? [])) : null;
}

type Flags = ReadonlyMap<string, string>;

const SECOND_US = 1_000_000;

const CONTROLLERS: Readonly<Record<string, (flags: Flags) => IngressBehaviour>> = {
  'ingress-nginx': (flags) => ({
    program: 'ingress-nginx',
    config: {
      controller: flags.get('controller-class') ?? 'k8s.io/ingress-nginx',
      annotationClass: flags.get('ingress-class') ?? 'nginx',
      watchIngressWithoutClass: flags.get('watch-ingress-without-class') === 'true',
      defaultBackendService: flags.get('default-backend-service') ?? null,
      takesTargetPort: true,
    },
    gatewayController: null,
    httpPorts: [Number(flags.get('http-port') ?? 80)],
    tlsPorts: [Number(flags.get('https-port') ?? 443)],
    statusFor: { 'no-service': 503, 'no-port': 503, 'no-endpoints': 503 },
    connectTimeoutUs: 5 * SECOND_US,
    readTimeoutUs: 60 * SECOND_US,
    tries: 3,
    tlsRedirect: { status: 308, annotation: 'nginx.ingress.kubernetes.io/ssl-redirect' },
    annotations: 'nginx.ingress.kubernetes.io',
    pages: 'nginx',
  }),
  'nginx-ingress': (flags) => ({
    program: 'nginx-ingress',
    config: {
      controller: 'nginx.org/ingress-controller',
      annotationClass: flags.get('ingress-class') ?? 'nginx',
      watchIngressWithoutClass: false,
      defaultBackendService: null,
      takesTargetPort: false,
    },
    gatewayController: null,
    httpPorts: [80],
    tlsPorts: [443],
    statusFor: { 'no-service': 502, 'no-port': 502, 'no-endpoints': 502 },
    connectTimeoutUs: 60 * SECOND_US,
    readTimeoutUs: 60 * SECOND_US,
    tries: null,
    tlsRedirect: { status: 301, annotation: 'ingress.kubernetes.io/ssl-redirect' },
    annotations: 'nginx.org',
    pages: 'nginx',
  }),
  traefik: (flags) => {
    const ports = [...flags].flatMap(([flag, value]) => (/^entrypoints\.[^.]+\.address$/.test(flag) ? [portIn(value)] : []));
    const isTLS = (port: number) => port === 443 || port === 8443;
    const http = ports.filter((port) => !isTLS(port));
    const own = flags.get('providers.kubernetesingress.ingressclass');
    const isOn = (provider: string) => [...flags].some(([flag, value]) => flag.startsWith(provider) && value !== 'false');
    return {
      program: 'traefik',
      // Both providers are off until they are asked for.
      config: isOn('providers.kubernetesingress')
        ? { ...TRAEFIK_INGRESS, annotationClass: own ?? 'traefik', watchIngressWithoutClass: !own }
        : null,
      gatewayController: isOn('providers.kubernetesgateway') ? 'traefik.io/gateway-controller' : null,
      httpPorts: http.length > 0 ? http : [80],
      tlsPorts: ports.filter(isTLS),
      // Without endpoints there is no route at all, unless it is told to keep such routes.
      statusFor: {
        'no-service': 404,
        'no-port': 404,
        'no-endpoints': flags.get('providers.kubernetesingress.allowemptyservices') === 'true' ? 503 : 404,
      },
      connectTimeoutUs: 30 * SECOND_US,
      readTimeoutUs: 60 * SECOND_US,
      tries: 1,
      tlsRedirect: null,
      annotations: 'traefik.ingress.kubernetes.io',
      pages: 'go',
    };
  },
};

const TRAEFIK_INGRESS = { controller: 'traefik.io/ingress-controller', defaultBackendService: null, takesTargetPort: false };

/** `--name=value` and `--name` (which means true); names in small letters, as Traefik takes them in any. */
function flagsOf(args: readonly string[]): Flags {
  const flags = new Map<string, string>();
  for (const word of args) {
    const [, name = '', value = 'true'] = /^--?([^=]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name !== '') flags.set(name.toLowerCase(), value);
  }
  return flags;
}

function portIn(address: string): number {
  return Number(/:(\d+)(?:\/\w+)?$/.exec(address)?.[1] ?? 80);
}
