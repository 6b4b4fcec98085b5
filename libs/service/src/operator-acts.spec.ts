import { readWords, usage } from './operator-acts.js';

const words = (...argv: string[]) => readWords('pca', argv);

describe('what an operator says to a role', () => {
  it.each([
    [[]],
    [['--renew', 'x']],
    [['--config', 'c', '--renew', 'x', '--install', 'y']],
    [['--config', 'c', '--from', '2026-12-01T00:00:00Z']],
    [['--config', 'c', '--renew', 'x', '--from', '2026-12-01T00:00:00Z']],
    [['--config', 'c', '--keys', '--seal-master']],
    [['--config', 'c', '--keys', '--passphrase-fd', '3']],
    [['--config', 'c', '--back-up', 'x']],
    [['--config', 'c', '--back-up', 'x', '--passphrase-fd', 'three']],
    [['--config', 'c', '--restore', 'x', '--passphrase-fd', '3', '--passphrase-file', 'p']],
  ])('is refused with the usage: %j', (argv) => {
    expect(() => words(...argv)).toThrow('usage: pca');
  });

  it.each([[['--config']], [['--config', 'c', '--restart']], [['--config', 'c', 'more']]])('is refused: %j', (argv) => {
    expect(() => words(...argv)).toThrow();
  });

  it('is refused with a moment that is none', () => {
    expect(() => words('--config', 'c', '--install', 'y', '--from', 'soon')).toThrow('--from soon');
  });

  it('is to run, to renew, to install at once or from a moment on, to look after keys, or to help', () => {
    expect(words('--config', 'c')).toEqual({ kind: 'run', config: 'c' });
    expect(words('--config', 'c', '--renew', 'x')).toEqual({ kind: 'renew', config: 'c', out: 'x' });
    const install = { kind: 'install', config: 'c', file: 'y' };
    expect(words('--config', 'c', '--install', 'y')).toEqual({ ...install, signsFromMillis: 0 });
    expect(words('--config', 'c', '--install', 'y', '--from', '2026-12-01T00:00:00Z')).toEqual({
      ...install,
      signsFromMillis: Date.UTC(2026, 11, 1),
    });
    const passphrase = { kind: 'descriptor', descriptor: 3 };
    expect(words('--config', 'c', '--back-up', 'x', '--passphrase-fd', '3')).toEqual({
      kind: 'back-up',
      config: 'c',
      out: 'x',
      passphrase,
    });
    expect(words('--config', 'c', '--restore', 'x', '--passphrase-file', 'p')).toEqual({
      kind: 'restore',
      config: 'c',
      file: 'x',
      passphrase: { kind: 'file', path: 'p' },
    });
    expect(words('--config', 'c', '--keys')).toEqual({ kind: 'keys', config: 'c' });
    expect(words('--config', 'c', '--seal-master')).toEqual({ kind: 'seal-master', config: 'c' });
    expect(words('--help')).toEqual({ kind: 'help' });
    expect(usage('la')).toContain('usage: la --config FILE');
  });
});
