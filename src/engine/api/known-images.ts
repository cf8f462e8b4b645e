// Well-known container images and where their programs listen when nobody tells them otherwise, from each image's own
// documentation. An image is found by its name alone: registry, tag and digest do not matter, and of a path the end
// decides, so that `mirror.example/library/nginx:1.27` is nginx.

import type { Container } from './types.ts';

/** One socket that a program opens; on all addresses unless one is named. */
export interface DefaultListen {
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
  readonly address?: string | undefined;
}

export interface KnownImage {
  readonly program: string;
  /** Without arguments. */
  readonly listens: readonly DefaultListen[];
  /** For a program whose ports stand in its arguments. */
  readonly read?: (args: readonly string[]) => readonly DefaultListen[];
  /** The only paths that a web server has a page for, as its image comes; without it the program answers any. */
  readonly pages?: readonly string[];
}

/** The paths that the container's web server has pages for; null when it answers any, or nobody knows. */
export function pagesOf({ image = '', command, volumeMounts }: Container): readonly string[] | null {
  if (command?.length || volumeMounts?.length) return null;
  return findImage(image)?.pages ?? null;
}

/** What is known about an image, or undefined. */
export function findImage(image: string): KnownImage | undefined {
  if (lastFound.image !== image) lastFound = { image, known: lookUp(image) };
  return lastFound.known;
}

/** Replicas have the same image, and are asked about one after the other. */
let lastFound: { readonly image: string | null; readonly known: KnownImage | undefined } = { image: null, known: undefined };

function lookUp(image: string): KnownImage | undefined {
  const parts = imagePath(image).split('/');
  const paths = parts.map((_, place) => parts.slice(place).join('/'));
  return paths.map((path) => IMAGES.get(path)).find((known) => known !== undefined);
}

/** The program of a container, as far as it says by itself what it opens. */
export interface KnownProgram {
  readonly program: string;
  readonly listens: readonly DefaultListen[];
  /** It surely listens nowhere, whatever the pod declares. */
  readonly isIdle?: boolean;
}

/** What a container runs: its command where it has one, else its image's program. Null when that says nothing about ports. */
export function knownProgram(container: Container): KnownProgram | null {
  const words = [...(container.command ?? []), ...(container.args ?? [])];
  if (container.command?.length) return programOfCommand(words);
  const image = findImage(container.image ?? '');
  if (!image) return null;
  return image.read ? { program: image.program, listens: image.read(container.args ?? []) } : image;
}

/** A command of the pod runs instead of the image's program; only a few say by themselves what they open. */
function programOfCommand(words: readonly string[]): KnownProgram | null {
  const program = words[0]?.split('/').at(-1) ?? '';
  if (['sleep', 'tail', 'pause', 'cat', 'true', 'false'].includes(program)) return { program, listens: [], isIdle: true };
  if (program === 'nc' || program === 'ncat') return listeningNetcat(program, words.slice(1));
  const module = words.indexOf('http.server');
  if (!/^python[\d.]*$/.test(program) || module < 0) return null;
  const port = Number(words.slice(module + 1).find((word) => /^\d+$/.test(word)) ?? 8000);
  const bind = words.findIndex((word) => word === '--bind' || word === '-b');
  const address = bind < 0 ? undefined : words[bind + 1];
  return { program, listens: [{ protocol: 'tcp', port, address }] };
}

/** `nc -lk -p 80` as BusyBox takes it, `nc -lk 80` as OpenBSD's; null for one that calls out. */
function listeningNetcat(program: string, words: readonly string[]): KnownProgram | null {
  if (!words.some((word) => /^-[a-z]*l/.test(word))) return null;
  const port = Number(words.find((word) => /^\d+$/.test(word)) ?? 0);
  return port > 0 ? { program, listens: [{ protocol: words.some((word) => /^-[a-z]*u/.test(word)) ? 'udp' : 'tcp', port }] } : null;
}

/** The last part of an image's name: `web` for `registry.example/shop/web:1.4`. */
export function imageName(image: string): string {
  return imagePath(image).split('/').at(-1) ?? image;
}

function imagePath(image: string): string {
  const name = image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
  const slash = name.indexOf('/');
  const first = name.slice(0, Math.max(0, slash));
  return /[.:]/.test(first) || first === 'localhost' ? name.slice(slash + 1) : name;
}

const IMAGES: ReadonlyMap<string, KnownImage> = new Map([
  ...site('nginx', 80, 'nginx'),
  ...known('nginx', tcp(80), 'nginxdemos/hello', 'nginxdemos/nginx-hello-plain'),
  ...site('nginx', 8080, 'nginxinc/nginx-unprivileged', 'bitnami/nginx'),
  ...site('httpd', 80, 'httpd'),
  ...site('caddy', 80, 'caddy'),
  ...known('apache2', tcp(80), 'wordpress', 'php-apache', 'hpa-example'),
  ...known('redis-server', tcp(6379), 'redis', 'valkey', 'bitnami/redis'),
  ...known('postgres', tcp(5432), 'postgres', 'bitnami/postgresql'),
  ...known('mysqld', tcp(3306), 'mysql', 'bitnami/mysql'),
  ...known('mariadbd', tcp(3306), 'mariadb', 'bitnami/mariadb'),
  ...known('memcached', tcp(11211), 'memcached'),
  ...known('mongod', tcp(27017), 'mongo'),
  ...known('rabbitmq', tcp(5672, 15692, 25672, 4369), 'rabbitmq'),
  ...known('nats-server', tcp(4222, 8222, 6222), 'nats'),
  ...known('etcd', [{ protocol: 'tcp', port: 2379, address: '127.0.0.1' }, ...tcp(2380)], 'etcd'),
  ...known('kafka', tcp(9092, 9093), 'apache/kafka'),
  ...known('elasticsearch', tcp(9200, 9300), 'elasticsearch'),
  ...known('prometheus', tcp(9090), 'prom/prometheus'),
  ...known('grafana', tcp(3000), 'grafana/grafana'),
  ...known('coredns', [...udp(53), ...tcp(53, 9153, 8080, 8181)], 'coredns'),
  ['traefik', { program: 'traefik', listens: tcp(80), read: traefikListens }],
  ...['ingress-nginx/controller', 'nginx-ingress-controller'].map((name): [string, KnownImage] => [
    name,
    { program: 'ingress-nginx', listens: tcp(80, 443, 10254), read: ingressNginxListens },
  ]),
  ...known('nginx-ingress', tcp(80, 443, 8081, 9113), 'nginx/nginx-ingress', 'nginx-ingress'),
  ...known('tomcat', tcp(8080), 'tomcat'),
  ...known('jenkins', tcp(8080, 50000), 'jenkins/jenkins'),
  ...known('gunicorn', tcp(80), 'kennethreitz/httpbin'),
  ...known('go-httpbin', tcp(8080), 'mccutchen/go-httpbin'),
  ...known('hello-app', tcp(8080), 'google-samples/hello-app', 'hello-app'),
  ...known('echoserver', tcp(8080), 'echoserver', 'echo-server', 'kicbase/echo-server'),
  ...known('node', tcp(8080), 'kubernetes-bootcamp'),
  ...known('nothing', [], 'pause', 'curl', 'curlimages/curl', 'busybox', 'alpine', 'ubuntu', 'debian', 'netshoot', 'nicolaka/netshoot'),
  ...known('nothing', [], 'wbitt/network-multitool', 'dnsutils', 'jessie-dnsutils', 'praqma/network-multitool'),
  ['traefik/whoami', { program: 'whoami', listens: tcp(80), read: (args) => tcp(numberAfter(args, '-port') ?? 80) }],
  ['hashicorp/http-echo', { program: 'http-echo', listens: tcp(5678), read: (args) => tcp(numberAfter(args, '-listen') ?? 5678) }],
  ['agnhost', { program: 'agnhost', listens: [], read: agnhostListens }],
]);

function known(program: string, listens: readonly DefaultListen[], ...names: readonly string[]): [string, KnownImage][] {
  return names.map((name) => [name, { program, listens }]);
}

/** A web server with nothing but its welcome page. */
function site(program: string, port: number, ...names: readonly string[]): [string, KnownImage][] {
  return names.map((name) => [name, { program, listens: tcp(port), pages: ['/', '/index.html'] }]);
}

function tcp(...ports: readonly number[]): DefaultListen[] {
  return ports.map((port) => ({ protocol: 'tcp', port }));
}

function udp(...ports: readonly number[]): DefaultListen[] {
  return ports.map((port) => ({ protocol: 'udp', port }));
}

/** The test image of Kubernetes: its first argument chooses one of many programs, `pause` by default. */
function agnhostListens(args: readonly string[]): readonly DefaultListen[] {
  const port = (flag: string, otherwise: number) => numberAfter(args, flag) ?? otherwise;
  switch (args[0]) {
    case 'netexec':
      return [
        ...tcp(port('-http-port', 8080)),
        ...udp(port('-udp-port', 8081)),
        { protocol: 'sctp' as const, port: port('-sctp-port', -1) },
      ].filter((listen) => listen.port > 0);
    case 'serve-hostname':
      return tcp(port('-port', 9376));
    case 'test-webserver':
      return tcp(port('-port', 80));
    default:
      return [];
  }
}

/** ingress-nginx: two ports for clients, one for health checks and metrics, and one for its webhook if it has one. */
function ingressNginxListens(args: readonly string[]): readonly DefaultListen[] {
  const webhook = numberAfter(args, '-validating-webhook');
  const ports = [numberAfter(args, '-http-port') ?? 80, numberAfter(args, '-https-port') ?? 443, 10254];
  return tcp(...ports, ...(webhook === undefined ? [] : [webhook]));
}

/** Traefik listens where its entry points say: `--entryPoints.web.address=:8000/tcp`. */
function traefikListens(args: readonly string[]): readonly DefaultListen[] {
  const listens = args.flatMap((word): DefaultListen[] => {
    const [, port, protocol] = /^--entrypoints\.[^.]+\.address=.*?:(\d+)(?:\/(tcp|udp))?$/i.exec(word) ?? [];
    return port === undefined ? [] : [{ protocol: protocol === 'udp' ? 'udp' : 'tcp', port: Number(port) }];
  });
  return listens.length > 0 ? listens : tcp(80);
}

/** The number in `--flag=8080`, `-flag :8080` and the like. */
function numberAfter(args: readonly string[], flag: string): number | undefined {
  const place = args.findIndex((word) => word.replace(/^--/, '-').replace(/=.*/, '') === flag);
  const word = args[place] ?? '';
  const value = place < 0 ? '' : word.includes('=') ? word.slice(word.indexOf('=') + 1) : (args[place + 1] ?? '');
  const digits = /(\d+)$/.exec(value)?.[1];
  return digits === undefined ? undefined : Number(digits);
}
