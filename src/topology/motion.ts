// One packet's motion from hop to hop, in real milliseconds. It knows nothing of React or of the canvas: whoever draws
// asks it where the packet is.

/** What a motion does once it has reached its hop: wait, then say so. */
export interface Leg {
  readonly from: number;
  readonly to: number;
  readonly moveMs: number;
  /** How long the packet is held before the next hop may begin: a rewrite asks to be read. */
  readonly holdMs: number;
}

export const pace = { hop: 420, rule: 170, rewrite: 600, verdict: 420, rest: 60 } as const;

export class PacketMotion {
  distance = 0;
  private leg: Leg | null = null;
  private elapsed = 0;
  private readonly listeners = new Set<() => void>();
  private arrive: (() => void) | null = null;

  /** Starts a leg; the one under way is forgotten, and its arrival is never told. */
  start(leg: Leg, arrive: () => void): void {
    this.leg = leg;
    this.elapsed = 0;
    this.distance = leg.moveMs > 0 ? leg.from : leg.to;
    this.arrive = arrive;
    this.tell();
  }

  /** Sets the packet down without motion. */
  place(distance: number): void {
    this.distance = distance;
    this.tell();
  }

  get active(): boolean {
    return this.leg !== null;
  }

  /** True between two hops. */
  get moving(): boolean {
    return this.leg !== null && this.elapsed < this.leg.moveMs;
  }

  /** Lets time pass. */
  tick(deltaMs: number): void {
    const { leg } = this;
    if (!leg) return;
    const wasMoving = this.moving;
    this.elapsed += deltaMs;
    this.distance = this.elapsed >= leg.moveMs ? leg.to : leg.from + (leg.to - leg.from) * ease(this.elapsed / leg.moveMs);
    if (this.elapsed >= leg.moveMs + leg.holdMs) {
      this.leg = null;
      const arrive = this.arrive;
      this.arrive = null;
      this.tell();
      arrive?.();
      return;
    }
    // While it is held it stays where it is.
    if (wasMoving) this.tell();
  }

  /** Calls back whenever the packet may have moved. Returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** cubic-bezier(.45, 0, .2, 1). */
export function ease(x: number): number {
  let t = x;
  for (let i = 0; i < 5; i++) {
    const error = bezier(t, 0.45, 0.2) - x;
    const slope = 3 * (1 - t) ** 2 * 0.45 + 6 * (1 - t) * t * (0.2 - 0.45) + 3 * t ** 2 * (1 - 0.2);
    t -= slope === 0 ? 0 : error / slope;
  }
  return bezier(t, 0, 1);
}

function bezier(t: number, a: number, b: number): number {
  return 3 * (1 - t) ** 2 * t * a + 3 * (1 - t) * t ** 2 * b + t ** 3;
}
