/**
 * The claim of a release: a transaction over the locked records of the devices that ask side by side; the constraints decide
 * who was first.
 */
import { encode, decode } from '#coer/codec.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import { EnrolmentAllowed } from '#edges/aaa-eca/authorise.js';
import { gathered } from '#service/gathered.js';
import { In, type DataSource, type EntityManager } from 'typeorm';
import type { Claim, Judge, ProvenDevice, Registry } from '../domain/authorise.js';
import type { DeviceRecord, Judgement, PastEnrolment } from '../domain/judge-enrolment.js';
import { standingAfter } from '../domain/device-state.js';
import { refuse, type EnrolmentRefusal } from '../domain/refusal.js';
import { Rights } from '../domain/rights.js';
import { DeviceEntity } from './device.entity.js';
import { EnrolmentEntity } from './enrolment.entity.js';
import { X509IssuerEntity } from './x509-issuer.entity.js';
import { X509SubjectEntity } from './x509-subject.entity.js';

type Table = ProvenDevice['table'];
type Outcome = Judgement | Refused<EnrolmentRefusal>;
interface Claimed {
  readonly deviceId: Uint8Array;
  readonly request: Claim;
  readonly judge: Judge;
}

/** A claim that is made again finds what it was granted. */
const RULES = { most: 64, aloneAfterFailure: true };

export function claimEnrolment(dataSource: DataSource, nowMillis: () => number): Registry['claim'] {
  const inTable = (table: Table): ((claimed: Claimed) => Promise<Outcome>) =>
    gathered((all: readonly Claimed[]) => inWaves(dataSource, table, all, nowMillis), RULES);
  const claims = { device: inTable('device'), x509_subject: inTable('x509_subject') };
  return ({ table, deviceId }, request, judge) => claims[table]({ deviceId, request, judge });
}

/** Each device once in a transaction: what comes second for it finds what the first was granted. */
async function inWaves(
  dataSource: DataSource,
  table: Table,
  all: readonly Claimed[],
  nowMillis: () => number,
): Promise<Outcome[]> {
  const outcomes = new Map<Claimed, Outcome>();
  for (let rest = all; rest.length > 0;) {
    // Of several for one device the earliest.
    const devices = new Map(rest.map((one) => [nameOf(one.deviceId), one] as const).reverse());
    const wave = [...devices.values()];
    const claim = (manager: EntityManager): Promise<Outcome[]> => claimWave(manager, table, wave, nowMillis());
    const answers = await dataSource.transaction(claim);
    wave.forEach((one, n) => outcomes.set(one, answers[n] as Outcome));
    rest = rest.filter((one) => !outcomes.has(one));
  }
  return all.map((one) => outcomes.get(one) as Outcome);
}

const nameOf = (deviceId: Uint8Array): string => Buffer.from(deviceId).toString('hex');

/** What the rules say to each, over the locked records of devices that are named once. */
async function claimWave(
  manager: EntityManager,
  table: Table,
  wave: readonly Claimed[],
  nowMillis: number,
): Promise<Outcome[]> {
  const deviceIds = wave.map(({ deviceId }) => deviceId);
  const records = await lockedRecords(manager, table, deviceIds);
  const past = await pastOf(manager, deviceIds);
  const outcomes = wave.map(({ deviceId, judge }) => {
    const record = records.get(nameOf(deviceId));
    if (record === undefined) throw new Error('a proven device has no record');
    return judge(record, past.get(nameOf(deviceId)) ?? []);
  });
  const granted = wave.flatMap((one, n) => {
    const outcome = outcomes[n] as Outcome;
    return !isRefused(outcome) && outcome.kind === 'granted' ? [{ ...one, ...outcome }] : [];
  });
  const stored = await storeGranted(manager, granted, nowMillis);
  await markEnrolled(manager, table, [...stored]);
  // The devices' own rows are locked, so what stands in the way is another device's key or request.
  const isTaken = (deviceId: Uint8Array, outcome: Outcome): boolean =>
    !isRefused(outcome) && outcome.kind === 'granted' && !stored.has(nameOf(deviceId));
  return wave.map(({ deviceId }, n) => {
    const outcome = outcomes[n] as Outcome;
    return isTaken(deviceId, outcome) ? refuse('key-already-certified') : outcome;
  });
}

type Granted = Claimed & Extract<Judgement, { kind: 'granted' }>;

/** The devices whose grant was stored, by name. */
async function storeGranted(
  manager: EntityManager,
  granted: readonly Granted[],
  nowMillis: number,
): Promise<Set<string>> {
  if (granted.length === 0) return new Set();
  const bytes = (of: (one: Granted) => Uint8Array): Buffer[] => granted.map((one) => Buffer.from(of(one)));
  const rows: { device_id: Buffer }[] = await manager.query(
    `INSERT INTO enrolment
      (device_id, release, renewal, request_hash, key_hash, eca_id, allowed, allowed_millis, is_stopped)
      SELECT *, $8::bigint, false
        FROM unnest($1::bytea[], $2::integer[], $3::integer[], $4::bytea[], $5::bytea[], $6::bytea[], $7::bytea[])
      ON CONFLICT DO NOTHING RETURNING device_id`,
    [
      bytes(({ deviceId }) => deviceId),
      granted.map(({ release }) => release),
      granted.map(({ renewal }) => renewal),
      bytes(({ request }) => request.requestHash),
      bytes(({ request }) => request.keyHash),
      bytes(({ request }) => request.ecaId),
      bytes(({ allowed }) => encode(EnrolmentAllowed, allowed)),
      Math.floor(nowMillis),
    ],
  );
  return new Set(rows.map((row) => nameOf(row.device_id)));
}

async function markEnrolled(manager: EntityManager, table: Table, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const deviceIds = names.map((name) => Buffer.from(name, 'hex'));
  await manager.query(`UPDATE ${table} SET state = 'enrolled' WHERE device_id = ANY ($1::bytea[])`, [deviceIds]);
}

async function pastOf(
  manager: EntityManager,
  deviceIds: readonly Uint8Array[],
): Promise<Map<string, readonly PastEnrolment[]>> {
  const rows = await manager.find(EnrolmentEntity, { where: { deviceId: among(deviceIds) } });
  const past = new Map<string, PastEnrolment[]>();
  for (const row of rows) {
    const name = nameOf(row.deviceId);
    past.set(name, [...(past.get(name) ?? []), pastEnrolment(row)]);
  }
  return past;
}

const among = (deviceIds: readonly Uint8Array[]): ReturnType<typeof In<Uint8Array>> =>
  In(deviceIds.map((deviceId) => Buffer.from(deviceId)));

/** Locked in the order of their names, so that no two wait for each other. */
async function lockedRecords(
  manager: EntityManager,
  table: Table,
  deviceIds: readonly Uint8Array[],
): Promise<Map<string, DeviceRecord>> {
  const which = {
    where: { deviceId: among(deviceIds) },
    order: { deviceId: 'ASC' },
    lock: { mode: 'pessimistic_write' },
  } as const;
  const records =
    table === 'device'
      ? (await manager.find(DeviceEntity, which)).map(deviceRecord)
      : await subjectRecords(manager, await manager.find(X509SubjectEntity, which));
  return new Map(records.map((record) => [nameOf(record.deviceId), record]));
}

const deviceRecord = ({ rights, ...device }: DeviceEntity): DeviceRecord => ({
  ...device,
  rights: rights === null ? undefined : decode(Rights, new Uint8Array(rights)),
});

/** What a subject may do is its issuer's. */
async function subjectRecords(manager: EntityManager, subjects: readonly X509SubjectEntity[]): Promise<DeviceRecord[]> {
  const issuerIds = subjects.map(({ issuerId }) => issuerId);
  const issuers = await manager.findBy(X509IssuerEntity, { issuerId: among(issuerIds) });
  const byId = new Map(issuers.map((issuer) => [nameOf(issuer.issuerId), issuer]));
  return subjects.map(({ deviceId, state, releases, issuerId }) => {
    const issuer = byId.get(nameOf(issuerId));
    if (issuer === undefined) throw new Error('a subject has no issuer');
    const { allowedAids, country } = issuer;
    return { deviceId, state, releases, allowedAids, country, rights: undefined };
  });
}

function pastEnrolment({ allowed, ...row }: EnrolmentEntity): PastEnrolment {
  const { release, renewal, isStopped, requestHash, keyHash, ecaId } = row;
  const was = decode(EnrolmentAllowed, new Uint8Array(allowed));
  return { release, renewal, isStopped, requestHash, keyHash, ecaId, allowed: was };
}

/** The device to which a key was granted. */
export async function deviceOfKey(manager: EntityManager, keyHash: Uint8Array): Promise<ProvenDevice | undefined> {
  const row = await manager.findOneBy(EnrolmentEntity, { keyHash: Buffer.from(keyHash) });
  if (row === null) return undefined;
  const bySerial = await manager.existsBy(DeviceEntity, { deviceId: row.deviceId });
  return { table: bySerial ? 'device' : 'x509_subject', deviceId: new Uint8Array(row.deviceId) };
}

/** Suspends the device of a key, once a key; a device that is retired or revoked stays so. False when there is none. */
export function suspendOfKey(dataSource: DataSource, keyHash: Uint8Array): Promise<boolean> {
  return dataSource.transaction(async (manager) => {
    const device = await deviceOfKey(manager, keyHash);
    if (device === undefined) return false;
    const deviceId = Buffer.from(device.deviceId);
    const record = (await lockedRecords(manager, device.table, [deviceId])).get(nameOf(deviceId));
    if (record === undefined) throw new Error('a device of a granted key has no record');
    // Read under the lock: told twice at once, it is done once.
    const { isStopped } = await manager.findOneByOrFail(EnrolmentEntity, { keyHash: Buffer.from(keyHash) });
    if (isStopped) return true;
    await manager.update(EnrolmentEntity, { deviceId }, { isStopped: true });
    const next = standingAfter(record, 'suspend');
    if (!isRefused(next))
      await manager.update(
        device.table === 'device' ? DeviceEntity : X509SubjectEntity,
        { deviceId },
        { state: next.state },
      );
    return true;
  });
}
