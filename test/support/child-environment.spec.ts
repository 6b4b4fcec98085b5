import { childEnvironment } from './child-environment.js';

describe('the environment of a program that a test starts', () => {
  const { ENGINE } = process.env;
  afterEach(() => {
    if (ENGINE === undefined) delete process.env['ENGINE'];
    else process.env['ENGINE'] = ENGINE;
  });

  it('has the ENGINE of this run', () => {
    process.env['ENGINE'] = 'reference';
    expect(childEnvironment({ A: 'b' })).toEqual({ PATH: '/usr/bin:/bin', ENGINE: 'reference', A: 'b' });
  });

  it('has no ENGINE when this run has none', () => {
    delete process.env['ENGINE'];
    expect(childEnvironment()).toEqual({ PATH: '/usr/bin:/bin' });
  });
});
