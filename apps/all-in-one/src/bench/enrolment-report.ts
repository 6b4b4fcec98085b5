/** What a run of `bench enrolment` gives: the figures as JSON, a table of them, and whether every device was served once. */
import type { Durability } from './database-facts.js';
import { percentile } from './issuance-report.js';

/** The parts of the bill; `devices` is the process that plays them. */
export const BILLED = ['eca', 'aaa', 'database', 'devices'] as const;
export type Billed = (typeof BILLED)[number];

export interface EnrolmentResult {
  readonly devices: number;
  /** From the first request sent to the last answer received; each answer comes after its commit. */
  readonly seconds: number;
  readonly enrolmentsPerSecond: number;
  readonly answerMs: { readonly p50: number; readonly p99: number };
  readonly cpuMicrosecondsPerEnrolment: Readonly<Record<Billed, number>>;
  /** Requests on their way at one time. */
  readonly atOnce: number;
  /** Devices that took their certificate, by words of refusal those that did not. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Different certificates among those taken, and active ones in the ECA's table. */
  readonly certificates: number;
  readonly active: number;
  readonly durability: Durability;
  readonly machine: { readonly cpu: string; readonly cores: number; readonly node: string };
}

/** The word of a device that took its certificate. */
export const ENROLLED = 'enrolled';

export const answerTimes = (millis: readonly number[]): EnrolmentResult['answerMs'] => ({
  p50: percentile(millis, 0.5),
  p99: percentile(millis, 0.99),
});

/** What is wrong with a run; nothing when each device has one certificate, every one another, on a durable database. */
export function enrolmentComplaints(result: EnrolmentResult): string[] {
  const { devices, outcomes, certificates, active, durability } = result;
  const refused = Object.entries(outcomes).filter(([word]) => word !== ENROLLED);
  const soft = Object.entries(durability).filter(([, value]) => value !== 'on');
  return [
    ...refused.map(([word, count]) => `${String(count)} devices: ${word}`),
    ...(certificates === devices ? [] : [`${String(certificates)} different certificates of ${String(devices)}`]),
    ...(active === devices ? [] : [`${String(active)} active certificates at the ECA`]),
    ...soft.map(([name, value]) => `${name} is ${value}`),
  ];
}

/** The figures as lines for people. */
export function enrolmentTable(result: EnrolmentResult): string[] {
  const { cpuMicrosecondsPerEnrolment: bill, answerMs } = result;
  const sum = BILLED.reduce((total, part) => total + bill[part], 0);
  return [
    `enrolments              ${String(result.certificates)} of ${String(result.devices)}, ${String(result.atOnce)} at once`,
    `enrolments a second     ${result.enrolmentsPerSecond.toFixed(0)} in ${result.seconds.toFixed(1)} s`,
    `answered within         ${answerMs.p50.toFixed(0)} ms half of them, ${answerMs.p99.toFixed(0)} ms of a hundred 99`,
    `processor time of one   ${sum.toFixed(0)} µs: ${BILLED.map((part) => `${part} ${bill[part].toFixed(0)}`).join(', ')}`,
    `durable                 ${Object.entries(result.durability)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
    `machine                 ${result.machine.cpu}, ${String(result.machine.cores)} cores, Node ${result.machine.node}`,
  ];
}
