/**
 * A device is revoked, and stays out: AAA, ECA, PRA and ARA on real databases and real lines, doubles behind them. What the
 * MA orders at the PRA reaches the others by the hash of an enrolment certificate alone.
 */
import { aaaAuthority, AAA_OPERATOR, type AaaOperator } from '#apps/aaa/src/aaa.authority.js';
import { araAuthority } from '#apps/ara/src/ara.authority.js';
import {
  applicationRequest,
  newKeys,
  sealedTo as sealedToAra,
  type RequestChange,
} from '#apps/ara/src/device.fixture.js';
import {
  sealedBody,
  serialBirth,
  testDevice,
  testRequest,
  testSuccessor,
  type TestDevice as TestEnrollee,
} from '#apps/eca/src/domain/enrolment-request.fixture.js';
import { ecaAuthority } from '#apps/eca/src/eca.authority.js';
import { decode, encode } from '#coer/codec.js';
import { addSignature, approvalTarget, newApproval } from '#credentials/approval.js';
import { PcaStatement } from '#credentials/case-statements.js';
import { certificateHash, hashedId8 } from '#credentials/certificate-facts.js';
import { periodAt } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { encryptionKeyId, openSealed, sealToCertificate } from '#credentials/sealing.js';
import { asSignedData, signData, signedPayload } from '#credentials/signed-data.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey } from '#crypto/sm2.js';
import { callLine } from '#edge/call-line.js';
import { httpTransport } from '#edge/http-transport.js';
import { LineFailure } from '#edge/transport.js';
import { aaaEca } from '#edges/aaa-eca/authorise.js';
import { araPra } from '#edges/ara-pra/block-enrolment.js';
import { ecaPra } from '#edges/eca-pra/stop-enrolment.js';
import { APPLICATION_PATH } from '#edges/ee-ara/application.js';
import { ENROLMENT_PATH, SUCCESSOR_PATH } from '#edges/ee-eca/enrolment.js';
import { maPraInvestigation } from '#edges/ma-pra/investigation.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, WORK, type AuthorityFace, type Lines, type Work } from '#service/authority-context.js';
import { hostAuthority, type HostedAuthority } from '#service/authority-host.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import type { Certificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import type { DataSource } from 'typeorm';
import type { TestDevice } from '../../apps/pra/src/device.fixture.js';
import { directQueues } from '../support/authority-bench.js';
import { testPostgres } from '../support/postgres.js';
import {
  ask,
  bench,
  codeOf,
  count,
  dataSource,
  fetchBundle,
  devices,
  now,
  pra,
  queues,
  standPra,
  tick,
  url,
  type Asked,
} from './pra-house.fixture.js';

const DAY_MILLIS = 86_400_000;
const WEEKS = 8;
/** The second half of it is in the last ninety days, so that a successor may be asked for. */
const LIFE_HOURS = 24 * 60;

standPra({ maximumWeeks: WEEKS, aheadWeeks: 2, downloadAheadHours: 24, topUpJitterHours: 1 });

interface Stood {
  readonly host: HostedAuthority;
  readonly tables: DataSource;
}
const queuesOfEca = directQueues();
let aaa: Stood;
let eca: Stood;
let ara: Stood;
let operator: AaaOperator;
let runs = 0;

async function stand<S>(face: AuthorityFace<S>, name: string, settings: object): Promise<Stood> {
  const instanceUrl = await (await testPostgres()).instanceUrl(`${name}-${String(runs)}`);
  const parts = { entities: [...face.entities], migrations: [...face.migrations] };
  const tables = await openDataSource({ url: instanceUrl, instance: name, ...parts });
  const context = await bench.contextFor(name, {
    dataSource: tables,
    queues: name === 'a-eca' ? queuesOfEca : directQueues(),
  });
  const at = { host: '127.0.0.1', port: 0 };
  return { host: await hostAuthority(face, context, face.settings.parse(settings), at), tables };
}

const lineOf = ({ host }: Stood, name: string): Lines[string] =>
  host.app.get<Lines>(LINES, { strict: false })[name] as Lines[string];
const connectAaa = (): void => bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), lineOf(aaa, aaaEca.name));

beforeEach(async () => {
  runs += 1;
  aaa = await stand(aaaAuthority, 'a-aaa', { enrolmentHours: LIFE_HOURS });
  eca = await stand(ecaAuthority, 'a-eca', {});
  ara = await stand(araAuthority, 'a-ara', { work: false });
  operator = aaa.host.app.get<AaaOperator>(AAA_OPERATOR, { strict: false });
  connectAaa();
  bench.switchboard.connect(bench.address('a-eca', ecaPra.name), lineOf(eca, ecaPra.name));
  bench.switchboard.connect(bench.address('a-ara', araPra.name), lineOf(ara, araPra.name));
});
afterEach(async () => {
  for (const { host } of [eca, aaa, ara]) {
    await host.app.get<Work>(WORK, { strict: false }).end();
    await host.close();
  }
  await queuesOfEca.settled();
});

interface Owner {
  readonly serial: string;
  readonly secret: Uint8Array;
}
async function newOwner(): Promise<Owner> {
  const registered = await operator.registerDevices({
    serials: [`S-${hex(systemRandom.bytes(4))}`],
    aids: [111, 3629],
  });
  if (isRefused(registered)) throw new Error(registered.reason);
  const [owner] = registered as [Owner];
  await operator.act(owner.serial, 'release');
  return owner;
}

interface Enrolled {
  readonly keys: TestEnrollee;
  readonly certificate: Certificate;
}

const ecaCertificate = (): Certificate => bench.member('a-eca').certificate;

const postTo = (host: HostedAuthority, path: string, body: Uint8Array): Promise<Response> =>
  fetch(`http://127.0.0.1:${String(host.port)}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: body as Uint8Array<ArrayBuffer>,
  });

/** The certificate, or the code of the refusal. */
async function answerFor(keys: TestEnrollee, response: Response): Promise<Enrolled | string> {
  if (response.status !== 200) return response.headers.get('ieee-1609.2.1-error') ?? String(response.status);
  const sealed = new Uint8Array(await response.arrayBuffer());
  const opened = await openSealed(sealed, encryptionKeyId(keys.encryptionKey), keys.unwrap, ccsa);
  const { content } = decode(ScmsPdu, signedPayload(asSignedData(opened as Uint8Array) as never) as Uint8Array);
  if (content.kind !== 'eca-ee' || content.value.kind !== 'ecaEeCertResponse') throw new Error('another answer');
  return { keys, certificate: content.value.value.certificate };
}

async function enrolled({ serial, secret }: Owner, keys?: TestEnrollee): Promise<Enrolled | string> {
  const own = keys ?? (await testDevice());
  const request = await testRequest(own, now());
  const body = sealedBody(ecaCertificate(), request, serialBirth(serial, secret, request));
  return answerFor(own, await postTo(eca.host, ENROLMENT_PATH, body));
}

async function renewed({ certificate, keys }: Enrolled, next?: TestEnrollee): Promise<Enrolled | string> {
  const own = next ?? (await testDevice());
  const request = await testSuccessor(await testRequest(own, now()), { certificate, sign: keys.sign });
  const body = sealToCertificate(request, ecaCertificate(), { profile: ccsa, random: systemRandom });
  return answerFor(own, await postTo(eca.host, SUCCESSOR_PATH, body));
}

const good = (outcome: Enrolled | string): Enrolled => {
  if (typeof outcome === 'string') throw new Error(outcome);
  return outcome;
};

/** As a device of the PRA, with caterpillar keys of its own. */
function provisioned({ certificate, keys }: Enrolled): TestDevice {
  const secrets = { a: newSm2PrivateKey(systemRandom), p: newSm2PrivateKey(systemRandom) };
  const expansion = { ks: systemRandom.bytes(16), ke: systemRandom.bytes(16) };
  return {
    certificate,
    signer: { certificate, sign: keys.sign },
    keys: { a: sm2PublicKey(secrets.a), p: sm2PublicKey(secrets.p), ...expansion },
    secrets,
  };
}

/** What the ARA says to a request for an application certificate: 202, or the code of its refusal. */
async function applied({ certificate, keys }: Enrolled): Promise<string> {
  const change: RequestChange = {
    tbs: {
      region: { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: 156 }] },
      appPermissions: [{ psid: 111 }],
    },
  };
  const unit = { certificate, signer: { certificate, sign: keys.sign } };
  const { envelope } = await applicationRequest(unit, await newKeys(), now(), change);
  const body = sealedToAra(envelope, bench.member('a-ara').certificate);
  const response = await postTo(ara.host, APPLICATION_PATH, body);
  return response.headers.get('ieee-1609.2.1-error') ?? String(response.status);
}

/** In an approved case: the device of a request at the PRA is blocked there, and the word of it goes out. */
async function revoke({ hash8 }: Asked): Promise<void> {
  const [{ item_hash: itemHash }] = await dataSource.query(
    'SELECT h.item_hash FROM handles h JOIN requests r USING (request_id) WHERE substring(r.request_hash FROM 25) = $1',
    [Buffer.from(hash8)],
  );
  const [caseId, target] = [systemRandom.bytes(16), approvalTarget(systemRandom.bytes(16), systemRandom.bytes(32))];
  let approval = newApproval({
    caseId,
    action: 'blacklist',
    addressee: hashedId8(pra.certificate),
    target,
    nonce: systemRandom.bytes(16),
    expiry: time32FromMillis(now() + 3_600_000),
  });
  for (const one of bench.operators.slice(0, 2)) approval = await addSignature(approval, one);
  const pcaStatement = await signData(
    encode(PcaStatement, { caseId, target, itemHash, pra: pra.hostname }),
    { psid: ccsa.aid.management },
    bench.member('a-pca').signer,
  );
  const ma = await bench.contextFor('a-ma');
  const peer = { address: url(`/lines/${maPraInvestigation.name}`), hostname: pra.hostname };
  const answer = await callLine(maPraInvestigation, peer, ma.identity, httpTransport()).blacklist({
    approval,
    pcaStatement,
  });
  if (isRefused(answer)) throw new Error(answer.reason);
  await settled();
}

async function settled(): Promise<void> {
  await queues.settled();
  await queuesOfEca.settled();
}

/** A later try of what is still owed. */
async function later(): Promise<void> {
  bench.clock.advance(120_000);
  await tick();
  await queuesOfEca.wake('suspend', 'outbox');
  await settled();
}

const stateOf = async ({ serial }: Owner): Promise<string | undefined> => (await operator.device(serial))?.state;

/** Enrols, asks for eight weeks of which two are made, renews a month later, and asks with the successor too. */
async function aLife(): Promise<{ owner: Owner; first: Enrolled; second: Enrolled; asked: Asked }> {
  const owner = await newOwner();
  const first = good(await enrolled(owner));
  const asked = await ask(provisioned(first), WEEKS);
  expect(asked.response.status).toBe(202);
  for (const other of await devices(2)) await ask(other, WEEKS);
  await queues.settled();
  for (let week = 0; week < 5; week++) {
    bench.clock.advance(7 * DAY_MILLIS);
    await tick();
  }
  return { owner, first, second: good(await renewed(first)), asked };
}

const madeOf = async ({ hash8 }: Asked): Promise<{ state: string; next_i: number }> =>
  (
    await dataSource.query('SELECT state, next_i FROM requests WHERE substring(request_hash FROM 25) = $1', [
      Buffer.from(hash8),
    ])
  )[0];

describe('a device that is revoked', () => {
  it('RV6 gets no successor, no enrolment, no application certificate, no top-up and no download any more', async () => {
    const { owner, first, second, asked } = await aLife();
    expect([await applied(first), await applied(second)]).toEqual(['202', '202']);
    const before = await madeOf(asked);
    expect(before.state).toBe('accepted');
    await revoke(asked);

    expect(await stateOf(owner)).toBe('suspended');
    expect([await renewed(first), await renewed(second)]).toEqual(['400-20', '400-20']);
    expect(await enrolled(owner)).toBe('400-20');
    expect([await applied(first), await applied(second)]).toEqual(['400-20', '400-20']);
    for (const enrolment of [first, second])
      expect(codeOf((await ask(provisioned(enrolment), 1)).response)).toEqual([400, '400-20']);
    bench.clock.advance(7 * DAY_MILLIS);
    await tick();
    expect(await madeOf(asked)).toEqual({ state: 'blocked', next_i: before.next_i });
    expect(codeOf(await fetchBundle(asked, periodAt(ccsa.epochMillis, now())))).toEqual([400, '400-20']);
    expect(await count('requests', `next_i > ${String(before.next_i)}`)).toBe(2);
    for (const [tables, table] of [
      [dataSource, 'stop_outbox'],
      [eca.tables, 'suspension_outbox'],
    ] as const)
      expect(await tables.query(`SELECT * FROM ${table}`)).toEqual([]);
  }, 120_000);

  it('comes back by a release at the AAA, with a new certificate and a new chain; what it had stays dead', async () => {
    const { owner, first, second, asked } = await aLife();
    await revoke(asked);
    bench.clock.advance(1000);
    await operator.act(owner.serial, 'release');
    expect([await renewed(first), await renewed(second)]).toEqual(['400-20', '400-20']);
    expect(await enrolled(owner, second.keys)).toBe('400-64');
    const third = good(await enrolled(owner));
    const anew = await ask(provisioned(third), 2);
    expect(anew.response.status).toBe(202);
    await later();
    const chains = await dataSource.query(
      `SELECT substring(r.request_hash FROM 25) = $1 AS is_new, c.la1_chain, c.la2_chain FROM request_chains c
        JOIN requests r USING (request_id) WHERE substring(r.request_hash FROM 25) = ANY ($2)`,
      [Buffer.from(anew.hash8), [anew.hash8, asked.hash8].map((hash) => Buffer.from(hash))],
    );
    expect(chains.filter(({ is_new }: { is_new: boolean }) => is_new)).toHaveLength(1);
    const handles = chains.flatMap((row: { la1_chain: Buffer; la2_chain: Buffer }) => [row.la1_chain, row.la2_chain]);
    expect(new Set(handles.map(hex)).size).toBe(2 * chains.length);
    expect(await applied(third)).toBe('202');

    // The word of the old certificate once more, late: nobody suffers by it.
    await dataSource.query(`INSERT INTO stop_outbox VALUES ($1, 'eca', 0, 0), ($1, 'ara', 0, 0)`, [
      Buffer.from(certificateHash(first.certificate)),
    ]);
    await later();
    expect([await count('stop_outbox'), await stateOf(owner), await applied(third)]).toEqual([0, 'enrolled', '202']);
    expect(codeOf((await ask(provisioned(third), 1)).response)).not.toEqual([400, '400-20']);
  }, 120_000);

  it('is stopped at the ECA at once, though the AAA is away: what the AAA says until then is worth nothing', async () => {
    const owner = await newOwner();
    const first = good(await enrolled(owner));
    const [asked] = [await ask(provisioned(first)), ...(await Promise.all((await devices(2)).map((one) => ask(one))))];
    await queues.settled();
    bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), () => Promise.reject(new LineFailure('away')));
    await revoke(asked);
    const waiting = (): Promise<unknown[]> => eca.tables.query('SELECT * FROM suspension_outbox');
    expect([(await waiting()).length, await stateOf(owner)]).toEqual([1, 'enrolled']);
    connectAaa();
    // An operator lets it in before the AAA has heard: asked and allowed, and still not issued.
    await operator.act(owner.serial, 'release');
    const keys = await testDevice();
    expect(await enrolled(owner, keys)).toBe('400-20');
    await later();
    expect([(await waiting()).length, await stateOf(owner)]).toEqual([0, 'suspended']);
    // What it asked for in between is dead with its key.
    expect(await enrolled(owner, keys)).toBe('400-64');
    expect(await enrolled(owner)).toBe('400-20');
    bench.clock.advance(1000);
    await operator.act(owner.serial, 'release');
    good(await enrolled(owner));
  }, 120_000);

  it('is not let in by a question that the AAA answered before it heard', async () => {
    const owner = await newOwner();
    const first = good(await enrolled(owner));
    const [asked] = [await ask(provisioned(first)), ...(await Promise.all((await devices(2)).map((one) => ask(one))))];
    await queues.settled();
    await operator.act(owner.serial, 'release');
    let answered = (): void => undefined;
    const heldBack = new Promise<void>((done) => (answered = done));
    let isHeld = false;
    const line = lineOf(aaa, aaaEca.name);
    bench.switchboard.connect(bench.address('a-aaa', aaaEca.name), async (message) => {
      const answer = await line(message);
      if (!isHeld) {
        isHeld = true;
        await heldBack;
      }
      return answer;
    });
    const slow = enrolled(owner);
    while (!isHeld) await new Promise((next) => setTimeout(next, 5));
    await revoke(asked);
    expect(await stateOf(owner)).toBe('suspended');
    answered();
    expect(await slow).toBe('400-20');
    expect(await eca.tables.query('SELECT * FROM enrolment WHERE is_active')).toEqual([]);
  }, 120_000);
});
