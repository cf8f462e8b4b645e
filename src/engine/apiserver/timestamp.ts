// Virtual microseconds as RFC 3339 text and back, without Date. The cluster's first moment is 2026-01-01T00:00:00Z.
// The calendar arithmetic is Howard Hinnant's `civil_from_days` / `days_from_civil`.

const EPOCH_SECONDS = daysFromCivil(2026, 1, 1) * 86_400;

/** `2026-01-01T00:00:07Z` for 7,900,000 µs: whole seconds, as metav1.Time prints them. */
export function formatTimestamp(timeUs: number): string {
  const seconds = EPOCH_SECONDS + Math.floor(timeUs / 1_000_000);
  // Much happens within one second.
  if (seconds !== lastFormatted.seconds) lastFormatted = { seconds, text: formatSeconds(seconds) };
  return lastFormatted.text;
}

let lastFormatted = { seconds: Number.NaN, text: '' };

function formatSeconds(seconds: number): string {
  let text = known.get(seconds);
  if (text === undefined) {
    // Thousands of objects are written in the same few seconds.
    if (known.size >= MOST_KNOWN) known.clear();
    text = textOf(seconds);
    known.set(seconds, text);
  }
  return text;
}

const known = new Map<number, string>();
const MOST_KNOWN = 64;

function textOf(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  const { year, month, day } = civilFromDays(days);
  const clock = [Math.floor(rest / 3600), Math.floor((rest % 3600) / 60), rest % 60].map(twoDigits).join(':');
  return `${year}-${twoDigits(month)}-${twoDigits(day)}T${clock}Z`;
}

/** The virtual time of an RFC 3339 timestamp in UTC (negative before the cluster's first moment), or null when it is none. */
export function parseTimestamp(text: string | undefined): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?Z$/.exec(text ?? '');
  if (!match) return null;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const seconds = daysFromCivil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - EPOCH_SECONDS;
  return seconds * 1_000_000 + Number((match[7] ?? '').padEnd(6, '0').slice(0, 6));
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

function civilFromDays(days: number): { year: number; month: number; day: number } {
  const z = days + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const mp = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * mp + 2) / 5) + 1;
  const month = mp < 10 ? mp + 3 : mp - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
