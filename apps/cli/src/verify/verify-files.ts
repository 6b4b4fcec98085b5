/** `chrysalis verify`: one file, judged under the certificates, lists and CRLs of others. */
import { explain } from '#credentials/explain/explain.js';
import { crlsIn, materialOf, type GivenFile, type GivenFiles } from '#credentials/explain/material.js';
import { explanationOf, fails, type Explanation } from '#credentials/explain/step.js';
import { certificatesIn, flattened, subjectOf } from '#credentials/explain/subject.js';
import { ccsa, ieee, type Profile } from '#credentials/profile.js';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { inspectBytes, type Decoded, type Inspection } from '../inspect/inspection.js';
import { readFile } from '../inspect/read-file.js';

export interface VerifyOptions {
  readonly trust: readonly string[];
  readonly chain?: readonly string[] | undefined;
  readonly crl?: readonly string[] | undefined;
  /** Unix milliseconds; absent: now, and a message as of when it was signed. */
  readonly at?: number | undefined;
  readonly profile?: Profile['name'] | undefined;
  readonly json?: boolean | undefined;
}

/** Said to the person at the keyboard, without a trace. */
class Unreadable extends Error {}

/** CRLs of a nation are long. */
const LARGEST_MIB = 256;

function bytesOf(file: string): Uint8Array {
  const read = readFile(file, LARGEST_MIB);
  if (read.kind === 'refused') throw new Unreadable(`${file}: ${read.reason}`);
  return read.bytes;
}

/** Resolves to an exit code: 0 valid, 1 not valid, 2 when a file could not be read. */
export function verifyFile(file: string, options: VerifyOptions, context: CliContext, nowMillis: number): number {
  try {
    const inspection = inspectBytes(bytesOf(file), {});
    const profile = profileOf(inspection, options.profile);
    const explanation = explanationOfFile(inspection, filesOf(options), profile, options, nowMillis);
    if (options.json === true) context.result(JSON.stringify({ valid: explanation.valid, steps: explanation.steps }));
    else say(file, inspection, profile, explanation, context);
    return explanation.valid ? ExitCode.done : ExitCode.failed;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    context.progress(`chrysalis: ${error.message}`);
    return ExitCode.usage;
  }
}

const PROFILES: Readonly<Record<Profile['name'], Profile>> = { ccsa, ieee };

function profileOf(inspection: Inspection, wished: Profile['name'] | undefined): Profile {
  if (wished !== undefined) return PROFILES[wished];
  return inspection.kind === 'decoded' ? inspection.profile : ccsa;
}

function explanationOfFile(
  inspection: Inspection,
  files: GivenFiles,
  profile: Profile,
  options: VerifyOptions,
  nowMillis: number,
): Explanation {
  const at = { profile, atMillis: options.at ?? nowMillis, isAtGiven: options.at !== undefined };
  if (inspection.kind === 'undecoded') return explanationOf([fails('structure', inspection.error)]);
  const question = { ...at, isProfileGiven: options.profile !== undefined, ...materialOf(files, at) };
  return explain(subjectOf(inspection.codec, inspection.bytes), question);
}

// ---- the other files ------------------------------------------------------------------------------------------------------

function filesOf({ trust, chain = [], crl = [] }: VerifyOptions): GivenFiles {
  return {
    trust: trust.map((name) => given(name, holdsCertificates, 'holds no certificate that could be trusted')),
    chain: chain.map((name) => given(name, holdsCertificates, 'holds no certificate')),
    crl: crl.map((name) => given(name, (one) => crlsIn(one).length > 0, 'holds no signed CRL')),
  };
}

const holdsCertificates = ({ subject }: GivenFile): boolean =>
  certificatesIn(subject).length > 0 || flattened(subject).some(({ kind }) => kind === 'trcl' || kind === 'tdcl');

function given(name: string, isOfUse: (file: GivenFile) => boolean, otherwise: string): GivenFile {
  const inspection = inspectBytes(bytesOf(name), {});
  if (inspection.kind === 'undecoded') throw new Unreadable(`${name}: ${inspection.error}`);
  const file = { label: name, subject: subjectOf(inspection.codec, inspection.bytes) };
  if (file.subject.kind === 'nothing') throw new Unreadable(`${name}: ${file.subject.why}`);
  if (!isOfUse(file)) throw new Unreadable(`${name}: ${otherwise}; it is ${article(inspection)}`);
  return file;
}

const article = ({ type }: Decoded): string => `${/^[AEIOU]/.test(type) ? 'an' : 'a'} ${type}`;

// ---- words ------------------------------------------------------------------------------------------------------------------

const NAME_WIDTH = 13;

function say(
  file: string,
  inspection: Inspection,
  profile: Profile,
  explanation: Explanation,
  context: CliContext,
): void {
  const wrong = explanation.steps.filter(({ ok }) => !ok).map(({ step }) => step);
  context.result(`${file}: ${inspection.type}, ${profile.name}, ${inspection.bytes.length} bytes`);
  for (const { step, ok, why } of explanation.steps) {
    context.result(`${ok ? '✓' : '✗'} ${step.padEnd(NAME_WIDTH)}${why}`);
  }
  context.result(explanation.valid ? 'valid' : `not valid: ${wrong.join(', ')}`);
}
