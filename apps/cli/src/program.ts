/**
 * The command line as a whole. A command is a file `commands/<name>.command.ts` that exports
 * `add(program, context)`: a new one is found by its name, no list is kept.
 */
import { readdir } from 'node:fs/promises';
import { Command } from 'commander';
import type { CliContext } from './cli-context.js';

interface CommandFile {
  add(program: Command, context: CliContext): void;
}

const introduction = `Chrysalis: a security credential management system (SCMS) for C-V2X
with SM2, SM3 and SM4.
车联网安全信任体系：为车载与路侧设备签发、更新和撤销证书，同时保护车主隐私。

It gives vehicles and roadside units their certificates, keeps their owners
untraceable, and takes the credentials of misbehaving devices away.`;

const afterwards = `
The words of the trade (术语):
  Root CA 根CA · ICA 中间CA · ECA 注册CA (enrolment 注册证书) · PCA 假名证书CA · PRA 假名证书注册机构
  LA 链接值机构 · AAA 认证授权机构 · MA 异常行为管理机构 · CRA 证书撤销机构 (CRL 证书撤销列表)
  TRCL 可信根证书列表 · TDCL 可信域CA证书列表 · OBU 车载单元 · RSU 路侧单元 · pseudonym certificate 假名证书

Try first:
  ./chrysalis start --once             the whole life of a small fleet, then the end (about three minutes)
  ./chrysalis start                    the same, and stays up with its addresses printed
  npm start -- --vehicles 6            through npm: flags stand after "--"

Progress goes to stderr, results to stdout. Exit codes:
  0  done                              1  what was asked for did not succeed
  2  command line not understood       3  packages or sources could not be made ready
  130  ended by Ctrl-C`;

/** The names of the command files beside this one, without their ending; compiled or not. */
async function commandNames(): Promise<string[]> {
  const files = await readdir(new URL('./commands/', import.meta.url));
  const names = files.map((file) => /^(.+\.command)\.(?:js|ts)$/.exec(file)?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}

/** Builds the program with every command; parsing is the caller's, errors come as CommanderError. */
export async function describeProgram(context: CliContext): Promise<Command> {
  const program = new Command('chrysalis')
    .description(introduction)
    .addHelpText('after', afterwards)
    .showHelpAfterError('(chrysalis --help says what there is)')
    .exitOverride();
  for (const name of await commandNames()) {
    const file = (await import(`./commands/${name}.js`)) as CommandFile;
    file.add(program, context);
  }
  return program;
}
