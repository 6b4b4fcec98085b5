/** What stands around the PRA of pra-house.fixture.ts, in earnest: la1, la2 and the PCA, each on a database of its own. */
import { NestFactory } from '@nestjs/core';
import type { INestApplicationContext } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { laAuthority } from '#apps/la/src/la.authority.js';
import { pcaAuthority } from '#apps/pca/src/pca.authority.js';
import { decode } from '#coer/codec.js';
import { cocoonPrivateKey, rebuildPrivateKey } from '#crypto/butterfly.js';
import { systemRandom } from '#crypto/random.js';
import { sm2PublicKey, sm2Unwrap } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import { verificationKeyOf } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { encryptionKeyId, openSealed } from '#credentials/sealing.js';
import { asSignedData, decodeSecured, signedPayload, unsecuredBytes } from '#credentials/signed-data.js';
import { LineFailure } from '#edge/transport.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { memoryDevice } from '#keys/software-device.js';
import { openDataSource } from '#persistence/data-source.js';
import { LINES, WORK, type AuthorityFace, type Lines, type Work } from '#service/authority-context.js';
import { LineReplayEntity } from '#service/line-replay.entity.js';
import { LineReplay1700000000000 } from '#service/line-replay.migration.js';
import { ScmsPdu } from '#wire/scms-pdu.js';
import type { Certificate } from '#wire/secured-data.js';
import type { TestDevice } from '../../apps/pra/src/device.fixture.js';
import { directQueues } from '../support/authority-bench.js';
import { testPostgres } from '../support/postgres.js';
import { bench } from './pra-house.fixture.js';

interface Standing {
  readonly app: INestApplicationContext;
  readonly dataSource: DataSource;
  readonly queues: ReturnType<typeof directQueues>;
}

const FACES: Record<string, readonly [AuthorityFace<never>, object]> = {
  pca: [pcaAuthority as never, { craHostname: 'cra.a.chrysalis.example' }],
  la1: [laAuthority as never, { laId: 1 }],
  la2: [laAuthority as never, { laId: 2 }],
};

let standing = new Map<string, Standing>();
let round = 0;

/** Which LAs answer and are not heard: they have given their values, as if the PRA had died before it could store them. */
export const unheard = new Set<string>();
/** Exchanges of the PRA with the LAs. */
export const exchanges: string[] = [];

/** Registers the hooks of a spec, after those of `standPra`. */
export function standDomain(): void {
  beforeEach(async () => {
    round += 1;
    unheard.clear();
    exchanges.length = 0;
    for (const name of ['pca', 'la1', 'la2']) standing.set(name, await stand(name));
  });
  afterEach(async () => {
    for (const { app } of standing.values()) await app.get<Work>(WORK, { strict: false }).end();
    await settled();
    for (const { app, dataSource } of standing.values()) {
      await app.close();
      if (dataSource.isInitialized) await dataSource.destroy();
    }
    standing = new Map();
  });
}

/** When nothing that was woken is still at work. */
export async function settled(): Promise<void> {
  for (const { queues } of standing.values()) await queues.settled();
}

export const tablesOf = (name: string): DataSource => (standing.get(name) as Standing).dataSource;

async function stand(name: string): Promise<Standing> {
  const instance = `a-${name}`;
  const [face, settings] = FACES[name] as (typeof FACES)[string];
  const dataSource = await openDataSource({
    url: await (await testPostgres()).instanceUrl(`${instance}-${String(round)}`),
    instance,
    entities: [LineReplayEntity, ...face.entities],
    migrations: [LineReplay1700000000000, ...face.migrations],
  });
  const queues = directQueues();
  const member = await bench.contextFor(instance, { dataSource, queues });
  // The seeds of an LA live as long as its tables: labels that one test destroyed are none of the next one's.
  const context = name === 'pca' ? member : { ...member, device: memoryDevice(systemRandom) };
  const app = await NestFactory.createApplicationContext(face.module(context, face.settings.parse(settings)), {
    logger: false,
    abortOnError: false,
  });
  for (const [edge, handler] of Object.entries(app.get<Lines>(LINES, { strict: false })))
    bench.switchboard.connect(bench.address(instance, edge), async (message) => {
      if (edge === laPra.name) exchanges.push(name);
      const answer = await handler(message);
      if (edge === laPra.name && unheard.has(name)) throw new LineFailure('unheard');
      return answer;
    });
  await app.get<Work>(WORK, { strict: false }).begin();
  return { app, dataSource, queues };
}

/** Opens an answer of the PCA as the device would, and takes it only when the rebuilt key is the certificate's. */
export async function openAnswer(
  { keys, secrets }: TestDevice,
  answer: Uint8Array,
  i: number,
  j: number,
): Promise<Certificate> {
  const signed = asSignedData(answer);
  const sealed = (signed && signedPayload(signed)) as Uint8Array;
  const q = cocoonPrivateKey(smSuite, secrets.p, keys.ke, 'encryption', i, j);
  const opened = await openSealed(
    sealed,
    encryptionKeyId(sm2PublicKey(q)),
    async (wrapped) => sm2Unwrap(q, wrapped),
    ccsa,
  );
  const pdu = decode(ScmsPdu, unsecuredBytes(decodeSecured(opened as Uint8Array)) as Uint8Array);
  if (pdu.content.kind !== 'aca-ee') throw new Error('another message');
  const { certificate, privateKeyInfo } = pdu.content.value.value;
  const b = cocoonPrivateKey(smSuite, secrets.a, keys.ks, 'signing', i, j);
  const s = rebuildPrivateKey(smSuite, b, privateKeyInfo as Uint8Array);
  expect(sm2PublicKey(s)).toEqual(verificationKeyOf(certificate));
  return certificate;
}
