import type { CliContext } from '../cli-context.js';
import { prepareToMeasure } from './prepare.js';

describe('the preparation to measure', () => {
  const prepare = (environment: CliContext['environment'], core?: number) => {
    const said: string[] = [];
    const ended: number[] = [];
    const context: CliContext = {
      root: '/nowhere/',
      environment,
      progress: (line) => said.push(line),
      result: () => undefined,
      finish: (code) => ended.push(code),
    };
    return { prepared: prepareToMeasure(context, core), said, ended };
  };

  it('refuses the reference: it would be measured in the place of the engine', () => {
    const { prepared, ended, said } = prepare({ ENGINE: 'reference' });
    expect([prepared, ended]).toEqual([undefined, [2]]);
    expect(said.join()).toContain('ENGINE=reference');
  });

  it('refuses a core that there is not', () => {
    const { prepared, ended, said } = prepare({}, 99_999);
    expect([prepared, ended]).toEqual([undefined, [1]]);
    expect(said).toEqual(['chrysalis: this process cannot be kept on core 99999']);
  });

  it('says where it stays, and lets go again', () => {
    const { prepared, ended, said } = prepare({ ENGINE: 'wasm' });
    expect(ended).toEqual([]);
    expect(said.join()).toMatch(/^on (core \d+|any core: there is no taskset)$/);
    prepared?.release();
  });
});
