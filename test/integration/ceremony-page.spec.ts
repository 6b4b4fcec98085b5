/** docs/operations/ceremony.md is true to the letter: its configurations are written and its commands are held, in order. */
import { jest } from '@jest/globals';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { add } from '#apps/cli/src/commands/ceremony.command.js';
import { CeremonyTable, CEREMONY_START, DAY_MILLIS } from '../support/ceremony-table.js';

// Passphrases are stretched, and the machine may be busy.
jest.setTimeout(60_000);

type Block = { readonly file: string; readonly json: string } | { readonly commands: string[] };

/** The configurations, by the name that stands last before each, and the commands. */
function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let before = '';
  for (const [n, part] of page.split('```').entries()) {
    const [language, ...lines] = part.split('\n');
    if (n % 2 === 0) before = part;
    else if (language === 'json') {
      const file = [...before.matchAll(/`([\w-]+\.json)`/g)].at(-1)?.[1];
      if (file === undefined) throw new Error(`a configuration without a name: ${part}`);
      blocks.push({ file, json: lines.join('\n') });
    } else blocks.push({ commands: lines.filter((line) => line !== '') });
  }
  return blocks;
}

describe('the page on ceremonies', () => {
  let table: CeremonyTable;
  beforeAll(async () => {
    table = await CeremonyTable.lay();
    await table.request('ica');
    await mkdir(table.at('exchange'));
    await mkdir(table.at('usb'));
    await rename(table.at('ica.request'), table.at('exchange/ica.request.coer'));
  });
  afterAll(() => table.clear());

  /** File names of the page lie on the table; addresses are no files. */
  const placed = (word: string): string =>
    /^(root|trcla|successor|exchange|usb)\/|^[\w-]+\.json$/.test(word) ? table.at(word) : word;
  let held = 0;

  async function write({ file, json }: { file: string; json: string }): Promise<void> {
    const config = JSON.parse(json, (_, value: unknown) => (typeof value === 'string' ? placed(value) : value)) as {
      custodians?: object;
      shareAnew?: object;
    };
    // A day for each ceremony, and little work for a guess: the page has neither, for the defaults are right.
    const quick = (made: object | undefined) => made && { ...made, work: 14 };
    const at = CEREMONY_START + ++held * DAY_MILLIS;
    const changed = { ...config, custodians: quick(config.custodians), shareAnew: quick(config.shareAnew), at };
    await writeFile(table.at(file), JSON.stringify(changed));
  }

  async function type(line: string): Promise<string> {
    const [, program, rest = ''] = /^node dist\/apps\/(root-ca|trcla)\/src\/main\.js (.+)$/.exec(line) ?? [];
    if (program !== undefined) {
      const { code, said } = await table.say(program, rest.split(' ').map(placed));
      return code === 0 ? 'done' : said;
    }
    const [, verify = ''] = /^\.\/chrysalis (ceremony verify .+)$/.exec(line) ?? [];
    const lines: string[] = [];
    let ended = -1;
    const command = new Command().exitOverride();
    const say = (text: string): void => void lines.push(text);
    add(command, { root: '/', environment: {}, progress: say, result: say, finish: (code) => (ended = code) });
    await command.parseAsync(verify.split(' ').map(placed), { from: 'user' });
    return ended === 0 ? 'done' : lines.join('\n');
  }

  it('has configurations and commands that work in the order in which they stand', async () => {
    const outcomes: [string, string][] = [];
    let configurations = 0;
    for (const block of blocksOf(await readFile('docs/operations/ceremony.md', 'utf8'))) {
      if ('file' in block) {
        await write(block);
        configurations++;
      } else for (const line of block.commands) outcomes.push([line, await type(line)]);
    }
    expect(outcomes.map(([line, outcome]) => `${line}: ${outcome}`)).toEqual(outcomes.map(([line]) => `${line}: done`));
    expect([configurations, outcomes.length]).toEqual([9, 13]);
    expect((await readdir(table.at('exchange'))).sort()).toEqual(
      ['ca-crl', 'ica', 'ica.request', 'root', 'succession', 'successor', 'tdcl', 'trcl', 'trcla'].map(
        (name) => `${name}.coer`,
      ),
    );
  });

  it('is found out when a command of it does not work', async () => {
    expect(await type('node dist/apps/root-ca/src/main.js --config gone.json --sign')).toContain('cannot read');
    expect(await type('./chrysalis ceremony verify gone.json')).toContain('cannot read');
  });
});
