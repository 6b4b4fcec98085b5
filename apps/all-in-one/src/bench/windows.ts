/** A run cut into windows of equal numbers of certificates: whether a certificate costs at the end what it cost at first. */

/** What was so at one moment, counted from the start of the run. */
export interface Sample {
  readonly millis: number;
  readonly certificates: number;
  /** Microseconds of processor time by part. */
  readonly micros: Readonly<Record<string, number>>;
}

export interface Window {
  /** Certificates that were stored when it began. */
  readonly from: number;
  readonly certificates: number;
  readonly seconds: number;
  readonly certificatesPerSecond: number;
  readonly cpuMicrosecondsPerCertificate: Readonly<Record<string, number>>;
}

/** Between two samples all goes on evenly. */
function at(samples: readonly Sample[], certificates: number): Sample {
  const after = samples.findIndex((sample) => sample.certificates >= certificates);
  const next = samples[after];
  const before = samples[after - 1];
  if (next === undefined) throw new RangeError(`certificates: ${String(certificates)} were never reached`);
  if (before === undefined || next.certificates === certificates) return next;
  const share = (certificates - before.certificates) / (next.certificates - before.certificates);
  const between = (a: number, b: number): number => a + share * (b - a);
  return {
    millis: between(before.millis, next.millis),
    certificates,
    micros: Object.fromEntries(
      Object.entries(next.micros).map(([name, value]) => [name, between(before.micros[name] ?? 0, value)]),
    ),
  };
}

/** What it cost from one moment to a later one. */
export function costBetween(from: Sample, to: Sample): Window {
  const certificates = to.certificates - from.certificates;
  const seconds = (to.millis - from.millis) / 1000;
  return {
    from: Math.round(from.certificates),
    certificates: Math.round(certificates),
    seconds,
    certificatesPerSecond: certificates / seconds,
    cpuMicrosecondsPerCertificate: Object.fromEntries(
      Object.entries(to.micros).map(([name, value]) => [name, (value - (from.micros[name] ?? 0)) / certificates]),
    ),
  };
}

/** Whole windows of `size` certificates; what is left at the end belongs to none. Samples rise in time and certificates. */
export function windowsOf(samples: readonly Sample[], size: number): Window[] {
  const last = samples.at(-1)?.certificates ?? 0;
  return Array.from({ length: Math.floor(last / size) }, (_, n) =>
    costBetween(at(samples, n * size), at(samples, (n + 1) * size)),
  );
}

/** Processor time of a certificate in the last window by that in the first after warm-up, the second; undefined for fewer than three. */
export function flatness(windows: readonly Window[]): number | undefined {
  const [, first] = windows;
  const last = windows.at(-1);
  if (first === undefined || last === undefined || windows.length < 3) return undefined;
  const total = ({ cpuMicrosecondsPerCertificate: cost }: Window): number =>
    Object.values(cost).reduce((a, b) => a + b, 0);
  return total(last) / total(first);
}
