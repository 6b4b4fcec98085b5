/**
 * What a revocation list of so many devices costs: to make, to carry, to take and to use. Lists are as a CRA issues them: a full
 * one of at most 262 144 entries, and deltas with the rest.
 */
import { createServer } from 'node:http';
import { systemRandom } from '#crypto/random.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { buildLinkedCrl, expandEntry, RevocationStore, signCrl, type LinkedEntry } from '#credentials/linked-crl.js';
import { isRefused } from '#credentials/refusal.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { Certificate } from '#wire/secured-data.js';
import type { House } from '../sample/house.js';
import { tdcl, trcl } from '../sample/lists.js';
import { processorTime } from './rate.js';

const MOST_ENTRIES = 262_144;
const J_MAX = 20;
/** Of a delta, whatever stands already. */
const ADDED = 100;
const LOOK_UPS = 20_000;
const DAY_MILLIS = 86_400_000;

/** Times are processor time: ms, of a look-up ns. */
export interface CrlFigure {
  readonly revoked: number;
  readonly lists: number;
  readonly bytes: number;
  readonly buildMillis: number;
  /** A delta of a hundred entries after these. */
  readonly deltaBytes: number;
  readonly deltaMillis: number;
  /** Over HTTP within this machine, both ends together. */
  readonly downloadMillis: number;
  /** Decoded, verified, packed. */
  readonly takeMillis: number;
  /** All values of one period, 20 an entry, into the set. */
  readonly expandMillis: number;
  readonly seedBytesAnEntry: number;
  readonly setBytesAnEntry: number;
  readonly revokedNanos: number;
  readonly goodNanos: number;
}

const millisOf = async (work: () => unknown): Promise<number> => {
  const began = processorTime();
  await work();
  return (processorTime() - began) * 1000;
};

export async function measureCrl(house: House, revoked: number): Promise<CrlFigure> {
  const chain = house.linkageChain('pc');
  const { i } = house;
  const entryOf = (): LinkedEntry => {
    const seeds = systemRandom.bytes(32);
    return { ...chain, seed1: seeds.slice(0, 16), seed2: seeds.slice(16), iRev: i, iMax: i + 52, jMax: J_MAX };
  };
  const entries = Array.from({ length: revoked }, entryOf);
  const lists: Uint8Array[] = [];
  const buildMillis = await millisOf(async () => {
    for (let from = 0; from < revoked; from += MOST_ENTRIES)
      lists.push(await listOf(house, lists.length, entries.slice(from, from + MOST_ENTRIES)));
  });
  const added = Array.from({ length: ADDED }, entryOf);
  let delta = new Uint8Array();
  const deltaMillis = await millisOf(async () => (delta = new Uint8Array(await listOf(house, lists.length, added))));
  return {
    revoked,
    lists: lists.length,
    bytes: lists.reduce((sum, { length }) => sum + length, 0),
    ...{ buildMillis, deltaBytes: delta.length, deltaMillis },
    downloadMillis: await download(lists),
    ...(await used(house, lists, entries)),
  };
}

async function listOf(house: House, indexWithinI: number, entries: readonly LinkedEntry[]): Promise<Uint8Array> {
  const cra = await house.member('cra');
  const { atMillis, i: iRev, profile } = house;
  const place = { iRev, indexWithinI, issueMillis: atMillis, nextMillis: atMillis + 7 * DAY_MILLIS };
  const kind = indexWithinI === 0 ? 'full' : 'delta';
  return signCrl(buildLinkedCrl({ kind, craca: cra.certificate, series: CRL_SERIES, entries, ...place }), cra, profile);
}

async function download(lists: readonly Uint8Array[]): Promise<number> {
  const server = createServer(({ url }, reply) => reply.end(lists[Number(url?.slice(1))]));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  try {
    return await millisOf(async () => {
      for (const [n, list] of lists.entries()) {
        const got = await (await fetch(`http://127.0.0.1:${port}/${n}`)).arrayBuffer();
        if (got.byteLength !== list.length) throw new Error('the list came in part');
      }
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

type Used = Pick<
  CrlFigure,
  'takeMillis' | 'expandMillis' | 'seedBytesAnEntry' | 'setBytesAnEntry' | 'revokedNanos' | 'goodNanos'
>;

async function used(house: House, lists: readonly Uint8Array[], entries: readonly LinkedEntry[]): Promise<Used> {
  const { atMillis, i, profile } = house;
  const trust = new TrustStore((await house.member('trcla')).certificate);
  trust.takeTrcl((await trcl(house)).bytes, atMillis);
  trust.takeTdcl((await tdcl(house)).bytes, atMillis);
  const store = new RevocationStore(trust, profile);
  const takeMillis = await millisOf(() => {
    for (const bytes of lists) {
      const taken = store.takeCrl(bytes, atMillis);
      if (isRefused(taken)) throw new Error(`the list is refused: ${taken.reason}`);
    }
  });
  const like = (await house.member('pc')).certificate;
  // The first question for a period expands it.
  const expandMillis = await millisOf(() => store.check(withValue(like, i, systemRandom.bytes(9)), atMillis));
  const { chains, seedBytes, setBytes } = store.held;
  const places = Array.from(
    { length: 1000 },
    (_, n) => entries[Math.floor((n * entries.length) / 1000)] as LinkedEntry,
  );
  const listed = places.map((entry, n) => withValue(like, i, expandEntry(entry, i)[n % J_MAX] as Uint8Array));
  const others = places.map(() => withValue(like, i, systemRandom.bytes(9)));
  const nanosOf = async (certificates: readonly Certificate[], standing: string): Promise<number> => {
    const look = (): void => {
      for (let n = 0; n < LOOK_UPS; n++) {
        if (store.check(certificates[n % certificates.length] as Certificate, atMillis) !== standing)
          throw new Error(`a certificate is not ${standing}`);
      }
    };
    look();
    return ((await millisOf(look)) * 1e6) / LOOK_UPS;
  };
  return {
    ...{ takeMillis, expandMillis },
    seedBytesAnEntry: seedBytes / chains,
    setBytesAnEntry: setBytes / chains,
    revokedNanos: await nanosOf(listed, 'revoked'),
    goodNanos: await nanosOf(others, 'good'),
  };
}

/** The certificate with another linkage value; its signature is not looked at. */
function withValue(like: Certificate, iCert: number, value: Uint8Array): Certificate {
  const { toBeSigned } = like.value;
  const id = { kind: 'linkageData', value: { iCert, 'linkage-value': value } } as const;
  return { ...like, value: { ...like.value, toBeSigned: { ...toBeSigned, value: { ...toBeSigned.value, id } } } };
}
