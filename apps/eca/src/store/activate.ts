/** Signed certificates become the active ones of their devices: a group in one transaction, under the locks of its devices. */
import type { DataSource, EntityManager } from 'typeorm';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { gathered, type GatheringRules } from '#service/gathered.js';
import type { EnrolmentStore, StoredEnrolment } from '../domain/enrol.js';
import { refuse } from '../domain/refusal.js';
import { lockDevices } from './device-lock.js';

interface Signed {
  readonly enrolment: StoredEnrolment;
  readonly issued: { certificate: Uint8Array; certificateHash: Uint8Array; answer: Uint8Array };
}
type Outcome = Uint8Array | Refused<'already-enrolled' | 'device-blocked'>;

export function activateAll(dataSource: DataSource, rules: GatheringRules): EnrolmentStore['complete'] {
  const activate = gathered((all: readonly Signed[]) => inWaves(dataSource, all), rules);
  return (enrolment, issued) => activate({ enrolment, issued });
}

/** Each device once in a transaction: what comes second for it finds what the first has left. */
async function inWaves(dataSource: DataSource, all: readonly Signed[]): Promise<Outcome[]> {
  const outcomes = new Map<Signed, Outcome>();
  for (let rest = all; rest.length > 0;) {
    // Of several for one device the earliest.
    const devices = new Map(rest.map((one) => [nameOf(one.enrolment.deviceIndex), one] as const).reverse());
    const wave = [...devices.values()];
    const answers = await dataSource.transaction((manager) => activateWave(manager, wave));
    wave.forEach((one, n) => outcomes.set(one, answers[n] as Outcome));
    rest = rest.filter((one) => !outcomes.has(one));
  }
  return all.map((one) => outcomes.get(one) as Outcome);
}

const nameOf = (hash: Uint8Array): string => Buffer.from(hash).toString('hex');

/** How an intent and its device stand, under the device's lock. */
interface Standing {
  readonly request_hash: Buffer;
  readonly answer: Buffer | null;
  readonly created_millis: string;
  readonly stopped_millis: string | null;
  /** When the device was last stopped. */
  readonly latest_stop: string | null;
  /** Whether the AAA has not heard of it yet. */
  readonly is_owed: boolean;
  /** Of the certificate that is active now. */
  readonly active_created: string | null;
}

/** Under the locks of the devices, each of which is named once; the unique index holds should they fail. */
async function activateWave(manager: EntityManager, wave: readonly Signed[]): Promise<Outcome[]> {
  await lockDevices(
    manager,
    wave.map(({ enrolment }) => enrolment.deviceIndex),
  );
  const standings = await standingOf(manager, wave);
  const outcomes = wave.map(({ enrolment, issued }) => {
    const standing = standings.get(nameOf(enrolment.requestHash));
    if (standing === undefined) throw new Error('a stored intent is gone');
    return { standing, outcome: outcomeOf(standing, issued.answer) };
  });
  await markBlocked(manager, outcomes);
  const fresh = wave.filter((_, n) => outcomes[n]?.outcome === wave[n]?.issued.answer);
  await retire(
    manager,
    fresh.filter(({ enrolment }) => standings.get(nameOf(enrolment.requestHash))?.active_created !== null),
  );
  await store(manager, fresh);
  return outcomes.map(({ outcome }) => outcome);
}

/** A statement of its own, so that it sees what was committed before the locks were given. */
async function standingOf(manager: EntityManager, wave: readonly Signed[]): Promise<Map<string, Standing>> {
  const rows: Standing[] = await manager.query(
    `SELECT request_hash, answer, created_millis, stopped_millis,
      (SELECT max(stopped_millis) FROM enrolment AS o WHERE o.device_index = e.device_index) AS latest_stop,
      EXISTS (SELECT 1 FROM suspension_outbox AS s WHERE s.device_index = e.device_index) AS is_owed,
      (SELECT created_millis FROM enrolment AS a WHERE a.device_index = e.device_index AND is_active) AS active_created
      FROM enrolment AS e WHERE request_hash = ANY ($1::bytea[])`,
    [wave.map(({ enrolment }) => Buffer.from(enrolment.requestHash))],
  );
  return new Map(rows.map((row) => [nameOf(row.request_hash), row]));
}

/** `answer` itself when it is the first and may be stored. */
function outcomeOf(standing: Standing, answer: Uint8Array): Outcome {
  if (isBlocked(standing)) return refuse('device-blocked');
  if (standing.answer !== null) return new Uint8Array(standing.answer);
  const { active_created: active, created_millis: created } = standing;
  return active !== null && Number(active) > Number(created) ? refuse('already-enrolled') : answer;
}

/** Stopped itself, or asked for before its device was stopped or the AAA had heard of it: the AAA's word is older than the stop. */
const isBlocked = ({
  stopped_millis: own,
  latest_stop: latest,
  is_owed: isOwed,
  created_millis: created,
}: Standing): boolean => own !== null || (latest !== null && (isOwed || Number(latest) >= Number(created)));

/** Marked as stopped, so that no later try gets further. */
async function markBlocked(
  manager: EntityManager,
  outcomes: readonly { standing: Standing; outcome: Outcome }[],
): Promise<void> {
  for (const { standing, outcome } of outcomes) {
    if (!isRefused(outcome) || outcome.reason !== 'device-blocked' || standing.stopped_millis !== null) continue;
    const { request_hash: hash, latest_stop: stopped } = standing;
    await manager.query('UPDATE enrolment SET stopped_millis = $2 WHERE request_hash = $1', [hash, stopped]);
  }
}

/** The certificates that were the active ones of these devices are so no more. */
async function retire(manager: EntityManager, replaced: readonly Signed[]): Promise<void> {
  if (replaced.length === 0) return;
  await manager.query('UPDATE enrolment SET is_active = false WHERE device_index = ANY ($1::bytea[]) AND is_active', [
    replaced.map(({ enrolment }) => Buffer.from(enrolment.deviceIndex)),
  ]);
}

async function store(manager: EntityManager, fresh: readonly Signed[]): Promise<void> {
  if (fresh.length === 0) return;
  await manager.query(
    `UPDATE enrolment AS e SET certificate = n.certificate, certificate_hash = n.hash, answer = n.answer, is_active = true
      FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[]) AS n (request_hash, certificate, hash, answer)
      WHERE e.request_hash = n.request_hash AND e.answer IS NULL`,
    [
      fresh.map(({ enrolment }) => Buffer.from(enrolment.requestHash)),
      fresh.map(({ issued }) => Buffer.from(issued.certificate)),
      fresh.map(({ issued }) => Buffer.from(issued.certificateHash)),
      fresh.map(({ issued }) => Buffer.from(issued.answer)),
    ],
  );
}
