/** Runs the program of the role whose certificates are to be checked: a role's tables are the role's. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';

export interface CheckOptions {
  readonly config: string;
  /** The first period to look at; of a PCA only. */
  readonly sincePeriod: number;
  /** Files of certificates of the role that have ended. */
  readonly former: readonly string[];
  readonly json: boolean;
}

const CHECKED_ROLES = ['pca', 'eca', 'aca'] as const;

/** The exit code. What the program finds goes to our stdout, its progress to our stderr. */
export async function checkCertificates(options: CheckOptions, context: CliContext): Promise<number> {
  const named = await roleIn(options.config);
  const role = CHECKED_ROLES.find((one) => one === named);
  if (role === undefined) {
    context.progress(
      `chrysalis: ${options.config} is not the configuration of a role whose certificates are checked (${CHECKED_ROLES.join(', ')}).`,
    );
    return ExitCode.usage;
  }
  if (role !== 'pca' && options.sincePeriod > 0) {
    context.progress('chrysalis: --since-period is for the certificates of a PCA; others know no periods.');
    return ExitCode.usage;
  }
  const main = join(context.root, `dist/apps/${role}/src/main.js`);
  return run([main, ...wordsOf(options)], context.environment);
}

/** undefined for a file that cannot be read, or is no configuration. */
async function roleIn(path: string): Promise<unknown> {
  try {
    return (JSON.parse(await readFile(path, 'utf8')) as { role?: unknown }).role;
  } catch {
    // Missing, not readable or not JSON: for whoever typed the name it is one thing, and the sentence names the file.
    return undefined;
  }
}

/** What the role's program is told. */
export function wordsOf({ config, sincePeriod, former, json }: CheckOptions): string[] {
  return [
    '--check',
    '--config',
    resolve(config),
    '--since-period',
    String(sincePeriod),
    ...former.flatMap((file) => ['--former', resolve(file)]),
    ...(json ? ['--json'] : []),
  ];
}

/** An interrupt at the terminal reaches both; ours waits for the program's end. */
function run(words: readonly string[], environment: CliContext['environment']): Promise<number> {
  return new Promise((ended, failed) => {
    const child = spawn(process.execPath, [...words], { env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
    child.once('error', failed);
    child.once('exit', (code) => ended(code ?? ExitCode.interrupted));
  });
}
