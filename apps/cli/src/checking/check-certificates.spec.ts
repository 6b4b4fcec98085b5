import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliContext } from '../cli-context.js';
import { ExitCode } from '../exit-code.js';
import { checkCertificates } from './check-certificates.js';

let root: string;
let said: string[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'chrysalis-cli-'));
  said = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

const context = (): CliContext => ({
  root,
  environment: {},
  progress: (line) => said.push(line),
  result: () => undefined,
  finish: () => undefined,
});
const config = async (content: string): Promise<string> => {
  const path = join(root, 'config.json');
  await writeFile(path, content);
  return path;
};
const check = (path: string, sincePeriod = 7) =>
  checkCertificates({ config: path, sincePeriod, former: [], json: false }, context());

describe('the check of a role’s certificates', () => {
  it.each([['{"role":"pra"}'], ['{}'], ['no JSON']])('refuses the configuration %s', async (content) => {
    expect(await check(await config(content))).toBe(ExitCode.usage);
    expect(said).toEqual([expect.stringContaining('config.json is not the configuration of a role')]);
  });

  it('refuses a configuration that is not there', async () => {
    expect(await check(join(root, 'nothing'))).toBe(ExitCode.usage);
  });

  it.each([
    ['pca', 7],
    ['eca', 0],
    ['aca', 0],
  ])('ends as the program of the %s ends, told what is wanted', async (role, sincePeriod) => {
    const folder = join(root, `dist/apps/${role}/src`);
    await mkdir(folder, { recursive: true });
    await writeFile(
      join(folder, 'main.js'),
      `process.exit(process.argv.includes('--check') && process.argv.includes('${sincePeriod}') ? 41 : 42);`,
    );
    expect(await check(await config(`{"role":"${role}"}`), sincePeriod)).toBe(41);
  });

  it.each(['eca', 'aca'])('refuses a period of the %s, which knows none', async (role) => {
    expect(await check(await config(`{"role":"${role}"}`))).toBe(ExitCode.usage);
    expect(said).toEqual([expect.stringContaining('--since-period is for the certificates of a PCA')]);
  });
});
