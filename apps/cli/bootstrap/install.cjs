/**
 * Installs the packages of package-lock.json when they are missing or others.
 *
 * A stamp in node_modules, written last, says which lock file, Node and platform the folder was filled for: an
 * installation that was interrupted has none and is repeated. Install scripts are not run: every package of ours that
 * has one works without it, and the one that matters (the embedded database's library links) is done by its launcher.
 */
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { runChild } = require('./child.cjs');
const { NotReady, sentences } = require('./not-ready.cjs');

const STAMP = 'node_modules/.chrysalis-stamp';
const unreachable = 'the package registry cannot be reached';
const reasons = {
  ...sentences,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ETIMEDOUT: unreachable,
  ENOENT: 'there is no npm on the PATH',
  EUSAGE: 'package.json and package-lock.json do not belong together',
  EINTEGRITY: 'a package is not the one that package-lock.json names',
};

const readIfThere = (file) => {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** What the stamp must say to count: two lines, the machine and the lock file. */
function expectedStamp(root) {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  const machine = `node ${process.version} ${process.platform} ${process.arch}`;
  return { machine, lock: `lock ${createHash('sha256').update(lock).digest('hex')}` };
}

const matches = (entry, key, own) => entry[key] === undefined || entry[key].includes(own);
const runsHere = (entry) =>
  matches(entry, 'os', process.platform) && matches(entry, 'cpu', process.arch) && entry.libc?.[0] !== 'musl';

/**
 * True when npm itself finished filling node_modules from this very lock file (someone ran `npm ci` or `npm install` by
 * hand): npm writes node_modules/.package-lock.json last, and every package in it must still be on the disk.
 */
function wasFilledByNpm(root) {
  const hidden = readIfThere(path.join(root, 'node_modules/.package-lock.json'));
  if (hidden === undefined) return false;
  const there = JSON.parse(hidden).packages;
  const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([place, entry]) => {
    if (place === '') return true;
    if (there[place] === undefined) return entry.optional === true && !runsHere(entry);
    return there[place].version === entry.version && fs.existsSync(path.join(root, place, 'package.json'));
  });
}

/** True when node_modules belongs to the lock file, this Node and this platform. */
function isInstalled(root) {
  const { machine, lock } = expectedStamp(root);
  const stamp = readIfThere(path.join(root, STAMP));
  if (stamp === `${machine}\n${lock}\n`) return true;
  if (stamp !== undefined && !stamp.startsWith(`${machine}\n`)) return false;
  if (!wasFilledByNpm(root)) return false;
  writeStamp(root);
  return true;
}

function writeStamp(root) {
  const { machine, lock } = expectedStamp(root);
  fs.writeFileSync(path.join(root, STAMP), `${machine}\n${lock}\n`);
}

/** The environment without what would change npm's mind: NODE_ENV=production and flags meant for us. */
function npmEnvironment() {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      name !== 'NODE_ENV' &&
      !/^npm_config_(omit|only|production|dev|include|dry_run|once|report|vehicles|weeks|seed|data|json)$/i.test(name),
  );
  return Object.fromEntries(kept);
}

/** The npm that started us (`npm start`), else the one on the PATH. */
function npmCommand() {
  const own = process.env.npm_execpath;
  return own !== undefined && /npm-cli\.c?js$/.test(own) ? [process.execPath, [own]] : ['npm', []];
}

function whyNpmFailed(code, output) {
  const named = /npm (?:error|ERR!) code (\w+)/.exec(output)?.[1] ?? String(code);
  const other = named === String(code) ? `npm ci ended with ${code}` : `npm ci ended with ${named}`;
  return reasons[named] === undefined ? other : `${reasons[named]} (${named})`;
}

/** Fills node_modules; throws NotReady with npm's reason. */
async function installPackages(root, say, noteChild) {
  fs.rmSync(path.join(root, STAMP), { force: true });
  say('installing the packages of package-lock.json …');
  const began = process.hrtime.bigint();
  const [npm, before] = npmCommand();
  const flags = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--prefer-offline'];
  const { code, output } = await runChild(
    npm,
    [...before, ...flags, '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd: root, env: npmEnvironment() },
    noteChild,
  );
  if (code !== 0) {
    const log = path.join(root, '.cache', 'npm-ci.log');
    fs.writeFileSync(log, output);
    throw new NotReady(
      `the packages could not be installed: ${whyNpmFailed(code, output)}; npm's words are in ${log}.`,
    );
  }
  writeStamp(root);
  say(`installed in ${Number((process.hrtime.bigint() - began) / 1_000_000_000n)} s`);
}

module.exports = { installPackages, isInstalled };
