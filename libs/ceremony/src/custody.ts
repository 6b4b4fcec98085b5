/**
 * Who holds the key of an offline program: M of N custodians (密钥保管员). The key lies in the key folder, sealed under a master
 * key that is nowhere: each custodian has a share of it, and a signing key of their own for the transcript. What is public
 * of this, the names, the signing keys and a hash of each share, stands in the transcript.
 */
import { z } from 'zod';
import { concat, fromHex, hex, uint32 } from '#crypto/bytes.js';
import type { Random } from '#crypto/random.js';
import { joinSecret, splitSecret } from '#crypto/secret-sharing.js';
import { newSm2PrivateKey, sm2PublicKey, sm2Sign } from '#crypto/sm2.js';
import { sm3 } from '#crypto/sm3.js';
import { readJson, writeSynced } from './files.js';
import { machinePassphrase, type Passphrases } from './passphrases.js';
import { CeremonyRefusal } from './refusal.js';
import { CustodianName, openShare, sealShare, ShareFile, Work, type ShareSecrets } from './share-file.js';

export const MASTER_KEY_BYTES = 32;

/** What the transcript says of the custodians. */
export const Custody = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{32}$/),
  generation: z.int().min(1),
  threshold: z.int().min(1),
  custodians: z
    .array(
      z.strictObject({
        name: CustodianName,
        number: z.int().min(1).max(255),
        machine: z.boolean(),
        /** SM2, 33 bytes in hex. */
        publicKey: z.string().regex(/^0[23][0-9a-f]{64}$/),
        /** SM3 over the share: a share that is not the one that was made is told by it. 256 unknown bits stand under it. */
        commitment: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1)
    .max(255),
});
export type Custody = z.infer<typeof Custody>;
type Custodian = Custody['custodians'][number];

/** Custodians to be made: who, where their share goes, and of a machine where its passphrase is kept. */
export const NewCustody = z
  .strictObject({
    threshold: z.int().min(1),
    work: Work.default(17),
    custodians: z
      .array(z.strictObject({ name: CustodianName, share: z.string(), passphraseFile: z.string().optional() }))
      .min(1)
      .max(255),
  })
  .refine(({ threshold, custodians }) => threshold <= custodians.length, 'asks for more custodians than there are')
  .refine(
    ({ custodians }) => new Set(custodians.map(({ name }) => name)).size === custodians.length,
    'names a custodian twice',
  )
  .refine(
    ({ custodians }) => new Set(custodians.map(({ share }) => share)).size === custodians.length,
    'puts two shares into one file',
  );
export type NewCustody = z.infer<typeof NewCustody>;

/** A share that is at the table. */
export const PresentShare = z.strictObject({ share: z.string(), passphraseFile: z.string().optional() });
export type PresentShare = z.infer<typeof PresentShare>;

/** A custodian at the table, who can countersign. */
export interface Present {
  readonly name: string;
  readonly publicKey: string;
  /** 64 bytes. */
  sign(id: Uint8Array, message: Uint8Array): Uint8Array;
}
export interface OpenCustody {
  readonly custody: Custody;
  readonly masterKey: Uint8Array;
  readonly present: readonly Present[];
}

const commitmentOf = (custody: Pick<Custody, 'key' | 'generation'>, number: number, value: Uint8Array): string =>
  hex(
    sm3(
      new TextEncoder().encode('chrysalis share'),
      concat(fromHex(custody.key), uint32(custody.generation), uint32(number)),
      value,
    ),
  );

const presentOf = ({ name, publicKey }: Custodian, { privateKey }: ShareSecrets): Present => ({
  name,
  publicKey,
  sign: (id, message) => sm2Sign(privateKey, id, message),
});

/**
 * Draws a master key (32 bytes), splits it, and writes the share files; refuses one that is there already. `before` is the
 * custody that ends with it, when the key is shared anew.
 */
export async function makeCustody(
  wanted: NewCustody,
  needs: { random: Random; passphrases: Passphrases; before?: Custody | undefined },
): Promise<OpenCustody> {
  const { random, passphrases, before } = needs;
  const key = before?.key ?? hex(random.bytes(16));
  const generation = (before?.generation ?? 0) + 1;
  const masterKey = random.bytes(MASTER_KEY_BYTES);
  const shape = { threshold: wanted.threshold, count: wanted.custodians.length };
  const shares = splitSecret(masterKey, shape, random);
  const custodians: Custodian[] = [];
  const present: Present[] = [];
  for (const [n, { name, share: path, passphraseFile }] of wanted.custodians.entries()) {
    const { number, value } = shares[n] as (typeof shares)[number];
    const privateKey = newSm2PrivateKey(random);
    const machine = passphraseFile !== undefined;
    const passphrase = machine ? await newMachinePassphrase(passphraseFile, random) : await passphrases.toSeal(name);
    const head = { key, generation, number, custodian: name, machine, work: wanted.work };
    await writeSynced(path, await sealShare(head, { value, privateKey }, passphrase, random), 'wx');
    const commitment = commitmentOf({ key, generation }, number, value);
    value.fill(0);
    const custodian = { name, number, machine, publicKey: hex(sm2PublicKey(privateKey)), commitment };
    custodians.push(custodian);
    present.push(presentOf(custodian, { value, privateKey }));
  }
  return { custody: { key, generation, threshold: wanted.threshold, custodians }, masterKey, present };
}

async function newMachinePassphrase(path: string, random: Random): Promise<string> {
  const passphrase = hex(random.bytes(32));
  await writeSynced(path, `${passphrase}\n`, 'wx');
  return passphrase;
}

/**
 * Opens the shares that are at the table and joins the master key. Refuses, with the custodian's name, a share of another
 * key, of an earlier sharing, a second share of one custodian, one that does not open, and one that is not what was made for
 * that custodian; refuses fewer than the threshold.
 */
export async function openCustody(
  custody: Custody,
  shares: readonly PresentShare[],
  passphrases: Passphrases,
): Promise<OpenCustody> {
  const opened = new Map<number, { custodian: Custodian; secrets: ShareSecrets }>();
  for (const present of shares) {
    const file = await readJson(present.share, ShareFile, 'share');
    const custodian = custodianOf(file, custody, present.share);
    if (opened.has(custodian.number)) throw new CeremonyRefusal(`the share of ${custodian.name} is given twice`);
    opened.set(custodian.number, { custodian, secrets: await secretsOf(file, custody, present, passphrases) });
  }
  const names = [...opened.values()].map(({ custodian }) => custodian.name);
  if (opened.size < custody.threshold)
    throw new CeremonyRefusal(
      `${String(custody.threshold)} of ${String(custody.custodians.length)} custodians are needed, and here ${names.length === 0 ? 'is nobody' : `are ${names.join(', ')}`}`,
    );
  const some = [...opened].map(([number, { secrets }]) => ({ number, value: secrets.value }));
  const masterKey = joinSecret(some.slice(0, custody.threshold));
  for (const { value } of some) value.fill(0);
  return {
    custody,
    masterKey,
    present: [...opened.values()].map(({ custodian, secrets }) => presentOf(custodian, secrets)),
  };
}

function custodianOf(file: ShareFile, custody: Custody, path: string): Custodian {
  const { custodian: name } = file;
  if (file.key !== custody.key) throw new CeremonyRefusal(`the share of ${name} in ${path} is of another key`);
  if (file.generation !== custody.generation)
    throw new CeremonyRefusal(
      `the share of ${name} in ${path} is of sharing ${String(file.generation)}, and the key has been shared anew: now it is ${String(custody.generation)}`,
    );
  const found = custody.custodians.find((one) => one.name === name && one.number === file.number);
  if (found === undefined) throw new CeremonyRefusal(`${name}, of ${path}, is no custodian of this key`);
  return found;
}

async function secretsOf(
  file: ShareFile,
  custody: Custody,
  { share, passphraseFile }: PresentShare,
  passphrases: Passphrases,
): Promise<ShareSecrets> {
  const { custodian: name, number, machine } = file;
  if (machine !== (passphraseFile !== undefined))
    throw new CeremonyRefusal(
      machine ? `${name} is a machine: name its passphraseFile` : `${name} is a person: no file has the passphrase`,
    );
  const passphrase =
    passphraseFile === undefined ? await passphrases.toOpen(name) : await machinePassphrase(passphraseFile);
  const secrets = await openShare(file, passphrase);
  if (secrets === undefined)
    throw new CeremonyRefusal(`the share of ${name} in ${share} does not open: another passphrase, or it was changed`);
  if (commitmentOf(custody, number, secrets.value) !== commitmentIn(custody, number))
    throw new CeremonyRefusal(`the share of ${name} in ${share} is not the one that was made for ${name}`);
  return secrets;
}

const commitmentIn = (custody: Custody, number: number): string | undefined =>
  custody.custodians.find((one) => one.number === number)?.commitment;

/** Who the custodians are, in words. */
export function describeCustody({ threshold, custodians }: Pick<Custody, 'threshold' | 'custodians'>): string {
  const names = custodians.map(({ name, machine }) => (machine ? `${name} (a machine)` : name));
  return `${String(threshold)} of ${String(custodians.length)} custodians: ${names.join(', ')}`;
}

/** Whether enough of the custodians are machines that no person is needed. */
export const needsNoPerson = ({ threshold, custodians }: Pick<Custody, 'threshold' | 'custodians'>): boolean =>
  custodians.filter(({ machine }) => machine).length >= threshold;
