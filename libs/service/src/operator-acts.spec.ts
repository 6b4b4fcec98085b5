import { readWords, usage } from './operator-acts.js';

const words = (...argv: string[]) => readWords('pca', argv);

describe('what an operator says to a role', () => {
  it.each([
    [[]],
    [['--renew', 'x']],
    [['--config', 'c', '--renew', 'x', '--install', 'y']],
    [['--config', 'c', '--from', '2026-12-01T00:00:00Z']],
    [['--config', 'c', '--renew', 'x', '--from', '2026-12-01T00:00:00Z']],
  ])('is refused with the usage: %j', (argv) => {
    expect(() => words(...argv)).toThrow('usage: pca');
  });

  it.each([[['--config']], [['--config', 'c', '--restart']], [['--config', 'c', 'more']]])('is refused: %j', (argv) => {
    expect(() => words(...argv)).toThrow();
  });

  it('is refused with a moment that is none', () => {
    expect(() => words('--config', 'c', '--install', 'y', '--from', 'soon')).toThrow('--from soon');
  });

  it('is to run, to renew, to install at once or from a moment on, or to help', () => {
    expect(words('--config', 'c')).toEqual({ kind: 'run', config: 'c' });
    expect(words('--config', 'c', '--renew', 'x')).toEqual({ kind: 'renew', config: 'c', out: 'x' });
    const install = { kind: 'install', config: 'c', file: 'y' };
    expect(words('--config', 'c', '--install', 'y')).toEqual({ ...install, signsFromMillis: 0 });
    expect(words('--config', 'c', '--install', 'y', '--from', '2026-12-01T00:00:00Z')).toEqual({
      ...install,
      signsFromMillis: Date.UTC(2026, 11, 1),
    });
    expect(words('--help')).toEqual({ kind: 'help' });
    expect(usage('la')).toContain('usage: la --config FILE');
  });
});
