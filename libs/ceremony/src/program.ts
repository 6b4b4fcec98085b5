/** The command line of an offline program: `--config FILE [--sign]`, or `--verify-transcript FILE`. */
import { rm } from 'node:fs/promises';
import { z } from 'zod';
import { fromHex, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { systemClock } from '#credentials/clock.js';
import { LintError } from '#credentials/lint/before-signing.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { DeviceRefusal } from '#keys/device-refusal.js';
import { openSoftwareDevice, resealKeys } from '#keys/software-device.js';
import {
  CEREMONY_KEY,
  release,
  runCeremony,
  withdraw,
  type CeremonyOutcome,
  type PreparedOperation,
} from './ceremony.js';
import {
  describeCustody,
  makeCustody,
  needsNoPerson,
  NewCustody,
  openCustody,
  PresentShare,
  type Custody,
  type OpenCustody,
} from './custody.js';
import { isThere, readInput } from './files.js';
import {
  beginJournal,
  eraseGeneration,
  generationFolder,
  openJournal,
  otherGenerations,
  writeOn,
  type Journal,
} from './journal.js';
import { askedPassphrases, noPassphrases, readPassphrases, type Ask, type Passphrases } from './passphrases.js';
import { CeremonyRefusal } from './refusal.js';
import { transcriptText, type FileHash, type NewEntry } from './transcript.js';
import { verifyTranscripts } from './verify-transcripts.js';

export interface CeremonyProgram<O> {
  readonly name: string;
  /** What it is and what it signs, for people: the head of its help. */
  readonly help: string;
  readonly operation: z.ZodType<O>;
  prepare(operation: O): PreparedOperation;
}

const USAGE = `usage: PROGRAM --config FILE                 dry run (演练): says what it would sign, asks nobody, writes nothing
       PROGRAM --config FILE --check-shares  opens the shares at the table, and signs nothing
       PROGRAM --config FILE --sign          the ceremony (密钥仪式): custodians type their passphrases, then it signs
       PROGRAM --verify-transcript FILE|FOLDER [--certificate FILE] [--files FOLDER]

A custodian who types a passphrase consents to what was shown before.
  --passphrase-fd N   reads the passphrases from file descriptor N, a line each in the order of the configuration,
                      instead of asking at the terminal; they are never arguments and never in the environment

The configuration, one JSON file:
  keys         folder of the key (密钥), sealed under a master key that only the custodians together have
  transcripts  folder of the transcripts (仪式记录): each follows the one before; kept, they are the memory of the program
  custodians   at the first ceremony: {"threshold": M, "custodians": [{"name", "share"}, …]}, the files that get the
               shares (密钥分量); a custodian with a "passphraseFile" is a machine
  shares       at every later one: [{"share"}, …], the shares of the custodians (密钥保管员) who are there, M at least
  shareAnew    with it the key is shared anew among the custodians named, as at the first; former shares end
  operations   what to sign, in order; may be none when only shared anew
  number       which ceremony this is, as the minutes of the last one have it; refused when it would be another
  at           Unix milliseconds, in place of the clock

No socket is opened. Ends with 0 done, 1 refused, 2 command line not understood.
docs/operations/ceremony.md walks through a founding, an ICA, a revocation and a roll-over.
`;

/** How the program is run: what tests put in the place of a terminal. */
export interface ProgramRim {
  readonly tell: (line: string) => void;
  /** Undefined where there is no terminal. */
  readonly ask?: Ask | undefined;
}

/** Runs the program; answers its exit code: 0 done, 1 refused, 2 wrong words. */
export async function ceremonyMain<O>(
  program: CeremonyProgram<O>,
  argv: readonly string[],
  { tell, ask }: ProgramRim,
): Promise<number> {
  const words = wordsOf(argv);
  if (words === undefined || words.help) {
    tell(`${program.help}\n${USAGE.replaceAll('PROGRAM', program.name)}`);
    return words === undefined ? 2 : 0;
  }
  try {
    if (words.transcripts.length > 0) return await checkTranscripts(words, tell);
    return await hold(program, words, { tell, ask });
  } catch (error) {
    tell(`${program.name}: refused: ${sentenceOf(error)}`);
    return 1;
  }
}

/** What people can put right is a sentence; anything else is a fault of the program and goes on. */
function sentenceOf(error: unknown): string {
  if (error instanceof CeremonyRefusal || error instanceof DeviceRefusal || error instanceof LintError)
    return error.message;
  throw error;
}

interface Words {
  readonly help: boolean;
  readonly config: string;
  readonly sign: boolean;
  readonly checkShares: boolean;
  readonly passphraseFd: number | undefined;
  readonly transcripts: readonly string[];
  readonly certificate: string | undefined;
  readonly files: string | undefined;
}

/** The command line; undefined when it is not understood. Unknown words, too, are not understood. */
function wordsOf(argv: readonly string[]): Words | undefined {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let n = 0; n < argv.length; n++) {
    const word = argv[n] as string;
    if (['--sign', '--check-shares', '--help'].includes(word)) flags.add(word);
    else if (['--config', '--verify-transcript', '--certificate', '--files', '--passphrase-fd'].includes(word)) {
      const value = argv[++n];
      if (value === undefined || values.has(word)) return undefined;
      values.set(word, value);
    } else return undefined;
  }
  const [config, transcript, descriptor] = ['--config', '--verify-transcript', '--passphrase-fd'].map((word) =>
    values.get(word),
  );
  const isClear = flags.has('--help') || (config === undefined) !== (transcript === undefined);
  if (!isClear || (descriptor !== undefined && !/^\d{1,4}$/.test(descriptor))) return undefined;
  return {
    help: flags.has('--help'),
    config: config ?? '',
    sign: flags.has('--sign'),
    checkShares: flags.has('--check-shares'),
    passphraseFd: descriptor === undefined ? undefined : Number(descriptor),
    transcripts: transcript === undefined ? [] : [transcript],
    certificate: values.get('--certificate'),
    files: values.get('--files'),
  };
}

async function checkTranscripts(words: Words, tell: (line: string) => void): Promise<number> {
  const { says, complaints } = await verifyTranscripts(words);
  for (const line of complaints.length === 0 ? [...says, 'holds'] : complaints) tell(line);
  return complaints.length === 0 ? 0 : 1;
}

const configForm = <O>(operation: z.ZodType<O>) =>
  z.strictObject({
    at: z.int().optional(),
    number: z.int().min(1).optional(),
    keys: z.string(),
    transcripts: z.string(),
    custodians: NewCustody.optional(),
    shares: z.array(PresentShare).default([]),
    shareAnew: NewCustody.optional(),
    operations: z.array(operation),
  });
type Config<O> = z.infer<ReturnType<typeof configForm<O>>>;

async function readConfig<O>(program: CeremonyProgram<O>, bytes: Uint8Array, path: string): Promise<Config<O>> {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new CeremonyRefusal(`${path} cannot be read as JSON`, { cause: error });
  }
  const parsed = await configForm(program.operation).safeParseAsync(json);
  if (!parsed.success) throw new CeremonyRefusal(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function hold<O>(program: CeremonyProgram<O>, words: Words, { tell, ask }: ProgramRim): Promise<number> {
  const bytes = await readInput(words.config);
  const config = await readConfig(program, bytes, words.config);
  const journal = await openJournal(config, program.name);
  const nowMillis = config.at ?? systemClock.nowMillis();
  judge(config, journal, nowMillis);
  for (const made of [config.custodians, config.shareAnew]) if (made !== undefined) await requireAbsent(made);
  const passphrases = passphrasesFor(words, ask);
  if (words.checkShares) return checkShares(config, journal, passphrases, tell);

  const operations = config.operations.map((operation) => program.prepare(operation));
  const before = {
    publicKey: journal.known && fromHex(journal.known.publicKey),
    lists: journal.lists,
  };
  tell(`ceremony ${String(journal.ceremonies + 1)} of ${program.name}`);
  // Everything is read, judged and shown before a custodian is asked for anything: a passphrase is consent to what was shown.
  await runCeremony({ operations, device: undefined, before, nowMillis, tell });
  if (config.custodians) tell(`would make a key for ${describeCustody(asNamed(config.custodians))}`);
  if (config.shareAnew) tell(`would share the key anew: ${describeCustody(asNamed(config.shareAnew))}`);
  if (!words.sign) {
    tell('dry run: nothing was signed or written; --sign holds the ceremony');
    return 0;
  }
  const session: Session = {
    ...{ program: program.name, config, journal, nowMillis, operations, passphrases, tell },
    configuration: { path: words.config, sm3: hex(sm3(bytes)) },
  };
  return journal.known === undefined ? found(session) : goOn(session, journal.known.custody);
}

function passphrasesFor({ passphraseFd }: Words, ask: Ask | undefined): Passphrases {
  if (passphraseFd !== undefined) return readPassphrases(passphraseFd);
  return ask === undefined ? noPassphrases : askedPassphrases(ask);
}

const asNamed = ({
  threshold,
  custodians,
}: NewCustody): Pick<Custody, 'threshold'> & { custodians: Custody['custodians'] } => ({
  threshold,
  custodians: custodians.map(({ name, passphraseFile }, n) => ({
    ...{ name, number: n + 1, machine: passphraseFile !== undefined, publicKey: '', commitment: '' },
  })),
});

/** What does not fit together before anything is done. */
function judge<O>(config: Config<O>, journal: Journal, nowMillis: number): void {
  const isFounding = journal.known === undefined;
  if (isFounding && config.operations.length === 0) throw new CeremonyRefusal('the first ceremony has no operation');
  if (isFounding && config.custodians === undefined)
    throw new CeremonyRefusal(
      'there is no key yet; the founding operation makes it, and "custodians" says who holds it',
    );
  if (!isFounding && config.custodians !== undefined)
    throw new CeremonyRefusal('there is a key already; founding happens once ("shareAnew" changes who holds it)');
  if (isFounding && (config.shares.length > 0 || config.shareAnew !== undefined))
    throw new CeremonyRefusal('"shares" and "shareAnew" are of a key that is there; this is the first ceremony');
  if (config.number !== undefined && config.number !== journal.ceremonies + 1)
    throw new CeremonyRefusal(
      `this would be ceremony ${String(journal.ceremonies + 1)}, and the configuration is for ceremony ${String(config.number)}`,
    );
  if (nowMillis < journal.lastAtMillis)
    throw new CeremonyRefusal(`it is earlier than the last ceremony, ${new Date(journal.lastAtMillis).toISOString()}`);
}

/** A share that is overwritten is lost. */
async function requireAbsent({ custodians }: NewCustody): Promise<void> {
  for (const { share, passphraseFile } of custodians)
    for (const path of passphraseFile === undefined ? [share] : [share, passphraseFile])
      if (await isThere(path))
        throw new CeremonyRefusal(`${path} is there already; a new share has a place of its own`);
}

async function checkShares<O>(
  config: Config<O>,
  { known }: Journal,
  passphrases: Passphrases,
  tell: (line: string) => void,
): Promise<number> {
  if (known === undefined) throw new CeremonyRefusal('there is no key yet');
  const custody = await openCustody(known.custody, config.shares, passphrases);
  const device = await openKeys(config.keys, custody);
  try {
    await requireKnownKey(device, known.publicKey);
  } finally {
    await device.close();
  }
  tell(`the shares of ${custody.present.map(({ name }) => name).join(', ')} open the key ${known.publicKey}`);
  return 0;
}

interface Session {
  readonly program: string;
  readonly config: Omit<Config<unknown>, 'operations'>;
  readonly configuration: FileHash;
  readonly journal: Journal;
  readonly nowMillis: number;
  readonly operations: readonly PreparedOperation[];
  readonly passphrases: Passphrases;
  readonly tell: (line: string) => void;
}

const openKeys = (keys: string, { custody, masterKey }: OpenCustody): Promise<CryptoDevice> =>
  openSoftwareDevice({ directory: generationFolder(keys, custody.generation), random: systemRandom, masterKey });

async function requireKnownKey(device: CryptoDevice, expected: string): Promise<void> {
  const key = await device.publicKey(CEREMONY_KEY);
  if (key === undefined || hex(key) !== expected)
    throw new CeremonyRefusal('the key folder holds another key than the transcripts name');
}

/** The first ceremony. One that signs nothing leaves no key. */
async function found(session: Session): Promise<number> {
  const { config, passphrases, tell } = session;
  if (config.custodians === undefined) throw new Error('a founding names custodians');
  await beginJournal(config);
  let isSigned = false;
  try {
    const custody = await makeCustody(config.custodians, { random: systemRandom, passphrases });
    tell(`${describeCustody(custody.custody)} hold the new key`);
    const code = await signAll(session, custody, () => (isSigned = true));
    return code;
  } finally {
    if (!isSigned) {
      await rm(config.keys, { recursive: true });
      tell('no key was made; remove the share files before the next attempt');
    }
  }
}

async function goOn(session: Session, known: Custody): Promise<number> {
  const { config, passphrases, tell } = session;
  const custody = await openCustody(known, config.shares, passphrases);
  if (needsNoPerson(known)) tell(`no person is needed to sign: ${describeCustody(known)}`);
  for (const left of await otherGenerations(config.keys, known.generation)) {
    await eraseGeneration(config.keys, left);
    tell(`erased the keys of sharing ${String(left)}, left by a ceremony that was cut off`);
  }
  return signAll(session, custody, () => undefined);
}

/** Signs, writes the transcript, and only then lets the outputs go. */
async function signAll(session: Session, custody: OpenCustody, onSigned: () => void): Promise<number> {
  const { config, journal, nowMillis, operations, tell } = session;
  const device = await openKeys(config.keys, custody);
  try {
    if (journal.known !== undefined) await requireKnownKey(device, journal.known.publicKey);
    const anew = await shareAnew(session, custody);
    const before = { publicKey: undefined, lists: journal.lists };
    const outcome = await runCeremony({ operations, device, before, nowMillis, tell });
    if (outcome.steps.length === 0 && anew === undefined) throw new CeremonyRefusal('there is nothing to do');
    await record(session, { custody, outcome, anew, device });
    onSigned();
    await release(outcome);
    if (anew !== undefined) await endFormer(session, custody.custody.generation);
    if (outcome.refusal === undefined) return 0;
    tell(`refused: ${sentenceOf(outcome.refusal)}`);
    return 1;
  } finally {
    custody.masterKey.fill(0);
    await device.close();
  }
}

async function shareAnew({ config, passphrases }: Session, former: OpenCustody): Promise<OpenCustody | undefined> {
  if (config.shareAnew === undefined) return undefined;
  const { custody } = former;
  const anew = await makeCustody(config.shareAnew, { random: systemRandom, passphrases, before: custody });
  await resealKeys(
    { directory: generationFolder(config.keys, custody.generation), masterKey: former.masterKey },
    { directory: generationFolder(config.keys, anew.custody.generation), masterKey: anew.masterKey },
    systemRandom,
  );
  anew.masterKey.fill(0);
  return anew;
}

async function endFormer({ config, tell }: Session, generation: number): Promise<void> {
  await eraseGeneration(config.keys, generation);
  tell(
    `sharing ${String(generation)} is ended: its shares open nothing here. Whoever kept a copy of the former key folder ` +
      'and enough former shares still has the key: destroy those copies, or roll the key over.',
  );
}

async function record(
  session: Session,
  held: { custody: OpenCustody; outcome: CeremonyOutcome; anew: OpenCustody | undefined; device: CryptoDevice },
): Promise<void> {
  const { program, config, configuration, journal, nowMillis, tell } = session;
  const { custody, outcome, anew, device } = held;
  const publicKey = await device.publicKey(CEREMONY_KEY);
  if (publicKey === undefined) throw new CeremonyRefusal('the first ceremony makes the key: its operation is missing');
  const number = journal.ceremonies + 1;
  const entries: NewEntry[] = [
    {
      entry: 'opened',
      ...{ program, number, at: new Date(nowMillis).toISOString(), publicKey: hex(publicKey), configuration },
      custody: custody.custody,
      present: custody.present.map(({ name }) => name),
    },
    ...outcome.steps.map((step) => ({ entry: 'signed' as const, ...step })),
    ...(outcome.refusal === undefined ? [] : [{ entry: 'refused' as const, says: sentenceOf(outcome.refusal) }]),
    ...(anew === undefined ? [] : [{ entry: 'shared-anew' as const, custody: anew.custody }]),
    { entry: 'closed', lists: outcome.lists },
  ];
  const sign = (id: Uint8Array, message: Uint8Array) => device.sign(CEREMONY_KEY, id, message);
  try {
    const signed = await transcriptText(entries, journal.head, { publicKey, sign, present: custody.present });
    const path = await writeOn(config, { number, ...signed });
    tell(`transcript: ${path}`);
  } catch (error) {
    await withdraw(outcome);
    throw error;
  }
}
