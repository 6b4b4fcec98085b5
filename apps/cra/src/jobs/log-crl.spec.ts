/** Lists reach the log, sooner or later; and nobody waits for it. */
import { decode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { buildLinkedCrl, signCrl } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { asSignedData, isSignedWith, signedPayload } from '#credentials/signed-data.js';
import type { Log } from '#service/log.js';
import { LoggedCrl, LogSubmission } from '#wire/transparency-log.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import type { IssuedCrl } from '../store/crl.store.js';
import { crlLog, type CrlLog } from './log-crl.js';

const HOUR_MILLIS = 3_600_000;
let bench: Bench;
let submitted: Uint8Array[];
let isUp: boolean;
let events: string[];
let log: CrlLog;

beforeAll(async () => {
  bench = await authorityBench();
});
beforeEach(() => {
  submitted = [];
  events = [];
  isUp = true;
  log = open();
});

function open(): CrlLog {
  const spoken: Log = {
    info: () => undefined,
    warn: (event) => events.push(`warn ${event}`),
    error: (event) => events.push(`error ${event}`),
  };
  return crlLog({
    submit: async (submission) => (submitted.push(submission), isUp),
    signers: () => [bench.member('a-cra').signer],
    profile: ccsa,
    clock: bench.clock,
    log: spoken,
  });
}

async function list(number: number): Promise<IssuedCrl> {
  const { certificate, signer } = bench.member('a-cra');
  const issueMillis = bench.clock.nowMillis();
  const place = { number, iRev: 358, indexWithinI: 0, issueMillis, nextMillis: issueMillis + 24 * HOUR_MILLIS };
  const bytes = await signCrl(
    buildLinkedCrl({ craca: certificate, series: CRL_SERIES, entries: [], ...place }),
    signer,
    ccsa,
  );
  return { ...place, kind: 'full', entries: 0, copies: [{ craca: hashedId8(certificate), bytes }] };
}

it('submits what identifies the list, signed by this CRA, and nothing of its seeds', async () => {
  const issued = await list(1);
  await log.announce(issued);
  const submission = decode(LogSubmission, submitted[0] as Uint8Array);
  if (submission.kind !== 'crl') throw new Error('no CRL');
  const signed = asSignedData(submission.value);
  const statement = signed && decode(LoggedCrl, signedPayload(signed) as Uint8Array);
  expect(signed && isSignedWith(signed, bench.member('a-cra').certificate)).toBe(true);
  expect(statement && hex(statement.hash)).toBe(hex(sm3(issued.copies[0]?.bytes as Uint8Array)));
  expect(events).toEqual([]);
});

it('submits a list again as long as the log has not taken it, and then no more', async () => {
  const issued = await list(1);
  isUp = false;
  await log.announce(issued);
  await log.catchUp(issued);
  isUp = true;
  await log.catchUp(issued);
  expect(submitted).toHaveLength(3);
  await log.catchUp(issued);
  expect(submitted).toHaveLength(3);
  await log.catchUp(await list(2));
  expect(submitted).toHaveLength(4);
});

it('submits an older list again as well when a newer one is in the log already', async () => {
  isUp = false;
  const older = await list(1);
  await log.announce(older);
  isUp = true;
  const newer = await list(2);
  await log.announce(newer);
  expect(submitted).toHaveLength(2);
  await log.catchUp(newer);
  expect(submitted).toHaveLength(3);
  await log.catchUp(newer);
  expect(submitted).toHaveLength(3);
});

it('submits the list that holds once more after a restart, and nothing when there is none', async () => {
  await log.catchUp(undefined);
  expect(submitted).toEqual([]);
  const issued = await list(1);
  await log.announce(issued);
  await open().catchUp(issued);
  expect(submitted).toHaveLength(2);
});

it('says that the log is down, and after an hour it is an alarm', async () => {
  const issued = await list(1);
  isUp = false;
  await log.announce(issued);
  bench.clock.advance(HOUR_MILLIS);
  await log.catchUp(issued);
  bench.clock.advance(1000);
  await log.catchUp(issued);
  expect(events).toEqual(['warn crl.not-logged', 'warn crl.not-logged', 'error crl.not-logged']);
});

it('does not submit a copy under a certificate that is ours no more', async () => {
  const issued = await list(1);
  await log.announce({ ...issued, copies: [{ craca: new Uint8Array(8), bytes: Uint8Array.of(1) }, ...issued.copies] });
  expect(submitted).toHaveLength(1);
});
