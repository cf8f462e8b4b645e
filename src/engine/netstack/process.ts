// A program behind a socket, as far as the kernel knows it. It takes what comes for it at once, unless it is stopped
// (kill -STOP, or hanging): then the kernel goes on alone. It opens connections until the accept queue is full
// (listen(2)), keeps data in the socket's buffer, and drops what it has no room for. Left out: SYN cookies are on
// (net.ipv4.tcp_syncookies = 1), so connections half open turn nobody away; buffers have no end.

/** net.core.somaxconn, which is what programs ask for that do not know better. */
const SOMAXCONN = 4096;
/** What others ask for. */
const BACKLOGS: Readonly<Record<string, number>> = { nginx: 511, httpd: 511, 'redis-server': 511, node: 511, nc: 1, ncat: 10 };

export class Process {
  readonly program: string;
  readonly backlog: number;
  #deeds: (() => void)[] | null = null;
  #waiting = 0;

  constructor(program: string) {
    this.program = program;
    this.backlog = BACKLOGS[program] ?? SOMAXCONN;
  }

  /** sk_acceptq_is_full: one more than was asked for may wait. */
  get overflow(): string | null {
    if (this.#waiting <= this.backlog) return null;
    return `${this.program} does not accept: ${this.#waiting} connections wait for it, listen() allows ${this.backlog} (TcpExtListenOverflows)`;
  }

  /** Does what the program would do now, or when it goes on. */
  does(deed: () => void): void {
    if (this.#deeds) this.#deeds.push(deed);
    else deed();
  }

  /** A handshake is done. */
  accepts(deed: () => void): void {
    if (this.#deeds) this.#waiting++;
    this.does(deed);
  }

  get isStopped(): boolean {
    return this.#deeds !== null;
  }

  /** SIGSTOP. */
  stop(): void {
    this.#deeds ??= [];
  }

  /** SIGCONT. */
  goOn(): void {
    const deeds = this.#deeds ?? [];
    this.#deeds = null;
    this.#waiting = 0;
    for (const deed of deeds) deed();
  }
}
