/** What a run of `bench issuance` gives: the figures as JSON, a table of them, and whether all went as it must. */
import type { FleetVerdict } from '#apps/device/src/fleet/check.main.js';
import { PARTS, type Bill, type Part } from './bill.js';
import type { Durability } from './database-facts.js';
import type { Line } from './parts.js';
import type { Window } from './windows.js';

export interface IssuanceResult {
  readonly certificates: number;
  /** From the first request sent to the last answer stored. */
  readonly seconds: number;
  readonly certificatesPerSecond: number;
  readonly cpuMicrosecondsPerCertificate: Bill;
  /** From the moment a request is sent to the moment the last answer of a bundle is stored, over all bundles. */
  readonly requestToReadyMs: { readonly p50: number; readonly p99: number };
  readonly lost: number;
  readonly duplicated: number;
  readonly durability: Durability;
  readonly peakMemoryMiB: Readonly<Record<string, number>>;
  readonly bytesStoredPerCertificate: number;
  readonly bytesStoredPerCertificateOf: Readonly<Record<string, number>>;
  readonly bundleBytesPerCertificate: number;
  /** What the PRA sends on each of its lines and what comes back, headers included. */
  readonly lineBytesPerCertificate: Readonly<Record<Line, { readonly up: number; readonly down: number }>>;
  /** Of the databases of all authorities together. */
  readonly databasePerCertificate: {
    readonly transactions: number;
    readonly rowsWritten: number;
    readonly walBytes: number;
  };
  readonly vehicles: number;
  readonly weeks: number;
  readonly praProcesses: number;
  /** Times that the PRA asked a vehicle to come again later. */
  readonly busyAnswers: number;
  readonly windows: readonly Window[];
  /** Processor time of a certificate in the last window by that in the second; absent for fewer than three windows. */
  readonly flatness?: number;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
}

/** The p-th percentile (0 … 1) of values in any order; 0 of none. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0;
}

const whole = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ' ');
const cost = (bill: Readonly<Record<Part, number>>): number => PARTS.reduce((sum, part) => sum + bill[part], 0);

/** The figures as lines for people. */
export function issuanceTable(result: IssuanceResult): string[] {
  const { cpuMicrosecondsPerCertificate: bill, requestToReadyMs: ready } = result;
  const memory = Object.entries(result.peakMemoryMiB).map(([name, mebibytes]) => `${name} ${String(mebibytes)}`);
  const lines = Object.entries(result.lineBytesPerCertificate).map(
    ([name, { up, down }]) => `${name} ${whole(up)} and ${whole(down)}`,
  );
  const settings = Object.entries(result.durability).map(([name, value]) => `${name} ${value}`);
  return [
    `certificates            ${whole(result.certificates)} of ${String(result.vehicles)} vehicles, ${String(result.weeks)} weeks`,
    `time                    ${result.seconds.toFixed(1)} s`,
    `certificates a second   ${whole(result.certificatesPerSecond)}`,
    `µs of processor a certificate`,
    ...PARTS.map((part) => `  ${part.padEnd(22)}${bill[part].toFixed(1).padStart(7)}`),
    `  ${'together'.padEnd(22)}${cost(bill).toFixed(1).padStart(7)}`,
    `request to bundle       p50 ${whole(ready.p50)} ms, p99 ${whole(ready.p99)} ms`,
    `stored a certificate    ${whole(result.bytesStoredPerCertificate)} bytes`,
    `bundle a certificate    ${whole(result.bundleBytesPerCertificate)} bytes`,
    `on the PRA's lines      ${lines.join(', ')} bytes a certificate, there and back`,
    `databases               ${databaseWords(result.databasePerCertificate)} a certificate`,
    `most memory, MiB        ${memory.join(', ')}`,
    `durability              ${settings.join(', ')}`,
    ...windowLines(result.windows),
    ...(result.flatness === undefined ? [] : [`last window by second    ${result.flatness.toFixed(3)}`]),
    `lost                    ${String(result.lost)}`,
    `duplicated              ${String(result.duplicated)}`,
  ];
}

const databaseWords = ({ transactions, rowsWritten, walBytes }: IssuanceResult['databasePerCertificate']): string =>
  `${transactions.toFixed(3)} transactions, ${rowsWritten.toFixed(1)} rows written, ${whole(walBytes)} bytes of log`;

function windowLines(windows: readonly Window[]): string[] {
  return windows.map(({ from, certificatesPerSecond, cpuMicrosecondsPerCertificate: bill }) => {
    const parts = PARTS.map((part) => `${part} ${(bill[part] ?? 0).toFixed(0)}`);
    return `  from ${whole(from).padStart(9)}  ${whole(certificatesPerSecond).padStart(6)} a second  ${parts.join('  ')}`;
  });
}

/** What did not go as it must, a sentence each. */
export function complaints(result: IssuanceResult, verdict: FleetVerdict): string[] {
  const off = Object.entries(result.durability).filter(([, value]) => value !== 'on');
  return [
    ...(result.lost > 0 ? [`${String(result.lost)} certificates were asked for and are not there`] : []),
    ...(result.duplicated > 0 ? [`${String(result.duplicated)} certificates repeat another`] : []),
    ...off.map(([name, value]) => `${name} is ${value}`),
    ...verdict.told,
  ];
}
