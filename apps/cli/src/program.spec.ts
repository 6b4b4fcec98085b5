import { jest } from '@jest/globals';
import type { CliContext } from './cli-context.js';
import { describeProgram } from './program.js';

const context: CliContext = {
  root: '/nowhere/',
  environment: {},
  progress: () => undefined,
  result: () => undefined,
  finish: () => undefined,
};

describe('the command line', () => {
  it.each([
    [['start', '--vehicles', '0']],
    [['start', '--vehicles', 'many']],
    [['start', '--weeks', '1.5']],
    [['start', '--seed', '-1']],
    [['start', '--sometimes']],
    [['start', 'stray']],
    [['begin']],
  ])('refuses %j', async (words) => {
    const said = jest.fn();
    const program = await describeProgram(context);
    for (const command of [program, ...program.commands]) command.configureOutput({ writeErr: said });
    await expect(program.parseAsync(words, { from: 'user' })).rejects.toThrow(expect.objectContaining({ exitCode: 1 }));
    expect(said).toHaveBeenCalled();
  });

  it('finds every command by its file', async () => {
    const names = (await describeProgram(context)).commands.map((command) => command.name());
    expect(names).toEqual(expect.arrayContaining(['build', 'check', 'start', 'test']));
  });

  it('says what its exit codes and the Chinese terms are', async () => {
    let help = '';
    const program = await describeProgram(context);
    program.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain('假名证书');
    expect(help).toContain('Exit codes');
  });
});
