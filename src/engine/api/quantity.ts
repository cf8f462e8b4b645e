// Resource quantities: `500m`, `1.5`, `128Mi`, `2e3`. Follows apimachinery pkg/api/resource/quantity.go, Kubernetes 1.33.

const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** The number that a quantity stands for, or null when the text is none. YAML may have given a number already. */
export function parseQuantity(quantity: string | number | undefined): number | null {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([numkMGTPE]|[KMGTPE]i)?$/.exec(String(quantity ?? ''));
  const factor = FACTORS[match?.[2] ?? ''];
  return match && factor !== undefined ? Number(match[1]) * factor : null;
}

/** CPU in thousandths of a core, rounded up as the scheduler counts it; 0 when there is none. */
export function cpuMillis(quantity: string | number | undefined): number {
  // The product of a decimal fraction may lie a hair above the true value.
  return Math.ceil(Number(((parseQuantity(quantity) ?? 0) * 1000).toPrecision(12)));
}
