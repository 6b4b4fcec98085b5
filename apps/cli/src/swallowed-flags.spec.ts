import { Command } from 'commander';
import { takeSwallowedFlags } from './swallowed-flags.js';

const commands = [
  new Command('start').option('--once', '', false).option('--vehicles <n>', '', '20').option('--report <file>'),
];
const npm = (flags: Record<string, string>): Record<string, string> => ({ npm_lifecycle_event: 'start', ...flags });

describe('flags that npm swallowed', () => {
  it.each([
    [
      ['start', '10', 'f.json'],
      npm({ npm_config_vehicles: 'true', npm_config_report: 'true' }),
      '--vehicles … --report …',
    ],
    [['start'], npm({ npm_config_vehicles: 'true', npm_config_once: 'true' }), '--once --vehicles …'],
    [['start', '10', '11'], npm({ npm_config_vehicles: 'true' }), '--vehicles …'],
    [['start', '--once'], npm({ npm_config_vehicles: 'true' }), '--vehicles …'],
  ])('refuses %j with %j and says the right spelling', (words, environment, spelling) => {
    const taken = takeSwallowedFlags(words, environment, commands);
    expect(taken).toMatchObject({ kind: 'refused', sentence: expect.stringContaining(`npm start -- ${spelling}`) });
  });

  it.each([
    [['start'], npm({ npm_config_once: 'true' }), ['start', '--once']],
    [['start'], npm({ npm_config_vehicles: '10' }), ['start', '--vehicles', '10']],
    [
      ['start', '10'],
      npm({ npm_config_vehicles: 'true', npm_config_once: 'true' }),
      ['start', '--vehicles', '10', '--once'],
    ],
    [['start', '--once'], npm({}), ['start', '--once']],
    [['start'], npm({ npm_config_once: '' }), ['start']],
  ])('takes %j with %j', (words, environment, expected) => {
    expect(takeSwallowedFlags(words, environment, commands)).toEqual({ kind: 'taken', words: expected });
  });

  it('leaves the line alone when npm ran another script', () => {
    const environment = { npm_lifecycle_event: 'demo', npm_config_once: 'true' };
    expect(takeSwallowedFlags(['start'], environment, commands)).toEqual({ kind: 'taken', words: ['start'] });
  });
});
