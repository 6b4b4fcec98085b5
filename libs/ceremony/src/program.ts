/** The command line of an offline program: `--config FILE [--sign]`, or `--verify-transcript FILE`. */
import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { systemRandom } from '#crypto/random.js';
import { systemClock } from '#credentials/clock.js';
import type { CryptoDevice } from '#keys/crypto-device.js';
import { DeviceRefusal } from '#keys/device-refusal.js';
import { memoryDevice, openSoftwareDevice } from '#keys/software-device.js';
import { LintError } from '#credentials/lint/before-signing.js';
import { CeremonyRefusal, runCeremony, type PreparedOperation, type TranscriptStep } from './ceremony.js';
import { verifyTranscript, writeTranscript } from './transcript.js';

export interface CeremonyProgram<O> {
  readonly name: string;
  readonly operation: z.ZodType<O>;
  prepare(operation: O): PreparedOperation;
}

const HELP = `usage: PROGRAM --config FILE [--sign]
       PROGRAM --verify-transcript FILE

Files in, files out; no network. Without --sign it only says what it would sign.
The configuration names the folder of the keys, the operations, and their files (see README.md beside this program).
`;

/** Runs the program; answers its exit code: 0 done, 1 refused, 2 wrong words. */
export async function ceremonyMain<O>(
  program: CeremonyProgram<O>,
  argv: readonly string[],
  tell: (line: string) => void,
): Promise<number> {
  const flag = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const [config, transcript] = [flag('--config'), flag('--verify-transcript')];
  try {
    if (transcript !== undefined) return await checkTranscript(transcript, tell);
    if (config !== undefined) return await hold(program, config, argv.includes('--sign'), tell);
  } catch (error) {
    if (!(error instanceof CeremonyRefusal || error instanceof DeviceRefusal || error instanceof LintError))
      throw error;
    tell(`${program.name}: refused: ${error.message}`);
    return 1;
  }
  tell(HELP.replaceAll('PROGRAM', program.name));
  return argv.includes('--help') ? 0 : 2;
}

async function checkTranscript(path: string, tell: (line: string) => void): Promise<number> {
  const { body, publicKey, complaints } = await verifyTranscript(path);
  for (const complaint of complaints) tell(complaint);
  if (complaints.length === 0)
    tell(`${path} holds: ${body.steps.length} steps of ${body.program} at ${body.at}, key ${publicKey}`);
  return complaints.length === 0 ? 0 : 1;
}

async function hold<O>(
  program: CeremonyProgram<O>,
  path: string,
  sign: boolean,
  tell: (line: string) => void,
): Promise<number> {
  const config = await readConfig(program, path);
  const device = await openDevice(config.keys, sign);
  try {
    const nowMillis = config.at ?? systemClock.nowMillis();
    const operations = config.operations.map((operation) => program.prepare(operation));
    const steps: TranscriptStep[] = [];
    try {
      await runCeremony({ operations, device, nowMillis, sign, tell, record: (step) => steps.push(step) });
    } finally {
      if (steps.length > 0)
        await writeTranscript(config.transcript, { program: program.name, nowMillis, steps }, device);
    }
    return 0;
  } finally {
    await device.close();
  }
}

/** To open a folder without keys would make a master key in it: a dry run, which writes nothing, takes an empty device. */
async function openDevice(directory: string, sign: boolean): Promise<CryptoDevice> {
  const isThere = sign || (await hasFiles(directory));
  return isThere ? openSoftwareDevice({ directory, random: systemRandom }) : memoryDevice(systemRandom);
}

async function hasFiles(directory: string): Promise<boolean> {
  try {
    return (await readdir(directory)).length > 0;
  } catch {
    // Not there, or not readable: no key can be used, and the operation that needs one says so.
    return false;
  }
}

async function readConfig<O>(program: CeremonyProgram<O>, path: string) {
  const schema = z.strictObject({
    at: z.int().optional(),
    keys: z.string(),
    transcript: z.string(),
    operations: z.array(program.operation).min(1),
  });
  const parsed = schema.safeParse(await readJson(path));
  if (!parsed.success) throw new CeremonyRefusal(`${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new CeremonyRefusal(`${path} cannot be read as JSON`, { cause: error });
  }
}
