/**
 * Who knows what, over a whole life: docs/PRIVACY.md says it, this looks. Every table of every database, every queue, every
 * log and every line is searched for every secret of every car, in any spelling.
 */
import { jest } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, encode } from '#coer/codec.js';
import { IssueBatch } from '#edges/pca-pra/issue-batch.js';
import { hex } from '#crypto/bytes.js';
import { hmacSm3, sm3 } from '#crypto/sm3.js';
import { linkageValue } from '#crypto/linkage.js';
import { certificateHash, certificateToBytes, verificationKeyOf } from '#credentials/certificate-facts.js';
import { openShared } from '#credentials/sealing.js';
import { PraLaLinkageValueRequest, RaAcaCertRequest } from '#wire/scms-pdu.js';
import { openLines, isLine, type SpokenLine } from './line-bytes.fixture.js';
import { sharedValues } from './joins.fixture.js';
import { liveRecorded, MOMENTS, VEHICLES, WEEKS, type LivedLife } from './life.fixture.js';
import { BEYOND_LUCK, tryToLink, type Row } from './linking.fixture.js';
import { NeedleIndex, type Needle } from './needles.fixture.js';
import {
  blindingsOf,
  carSecrets,
  chainsByCar,
  periodKeysOf,
  privateKeysIn,
  seedOf,
  unitSecrets,
  valuesOf,
  type CarChains,
  type CarSecrets,
  type UnitSecrets,
} from './secrets.fixture.js';
import { filesUnder, readDatabase, type StoredValue } from './stores.fixture.js';
import { JOINS, KEEPERS, NOWHERE, TOLD } from './who-knows-what.fixture.js';

const LIFE_MILLIS = 280_000;
const EACH = 20;
const ROOT = new URL('../../', import.meta.url).pathname;

// The programs of the ceremony run from their sources: nothing needs to be built for this test.
const children = await import('node:child_process');
jest.unstable_mockModule('node:child_process', () => ({
  ...children,
  execFile: (node: string, [program = '', ...words]: string[], ended: (error: unknown) => void) =>
    children.execFile(
      node,
      ['--import', join(ROOT, 'test/support/typescript.mjs'), program.replace(/\.js$/, '.ts'), ...words],
      (error, _stdout, stderr) => ended(error === null ? null : Object.assign(error, { stderr })),
    ),
}));
const { House } = await import('#apps/all-in-one/src/house/house.js');

/** The x coordinate: the part of a public key that every encoding of it has. */
const xOf = (key: Uint8Array): Uint8Array => key.subarray(1, 33);
const text = (value: string): Uint8Array => Buffer.from(value);

/** How many chains a request asks for, and all the rest of it as hex. */
function freshChains(body: Uint8Array): { count: number; rest: string } {
  const { kind, value } = decode(PraLaLinkageValueRequest, body);
  if (kind !== 'individualLVRequest') throw new Error('another request');
  const rest = encode(PraLaLinkageValueRequest, { kind, value: { ...value, numberOfFreshInd: 0 } });
  return { count: value.numberOfFreshInd ?? 0, rest: hex(rest) };
}

describe('who knows what', () => {
  let lived: LivedLife;
  let cars: CarSecrets[];
  let chains: CarChains[];
  let index: NeedleIndex;
  let lines: SpokenLine[];
  let liar: CarSecrets;
  let iRev: number;
  let logs: { name: string; bytes: Uint8Array }[];

  beforeAll(async () => {
    lived = await liveRecorded(House);
    const { house, life } = lived;
    cars = await carSecrets(house, life.fleet);
    chains = chainsByCar(cars, lived.chains);
    liar = cars[life.liar as number] as CarSecrets;
    iRev = lived.firstI + 1;
    index = await everySecret();
    lines = await openLines(house, lived.exchanges);
    logs = [];
    for await (const file of filesUnder(join(house.data.path, 'logs'))) logs.push(file);
  }, LIFE_MILLIS);

  afterAll(async () => {
    await lived?.close();
    await lived?.remove();
  }, LIFE_MILLIS);

  async function everySecret(): Promise<NeedleIndex> {
    const all = new NeedleIndex();
    for (const secrets of cars) all.add(...needlesOfCar(secrets), ...(await handlesOf(secrets)));
    all.add(...(await unitSecrets(lived.house)).flatMap(needlesOfUnit));
    all.add(...needlesOfChains());
    const { house } = lived;
    for (const { instance, app, domain = 'none', directory } of house.placed) {
      const own =
        (kind: string) =>
        (bytes: Uint8Array): Needle => ({ kind, bytes, domain });
      if (app === 'pca') all.add(...(await blindingsOf(house, instance)).map(own('blinding value')));
      if (app === 'pca') all.add(...(await itemHandles(instance)).map(own('item handle')));
      if (app === 'pca' || app === 'la') all.add(...(await periodKeysOf(house, instance)).map(own('period key')));
      if (app === 'aaa') all.add(...(await aaaRecords(instance)).map(own('AAA record')));
      all.add(...(await privateKeysIn(directory)).map(own('private key')));
    }
    return all;
  }

  function needlesOfCar({ car, domain, enrolment, caterpillar, pseudonyms, privateKeys }: CarSecrets): Needle[] {
    const { serial, secret, subject, x509 } = lived.births[car] ?? {};
    const key = verificationKeyOf(enrolment) as Uint8Array;
    const own: [string, Uint8Array | undefined, number?][] = [
      ['serial', serial === undefined ? undefined : text(serial)],
      ['serial secret', secret],
      ['X.509 subject', subject === undefined ? undefined : text(subject)],
      ['X.509 certificate', x509],
      ['enrolment key', xOf(key)],
      ['enrolment key hash', sm3(key)],
      ['enrolment certificate', certificateToBytes(enrolment)],
      // The last eight bytes stand in every identifier that is made of the hash.
      ['enrolment certificate id', certificateHash(enrolment).subarray(24)],
      ['caterpillar key', xOf(caterpillar.signingKey)],
      ['caterpillar key', xOf(caterpillar.encryptionKey)],
      ['expansion key', caterpillar.signingExpansion],
      ['expansion key', caterpillar.encryptionExpansion],
      ...privateKeys.map((d): [string, Uint8Array] => ['private key', d]),
      ...pseudonyms.flatMap(({ i, key: s, hash, bytes, lv, cocoonSigning, cocoonEncryption }) =>
        (
          [
            ['pseudonym certificate', xOf(s)],
            ['pseudonym certificate', bytes],
            ['pseudonym certificate id', hash.subarray(24)],
            ['linkage value', lv],
            ['cocoon key', xOf(cocoonSigning)],
            ['cocoon key', xOf(cocoonEncryption)],
            ['cocoon key hash', sm3(cocoonSigning)],
          ] as [string, Uint8Array][]
        ).map(([kind, value]): [string, Uint8Array, number] => [kind, value, i]),
      ),
    ];
    return own.flatMap(([kind, bytes, i]) =>
      bytes === undefined ? [] : [{ kind, bytes, domain, car, ...(i === undefined ? {} : { i }) }],
    );
  }

  function needlesOfUnit({ domain, enrolment, application, privateKeys }: UnitSecrets): Needle[] {
    const enrolled = verificationKeyOf(enrolment) as Uint8Array;
    const key = verificationKeyOf(application) as Uint8Array;
    const own: [string, Uint8Array][] = [
      ['enrolment key', xOf(enrolled)],
      ['enrolment key hash', sm3(enrolled)],
      ['enrolment certificate', certificateToBytes(enrolment)],
      ['enrolment certificate id', certificateHash(enrolment).subarray(24)],
      ['application key', xOf(key)],
      ['application key hash', sm3(key)],
      ['application certificate', certificateToBytes(application)],
      ['application certificate id', certificateHash(application).subarray(24)],
      ...privateKeys.map((d): [string, Uint8Array] => ['private key', d]),
    ];
    return own.map(([kind, bytes]) => ({ kind, bytes, domain }));
  }

  function needlesOfChains(): Needle[] {
    const periods = Array.from({ length: WEEKS + 1 }, (_, n) => lived.firstI + n);
    return lived.chains.flatMap((chain) => {
      const car = chains.find(({ first, second }) => first === chain || second === chain)?.car;
      const owner = { domain: chain.instance.slice(0, 1), ...(car === undefined ? {} : { car }) };
      return [
        { kind: 'chain id', bytes: chain.chainId, ...owner },
        ...periods.map((i) => ({ kind: 'linkage seed', bytes: seedOf(chain, i), i, ...owner })),
        ...periods.flatMap((i) =>
          valuesOf(chain, i).map((bytes) => ({ kind: 'pre-linkage value', bytes, i, ...owner })),
        ),
      ];
    });
  }

  /** The handle under which the PRA forwards this car's reports of the lying week. */
  async function handlesOf({ car, domain, enrolment }: CarSecrets): Promise<Needle[]> {
    const i = lived.firstI + 1;
    const week = Uint8Array.of(i >> 8, i & 255);
    const secret = await lived.house.at(`${domain}-pra`).context.device.derive('reporter-handles', week);
    const bytes = hmacSm3(secret, Buffer.concat([certificateHash(enrolment), week])).subarray(0, 16);
    return [{ kind: 'reporter handle', bytes, domain, car, i }];
  }

  const storesAt = (moment: (typeof MOMENTS)[number]): readonly StoredValue[] =>
    lived.stores.find((one) => one.moment === moment)?.values ?? [];
  const query = <T>(instance: string, sql: string): Promise<T[]> =>
    lived.house.at(instance).context.dataSource.query<T[]>(sql);
  const itemHandles = async (instance: string): Promise<Uint8Array[]> =>
    (await query<{ item_hash: Buffer }>(instance, 'SELECT item_hash FROM issued')).map(({ item_hash }) => item_hash);
  const aaaRecords = async (instance: string): Promise<Uint8Array[]> =>
    (await query<{ device_id: Buffer }>(instance, 'SELECT device_id FROM enrolment')).map(({ device_id }) => device_id);

  const isOf = ({ car, i }: Needle, whose: { car: number; from: number }): boolean =>
    car === whose.car && i !== undefined && i >= whose.from;

  /** Whether a keeper may have this very one: its own domain's, and after due process the revoked car's and no other. */
  function mayHave(app: string, domain: string | undefined, needle: Needle): boolean {
    if (!(KEEPERS[needle.kind] ?? []).includes(app) || needle.domain !== domain) return false;
    const isRevoked = isOf(needle, { car: liar.car, from: iRev });
    if (app === 'cra') return isRevoked;
    return app === 'ma' && needle.kind !== 'reporter handle' ? isRevoked && needle.i === iRev : true;
  }

  /** A seed of a car that was not revoked, or of the revoked one before its revocation: in the clear nowhere, ever. */
  const isSecretSeed = (needle: Needle): boolean =>
    needle.kind === 'linkage seed' && !isOf(needle, { car: liar.car, from: iRev });

  const described = ({ kind, car, i }: Needle): string =>
    `${kind} of car ${car ?? '?'}${i === undefined ? '' : `, period ${i}`}`;

  function whatStands(values: readonly StoredValue[]): { leaks: string[]; kept: Map<string, Set<string>> } {
    const leaks = new Set<string>();
    const kept = new Map<string, Set<string>>();
    for (const { instance, domain, app, table, column, bytes } of values)
      for (const needle of index.find(bytes)) {
        if (!mayHave(app, domain, needle)) leaks.add(`${described(needle)} in ${instance} ${table}.${column}`);
        kept.set(needle.kind, (kept.get(needle.kind) ?? new Set()).add(app));
      }
    return { leaks: [...leaks], kept };
  }

  describe('the life that is looked at', () => {
    it('has every car enrolled and provisioned, and one revoked, from the second week on', () => {
      expect(cars.map(({ pseudonyms }) => pseudonyms.length)).toEqual(Array(VEHICLES).fill(WEEKS * EACH));
      expect(lived.life.report.misbehaviour.revokedDevices).toBe(1);
      expect(lived.life.report.revocation.earlierWeeksChecked).toBe(EACH);
      expect(lived.life.report.revocation.earlierWeeksLinkable).toBe(0);
    });

    it('has secrets of every kind of the table to look for', () => {
      expect(new Set(index.needles.map(({ kind }) => kind))).toEqual(new Set(Object.keys(KEEPERS)));
      expect(index.needles.length).toBeGreaterThan(VEHICLES * WEEKS * EACH * 8);
    });

    it('has them right: the LAs’ values make the linkage values of the cars, for all weeks', () => {
      expect(chains.map(({ car }) => car).sort((a, b) => a - b)).toEqual(cars.map(({ car }) => car));
      for (const { car, first, second } of chains)
        for (let i = lived.firstI; i < lived.firstI + WEEKS; i++) {
          const others = valuesOf(second, i);
          const made = valuesOf(first, i).map((value, j) => hex(linkageValue(value, others[j] as Uint8Array)));
          const carried = cars[car]?.pseudonyms.filter((one) => one.i === i).map(({ lv }) => hex(lv));
          expect(made).toEqual(carried);
        }
    });
  });

  describe('tables, queues, logs and files', () => {
    it.each(MOMENTS)('PV1 PR2 PR13 hold in the clear only what the table allows: %s', (moment) => {
      const values = storesAt(moment);
      expect(new Set(values.map(({ instance }) => instance)).size).toBe(lived.house.placed.length);
      expect(whatStands(values).leaks).toEqual([]);
    });

    it('are searched where they keep something: each keeper of the table was found with it', () => {
      const found = new Map<string, Set<string>>();
      for (const { values } of lived.stores)
        for (const [kind, apps] of whatStands(values).kept)
          found.set(kind, new Set([...(found.get(kind) ?? []), ...apps]));
      for (const [kind, keepers] of Object.entries(KEEPERS)) {
        // The PRA holds a handle only until the MA has the report.
        const sure = kind === 'reporter handle' ? ['ma'] : keepers;
        expect([kind, [...(found.get(kind) ?? [])]]).toEqual([kind, expect.arrayContaining([...sure])]);
      }
    });

    it('include the queues: their tables are there and were read', () => {
      const tables = new Set(lived.stores.flatMap(({ values }) => values.map(({ table }) => table)));
      expect([...tables].filter((name) => name.startsWith('bullmq.')).length).toBeGreaterThan(0);
    });

    it('are searched so that a planted canary is found, whatever it is spelt as', async () => {
      const { dataSource } = lived.house.at('a-la1').context;
      const secret = index.needles.find(({ kind, domain }) => kind === 'linkage value' && domain === 'a') as Needle;
      const runner = dataSource.createQueryRunner();
      try {
        await runner.startTransaction();
        await runner.query('CREATE TABLE planted (value jsonb, name text, octets bytea)');
        await runner.query('INSERT INTO planted VALUES ($1, $2, $3)', [
          JSON.stringify({ data: [...secret.bytes] }),
          `lv ${hex(secret.bytes).toUpperCase()}`,
          Buffer.concat([Buffer.alloc(3), secret.bytes]),
        ]);
        const values = await readDatabase(runner, { instance: 'a-la1', domain: 'a', app: 'la' });
        const planted = ['octets', 'name', 'value'].map(
          (column) => expect.stringContaining(`planted.${column}`) as string,
        );
        expect(whatStands(values).leaks).toEqual(expect.arrayContaining(planted));
        expect(whatStands(values).leaks).toHaveLength(3);
      } finally {
        await runner.rollbackTransaction();
        await runner.release();
      }
    });

    it('PV1 RV1 leave no secret in a log, and no address', () => {
      expect(logs.length).toBe(lived.house.placed.length);
      for (const { name, bytes } of logs) {
        expect([name, [...index.find(bytes)].map(described)]).toEqual([name, []]);
        expect([
          name,
          Buffer.from(bytes)
            .toString()
            .match(/127\.0\.0\.1|::1|remoteAddress/g) ?? [],
        ]).toEqual([name, []]);
      }
      const first = logs[0] as (typeof logs)[0];
      const serial = index.needles.find(({ kind }) => kind === 'serial') as Needle;
      const planted = Buffer.concat([first.bytes, text(`{"msg":"${Buffer.from(serial.bytes).toString('base64')}"}\n`)]);
      expect([...index.find(planted)]).toEqual([serial]);
    });

    it('PV7 keep no address of a caller: only authorities’ own', () => {
      const own = new Set(lived.house.placed.map(({ port }) => String(port)));
      const strange = lived.stores.flatMap(({ values }) =>
        values.flatMap(({ instance, table, column, bytes }) =>
          [
            ...Buffer.from(bytes)
              .toString('latin1')
              .matchAll(/127\.0\.0\.1(?::(\d+))?/g),
          ]
            .filter(([, port]) => port === undefined || !own.has(port))
            .map(() => `${instance} ${table}.${column}`),
        ),
      );
      expect(strange).toEqual([]);
      expect(lived.arrivals.length).toBeGreaterThan(VEHICLES);
    });
  });

  describe('the lines between authorities', () => {
    it('were all spoken in this life', () => {
      expect(new Set(lines.map(({ edge }) => edge))).toEqual(new Set(Object.keys(TOLD)));
    });

    it('tell inside their envelopes what the table says, no more and no less', () => {
      const told = new Map(
        Object.keys(TOLD).map((edge) => [edge, { request: new Set<string>(), response: new Set<string>() }]),
      );
      for (const { edge, request, response } of lines) {
        const heard = told.get(edge);
        for (const { kind } of index.find(request.body)) heard?.request.add(kind);
        for (const { kind } of index.find(
          response.outcome.kind === 'answer' ? response.outcome.value : new Uint8Array(0),
        ))
          heard?.response.add(kind);
      }
      const sorted = [...told].map(([edge, { request, response }]) => [
        edge,
        { request: [...request].sort(), response: [...response].sort() },
      ]);
      expect(Object.fromEntries(sorted)).toEqual(TOLD);
    });

    it('RV3 RV8 speak of the revoked car and of no other, from its revocation on, in a case', () => {
      for (const { edge, request, response } of lines) {
        if (!['ma-ma', 'ma-pca', 'la-ma', 'cra-ma'].includes(edge)) continue;
        const answer = response.outcome.kind === 'answer' ? response.outcome.value : new Uint8Array(0);
        for (const needle of [...index.find(request.body), ...index.find(answer)]) {
          if (needle.kind === 'item handle') continue;
          expect(described(needle)).toBe(`${needle.kind} of car ${liar.car}, period ${iRev}`);
        }
      }
    });

    it('show nothing on the way: neither lines nor what devices send and get', () => {
      const seeds = new Set(
        index.needles.filter((one) => one.kind === 'linkage seed' && isOf(one, { car: liar.car, from: iRev })),
      );
      const seen = new Set<string>();
      for (const { url, headers, request, response } of lived.exchanges)
        for (const bytes of [request, response, text(url), ...Object.values(headers).map(text)])
          for (const needle of index.find(bytes))
            // The published CRL is the one place where a seed is for everybody.
            if (!(seeds.has(needle) && url.includes('/crl')))
              seen.add(`${described(needle)} at ${new URL(url).pathname}`);
      expect([...seen]).toEqual([]);
      expect(lived.exchanges.filter(isLine).length).toBeGreaterThan(20);
    });

    it('carry bytes only: the headers of every call of a line are the same', () => {
      const calls = lived.arrivals.filter(({ path }) => path.startsWith('/lines/'));
      expect(calls.length).toBeGreaterThan(20);
      expect(new Set(calls.map(({ told }) => told)).size).toBe(1);
      expect(calls[0]?.told).not.toMatch(/trace|request-id|correlation|forwarded|baggage|cookie/i);
    });
  });

  describe('what the LAs hear', () => {
    it('LK8 is the same bytes for every car of a domain, but for the number of cars that ask together', () => {
      for (const callee of ['a-la1', 'a-la2', 'b-la1', 'b-la2']) {
        const asked = lines.filter((line) => line.edge === 'la-pra' && line.callee === callee);
        const chains = asked.map(({ request }) => freshChains(request.body));
        expect(chains.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(VEHICLES / 2);
        expect(new Set(chains.map(({ rest }) => rest)).size).toBe(1);
        expect(new Set(asked.map(({ sealedRequest }) => sealedRequest.length)).size).toBe(1);
      }
    });

    it('LK7 makes one chain a car, shared with nobody', () => {
      const ids = lived.chains.map(({ chainId }) => hex(chainId));
      expect(new Set(ids).size).toBe(ids.length);
    });

    it('LK2 LK3 tells one LA nothing of linkage values: a value of its own is as far from the car’s as from another’s', () => {
      const bits = (bytes: Uint8Array): number =>
        [...bytes].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
      let [distance, pairs] = [0, 0];
      for (const { car, first, second } of chains)
        for (const chain of [first, second])
          for (const { i, j, lv } of cars[car]?.pseudonyms ?? []) {
            distance += bits(linkageValue(valuesOf(chain, i)[j] as Uint8Array, lv));
            pairs++;
          }
      // 72 bits that differ by chance differ in 36, with a deviation of √18 a pair.
      expect(Math.abs(distance / pairs - 36)).toBeLessThan((5 * Math.sqrt(18)) / Math.sqrt(pairs));
    });
  });

  describe('what the PCA hears', () => {
    const batchesOf = (domain: string): { items: RaAcaCertRequest[]; bytes: Uint8Array[] }[] =>
      lines
        .filter(({ edge, callee }) => edge === 'pca-pra' && callee === `${domain}-pca`)
        .map(({ request }) => decode(IssueBatch, request.body).items)
        .map((bytes) => ({ bytes, items: bytes.map((item) => decode(RaAcaCertRequest, item)) }));

    it('PR2 is opaque to the PRA: the linkage values open under a key of LA and PCA, and then are the right ones', async () => {
      const plvs = index.only(['pre-linkage value']);
      const keys = await periodKeysOf(lived.house, 'a-pca');
      const [batch] = batchesOf('a');
      const sealed = batch?.items[0]?.linkageInfo?.['enc-lv'];
      if (sealed === undefined) throw new Error('an item without a linkage value');
      const opened = keys.flatMap((key) => openShared(sealed, key) ?? []);
      expect(opened).toHaveLength(1);
      expect([...plvs.find(opened[0] as Uint8Array)]).toHaveLength(1);
      const { device } = lived.house.at('a-pra').context;
      expect(await device.labels()).not.toContain('period-keys');
    });

    it('PV2 differs between items in keys and sealed values only: no time, length, class or number of their own', () => {
      const frames = new Map<string, number>();
      for (const domain of ['a', 'b'])
        for (const { items, bytes } of batchesOf(domain)) {
          expect(new Set(bytes.map(({ length }) => length)).size).toBe(1);
          const blank = new Set(items.map((item) => hex(withoutItsOwn(item))));
          expect(blank.size).toBe(1);
          frames.set(domain, (frames.get(domain) ?? 0) + items.length);
        }
      expect([...frames]).toEqual([
        ['a', (VEHICLES / 2) * WEEKS * EACH],
        ['b', (VEHICLES / 2) * WEEKS * EACH],
      ]);
    });

    it('PV2 mixes as many cars in each batch as it must', () => {
      const carOf = new Map(
        cars.flatMap(({ car, pseudonyms }) =>
          pseudonyms.map(({ cocoonSigning }) => [hex(xOf(cocoonSigning)), car] as const),
        ),
      );
      for (const domain of ['a', 'b'])
        for (const { items } of batchesOf(domain)) {
          const mixed = new Set(items.map((item) => carOf.get(hex(cocoonX(item)))));
          expect(mixed.has(undefined)).toBe(false);
          expect(mixed.size).toBeGreaterThanOrEqual(lived.life.fleet.of('A').length);
        }
    });

    it.each(['a', 'b'])('PV2 does not tell which items are one car’s, by place or time: domain %s', (domain) => {
      const carOf = new Map(
        cars.flatMap(({ car, pseudonyms }) =>
          pseudonyms.map(({ cocoonSigning, i }) => [hex(xOf(cocoonSigning)), { car, i }] as const),
        ),
      );
      const rows = batchesOf(domain).flatMap(({ items, bytes }, batch) =>
        items.map((item, place): Row => {
          const { car, i } = carOf.get(hex(cocoonX(item))) ?? { car: -1, i: -1 };
          return {
            device: car,
            group: i,
            seen: { batch, place, arrival: batch * 1000 + place, item: bytes[place] as Uint8Array },
          };
        }),
      );
      expectNoLink(rows);
    });

    it.each(['a', 'b'])(
      'PV2 leaves rows that do not tell it either: order in the table, transaction, every column: domain %s',
      async (domain) => {
        expectNoLink(await issuedRows(domain, 'issued'));
      },
    );

    it('would show: the same rows written car by car are told at once', async () => {
      const rows = await issuedRows('a', 'issued');
      const { dataSource } = lived.house.at('a-pca').context;
      await dataSource.query('CREATE TABLE planted_in_order (LIKE issued)');
      try {
        const ordered = [...rows].sort((one, other) => one.device - other.device || one.group - other.group);
        for (const { seen } of ordered)
          await dataSource.query('INSERT INTO planted_in_order SELECT * FROM issued WHERE item_hash = $1', [
            seen['item_hash'],
          ]);
        const told = tryToLink(await issuedRows('a', 'planted_in_order')).filter(({ z }) => Math.abs(z) > BEYOND_LUCK);
        expect(told.map(({ feature }) => feature)).toEqual(expect.arrayContaining(['place near', 'place adjacent']));
        const adjacent = told.find(({ feature }) => feature === 'place adjacent');
        expect(adjacent?.rate).toBeGreaterThan(0.9);
        expect(adjacent?.baseRate).toBeLessThan(0.3);
      } finally {
        await dataSource.query('DROP TABLE planted_in_order');
      }
    });

    const cocoonX = ({ tbsCert }: RaAcaCertRequest): Uint8Array => {
      const { verifyKeyIndicator: indicator } = tbsCert;
      if (indicator.kind !== 'verificationKey' || indicator.value.kind !== 'ecsigSm2') throw new Error('another key');
      const point = indicator.value.value;
      if (point.kind !== 'compressed-y-0' && point.kind !== 'compressed-y-1') throw new Error('another point');
      return point.value;
    };

    /** The item with its keys and sealed values blanked: what is left must be everybody's. */
    function withoutItsOwn(item: RaAcaCertRequest): Uint8Array {
      const { linkageInfo, secondLinkageInfo, certEncKey: _key, tbsCert, ...frame } = item;
      const { verifyKeyIndicator: _cocoon, ...named } = tbsCert;
      const shape = [linkageInfo, secondLinkageInfo].map((one) => one && [one.version, hex(one.laId)]);
      const readable = JSON.stringify([frame, named, shape], (_name, value: unknown) => {
        if (value instanceof Set) return [...value];
        return value instanceof Uint8Array ? hex(value) : value;
      });
      return text(readable);
    }

    /** Every column of a table, its physical order and its transaction; the car of each row from what the cars hold. */
    async function issuedRows(domain: string, table: string): Promise<Row[]> {
      const owner = new Map(
        cars.flatMap(({ car, pseudonyms }) => pseudonyms.map(({ hash, i }) => [hex(hash), { car, i }] as const)),
      );
      const rows = await query<Record<string, Buffer | string | number | null> & { certificate_hash: Buffer }>(
        `${domain}-pca`,
        `SELECT of.ctid::text AS ctid, of.xmin::text AS xmin, of.*,
                substr(certificate_hashes, of.place * 32 + 1, 32) AS certificate_hash
           FROM ${table} AS of JOIN issued_certificates USING (i, batch)`,
      );
      return rows.map(({ ctid, xmin, ...columns }) => {
        const { car, i } = owner.get(hex(columns.certificate_hash)) ?? { car: -1, i: -1 };
        const [page = 0, tuple = 0] = String(ctid).slice(1, -1).split(',').map(Number);
        return { device: car, group: i, seen: { ...columns, xmin: Number(xmin), place: page * 1000 + tuple } };
      });
    }

    function expectNoLink(rows: readonly Row[]): void {
      expect(rows.length).toBe((VEHICLES / 2) * WEEKS * EACH);
      expect(rows.filter(({ device }) => device < 0)).toEqual([]);
      const verdicts = tryToLink(rows);
      expect(verdicts.filter(({ z }) => Math.abs(z) > BEYOND_LUCK)).toEqual([]);
    }
  });

  describe('what the PRA carries', () => {
    it('PR12 PV3 is sealed to the device, and as long for one car as for another', () => {
      for (const domain of ['a', 'b']) {
        const answers = storesAt('when both weeks are provisioned').filter(
          ({ instance, table, column }) =>
            instance === `${domain}-pra` && table === 'public.answers' && column === 'answer',
        );
        expect(answers).toHaveLength((VEHICLES / 2) * WEEKS * EACH);
        expect(new Set(answers.map(({ bytes }) => bytes.length)).size).toBe(1);
      }
    });

    it('PV7 leaves as bundles of one length', () => {
      const pras = lived.house.placed.filter(({ app }) => app === 'pra').map(({ url }) => url);
      const bundles = lived.exchanges.filter(
        ({ url, contentType }) => contentType === 'application/zip' && pras.some((pra) => url.startsWith(pra)),
      );
      expect(bundles.length).toBeGreaterThanOrEqual(VEHICLES * WEEKS);
      expect(new Set(bundles.map(({ response }) => response.length)).size).toBe(1);
    });
  });

  describe('what two authorities know together', () => {
    it('RV12 is what docs/PRIVACY.md says: these values stand with both, and no others', () => {
      const values = lived.stores.flatMap((one) => one.values).filter(({ table }) => table.startsWith('public.'));
      const found: Record<string, string[]> = {};
      const names = ['aaa', 'eca', 'pca', 'pra', 'la1', 'la2', 'ara', 'aca', 'ma', 'cra'];
      for (const [n, one] of names.entries())
        for (const other of names.slice(n + 1)) {
          const shared = sharedValues(values, one, other);
          if (shared.length > 0) found[`${one}–${other}`] = shared;
        }
      expect(found).toEqual(JOINS);
    });

    it('is nothing across domains but the case that was passed on', () => {
      const values = lived.stores.flatMap((one) => one.values).filter(({ table }) => table.startsWith('public.'));
      const across: string[] = [];
      for (const { instance, domain, table, column, bytes } of values)
        for (const needle of index.find(bytes))
          if (needle.domain !== domain) across.push(`${described(needle)} in ${instance} ${table}.${column}`);
      expect(across).toEqual([]);
    });
  });

  describe('the page', () => {
    it('docs/PRIVACY.md names every table and column', async () => {
      const kept = keptInDocument(await readFile(join(ROOT, 'docs/PRIVACY.md'), 'utf8'));
      const unnamed: string[] = [];
      for (const { instance, name } of lived.house.placed)
        for (const { table, column } of await query<{ table: string; column: string }>(instance, COLUMNS)) {
          const role = name.replace(/\d$/, '').toUpperCase();
          if (![table, column].every((word) => kept.get(role)?.includes(`\`${word}\``)))
            unnamed.push(`${role} ${table}.${column}`);
        }
      expect([...new Set(unnamed)]).toEqual([]);
    });

    it('has the PCA and the LAs keep no time with a certificate or a chain', async () => {
      for (const [instance, table] of [
        ['a-pca', 'issued'],
        ['a-la1', 'chain'],
      ] as const) {
        const columns = (await query<{ table: string; column: string; type: string }>(instance, COLUMNS)).filter(
          (one) => one.table === table,
        );
        expect(columns.length).toBeGreaterThan(3);
        expect(columns.filter(({ column, type }) => /milli|time|date|_at$/.test(`${column} ${type}`))).toEqual([]);
      }
    });

    const COLUMNS = `SELECT table_name AS table, column_name AS column, data_type AS type FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name NOT IN ('migrations', 'line_replay')
        AND format('%I.%I', table_schema, table_name)::regclass NOT IN (SELECT inhrelid FROM pg_inherits)`;

    /** The rows of the table of what is kept, by authority: a row without a name belongs to the one above. */
    function keptInDocument(page: string): Map<string, string> {
      const section = page.slice(page.indexOf('## What is kept'), page.indexOf('## Side doors'));
      const rows = new Map<string, string>();
      let role = '';
      for (const line of section.split('\n').filter((one) => one.startsWith('|'))) {
        role = line.split('|')[1]?.trim() || role;
        rows.set(role, `${rows.get(role) ?? ''}${line}`);
      }
      return rows;
    }
  });

  // Last: the server must have written and ended before its files are read.
  describe('the files of the machine', () => {
    it(
      'PV9 hold nowhere in the clear what nobody may: neither in old pages of the database nor in its write-ahead log',
      async () => {
        await lived.close();
        const nowhere = new NeedleIndex();
        nowhere.add(...index.needles.filter((one) => NOWHERE.includes(one.kind) || isSecretSeed(one)));
        const { path } = lived.house.data;
        const found: string[] = [];
        let bytesRead = 0;
        for await (const { name, bytes } of filesUnder(path)) {
          if (name.startsWith('fleet/')) continue;
          bytesRead += bytes.length;
          for (const needle of nowhere.findRaw(bytes)) found.push(`${described(needle)} in ${name}`);
        }
        expect(found).toEqual([]);
        expect(bytesRead).toBeGreaterThan(100_000_000);
        // The same search finds what the database may hold.
        const kept = index.only(['item handle']);
        const handles = new Set<Needle>();
        for await (const { bytes } of filesUnder(join(path, 'postgres'))) kept.findRaw(bytes, handles);
        expect(handles.size).toBe(kept.needles.length);
      },
      LIFE_MILLIS,
    );
  });
});
