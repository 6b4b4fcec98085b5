import { jest } from '@jest/globals';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromHex, hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm2Verify } from '#crypto/sm2.js';
import { makeCustody, NewCustody, openCustody, type Custody, type OpenCustody, type PresentShare } from './custody.js';
import { askedPassphrases, noPassphrases, readPassphrases, type Passphrases } from './passphrases.js';
import { openShare, ShareFile } from './share-file.js';

// Passphrases are stretched, and the machine may be busy.
jest.setTimeout(60_000);

const NAMES = ['Board', 'Security', 'Operations'];
const passphraseOf = (name: string): string => `the words of ${name}`;
const known: Passphrases = {
  toOpen: (name) => Promise.resolve(passphraseOf(name)),
  toSeal: (name) => Promise.resolve(passphraseOf(name)),
};

describe('custodians of a key', () => {
  let folder: string;
  let made: OpenCustody;
  const at = (name: string): string => join(folder, name);
  const share = (name: string): PresentShare => ({ share: at(`${name}.share`) });
  const wanted = (names: readonly string[], threshold: number, suffix = ''): NewCustody => ({
    ...{ threshold, work: 14 },
    custodians: names.map((name) => ({ name, share: at(`${name}${suffix}.share`) })),
  });
  const make = (names: readonly string[], threshold: number, suffix?: string, before?: Custody): Promise<OpenCustody> =>
    makeCustody(wanted(names, threshold, suffix), { random: systemRandom, passphrases: known, before });
  const open = (shares: PresentShare[], custody = made.custody, passphrases = known): Promise<OpenCustody> =>
    openCustody(custody, shares, passphrases);
  const change = async (name: string, changes: Partial<ShareFile>): Promise<PresentShare> => {
    const file = ShareFile.parse(JSON.parse(await readFile(share(name).share, 'utf8')));
    await writeFile(at('changed.share'), JSON.stringify({ ...file, ...changes }));
    return { share: at('changed.share') };
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'chrysalis-custody-'));
    made = await make(NAMES, 2);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([[['Board', 'Security']], [['Operations', 'Board']], [['Board', 'Security', 'Operations']]])(
    'open it when two of three are there: %s',
    async (names) => {
      const opened = await open(names.map(share));
      expect(hex(opened.masterKey)).toBe(hex(made.masterKey));
      expect(opened.present.map(({ name }) => name)).toEqual(names);
      const [id, message] = [Uint8Array.of(1), Uint8Array.of(2)];
      for (const { publicKey, sign } of opened.present)
        expect(sm2Verify(fromHex(publicKey), id, message, sign(id, message))).toBe(true);
    },
  );

  it('TL5 do not open it alone', async () => {
    await expect(open([share('Security')])).rejects.toThrow('2 of 3 custodians are needed, and here are Security');
    await expect(open([])).rejects.toThrow('and here is nobody');
  });

  it('are refused with the same share twice, also from a copy', async () => {
    await writeFile(at('copy.share'), await readFile(share('Security').share));
    await expect(open([share('Security'), { share: at('copy.share') }])).rejects.toThrow(
      'the share of Security is given twice',
    );
  });

  it('are refused by name with another passphrase, and with any part of the file changed', async () => {
    const forgetful: Passphrases = {
      ...known,
      toOpen: (name) => Promise.resolve(name === 'Security' ? 'what was it' : passphraseOf(name)),
    };
    await expect(open([share('Board'), share('Security')], made.custody, forgetful)).rejects.toThrow(
      /^the share of Security in .* does not open/,
    );
    const text = JSON.parse(await readFile(share('Security').share, 'utf8')) as ShareFile;
    const bent = text.sealed.replace(/^../, (byte) => (byte === '00' ? '01' : '00'));
    const parts: Partial<ShareFile>[] = [{ sealed: bent }, { salt: '0'.repeat(32) }, { work: 15 }];
    for (const part of parts)
      await expect(open([share('Board'), await change('Security', part)])).rejects.toThrow(
        /^the share of Security in .* does not open/,
      );
    // Under another name the passphrase of that name is asked for; with Security's own it does not open either.
    const renamed = ShareFile.parse({ ...text, custodian: 'Board', number: 1 });
    expect([
      await openShare(renamed, passphraseOf('Security')),
      await openShare(text, passphraseOf('Security')),
    ]).toEqual([undefined, expect.objectContaining({ value: expect.any(Uint8Array) as Uint8Array })]);
  });

  it('are refused by name with a share of another key, of an earlier sharing, and of who is no custodian', async () => {
    await make(NAMES, 2, '-other');
    const foreign = { share: at('Security-other.share') };
    await expect(open([share('Board'), foreign])).rejects.toThrow(/^the share of Security in .* is of another key/);
    const anew = await make(['Board', 'Operations', 'Audit'], 2, '-anew', made.custody);
    await expect(open([share('Board'), share('Operations')], anew.custody)).rejects.toThrow(
      /^the share of Board in .* is of sharing 1, and the key has been shared anew: now it is 2/,
    );
    expect(
      hex((await open([{ share: at('Audit-anew.share') }, { share: at('Board-anew.share') }], anew.custody)).masterKey),
    ).toBe(hex(anew.masterKey));
    expect(hex(anew.masterKey)).not.toBe(hex(made.masterKey));
    const stranger = await change('Security', { custodian: 'Stranger' });
    await expect(open([share('Board'), stranger])).rejects.toThrow(/^Stranger, of .*, is no custodian of this key/);
  });

  it('are refused by name with a share that opens and is not the one that was made', async () => {
    const custodians = made.custody.custodians.map((one) =>
      one.name === 'Security' ? { ...one, commitment: '0'.repeat(64) } : one,
    );
    await expect(open([share('Board'), share('Security')], { ...made.custody, custodians })).rejects.toThrow(
      /^the share of Security in .* is not the one that was made for Security/,
    );
  });

  it('are refused what is no share', async () => {
    await writeFile(at('odd.share'), '{}');
    await expect(open([{ share: at('odd.share') }])).rejects.toThrow('is no share');
    await expect(open([{ share: at('gone.share') }])).rejects.toThrow('cannot read');
  });

  it('never lose a share to a new one in its place', async () => {
    const before = await readFile(share('Board').share, 'utf8');
    await expect(make(['Board'], 1)).rejects.toThrow('cannot write');
    expect(await readFile(share('Board').share, 'utf8')).toBe(before);
  });

  it('keep secrets out of what is public and out of the readable part of a file', async () => {
    const opened = ShareFile.parse(JSON.parse(await readFile(share('Board').share, 'utf8')));
    const secrets = await openShare(opened, passphraseOf('Board'));
    const texts = [JSON.stringify(made.custody), await readFile(share('Board').share, 'utf8')].join();
    for (const secret of [made.masterKey, secrets?.value, secrets?.privateKey])
      expect(texts).not.toContain(hex(secret as Uint8Array));
  });

  it('may be a machine, whose passphrase lies in a file that nobody else reads', async () => {
    const [file, other] = [at('machine.passphrase'), at('m.share')];
    const custodians = [{ name: 'machine', share: other, passphraseFile: file }];
    const machine = await makeCustody(
      { threshold: 1, work: 14, custodians },
      { random: systemRandom, passphrases: noPassphrases },
    );
    const present = { share: other, passphraseFile: file };
    expect(hex((await open([present], machine.custody, noPassphrases)).masterKey)).toBe(hex(machine.masterKey));
    expect(machine.custody.custodians[0]?.machine).toBe(true);
    await expect(open([{ share: other }], machine.custody)).rejects.toThrow('is a machine: name its passphraseFile');
    await expect(open([{ ...share('Board'), passphraseFile: file }])).rejects.toThrow('Board is a person');
    await chmod(file, 0o640);
    await expect(open([present], machine.custody)).rejects.toThrow('can be read by others');
  });

  it.each([
    [
      'more needed than there are',
      { threshold: 2, custodians: [{ name: 'Board', share: 'a' }] },
      'more custodians than',
    ],
    ['nobody needed', { threshold: 0, custodians: [{ name: 'Board', share: 'a' }] }, 'threshold'],
    [
      'one name twice',
      { threshold: 1, custodians: ['a', 'b'].map((file) => ({ name: 'Board', share: file })) },
      'names a custodian twice',
    ],
    [
      'one file twice',
      { threshold: 1, custodians: ['Board', 'Security'].map((name) => ({ name, share: 'a' })) },
      'two shares into one file',
    ],
    ['a name that a terminal would obey', { threshold: 1, custodians: [{ name: '\u001b[2J', share: 'a' }] }, 'no name'],
    ['too little work', { threshold: 1, work: 13, custodians: [{ name: 'Board', share: 'a' }] }, 'work'],
  ])('are not made with %s', (_, wrong, named) => {
    expect(JSON.stringify(NewCustody.safeParse(wrong).error?.issues)).toContain(named);
  });
});

describe('passphrases', () => {
  const typing = (...lines: string[]): Passphrases => askedPassphrases(() => Promise.resolve(lines.shift() as string));

  it('are asked for twice when they are new, and must be long and the same', async () => {
    expect(await typing('long enough 1', 'long enough 1').toSeal('Board')).toBe('long enough 1');
    await expect(typing('long enough 1', 'long enough 2').toSeal('Board')).rejects.toThrow(
      'the two passphrases of Board differ',
    );
    await expect(typing('short', 'short').toSeal('Board')).rejects.toThrow('fewer than 12 characters');
    expect(await typing('short').toOpen('Board')).toBe('short');
  });

  it('are refused where there is neither terminal nor descriptor', async () => {
    for (const ask of [noPassphrases.toOpen, noPassphrases.toSeal])
      await expect(ask('Board')).rejects.toThrow('asked for at a terminal, or read with --passphrase-fd');
  });

  it('come from a descriptor, a line each, and are refused by name when there is none left', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chrysalis-lines-'));
    await writeFile(join(folder, 'lines'), 'of Board\nof Security, long enough');
    const descriptor = openSync(join(folder, 'lines'), 'r');
    const passphrases = readPassphrases(descriptor);
    expect([await passphrases.toOpen('Board'), await passphrases.toSeal('Security')]).toEqual([
      'of Board',
      'of Security, long enough',
    ]);
    await expect(passphrases.toOpen('Operations')).rejects.toThrow('has no line for Operations');
    closeSync(descriptor);
    await rm(folder, { recursive: true });
  });

  it('of a descriptor that is not open are refused with a sentence', () => {
    expect(() => readPassphrases(999).toOpen('Board')).toThrow('file descriptor 999 cannot be read');
  });
});
