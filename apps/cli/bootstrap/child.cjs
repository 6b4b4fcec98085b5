/** Runs a child process of the bootstrap to its end, and ends it when the bootstrap is told to end. */
'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { NotReady } = require('./not-ready.cjs');

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Resolves with the exit code (or the signal's name) and everything the child wrote. A program that cannot be started
 * resolves with `code` set to the reason, for example ENOENT. Rejects with NotReady when the bootstrap was told to end.
 */
function runChild(command, args, options, noteChild) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => (output += bytes));

    let told;
    const end = (signal) => {
      told = signal;
      child.kill(signal);
    };
    const finish = (code) => {
      for (const signal of SIGNALS) process.removeListener(signal, end);
      if (told === undefined) resolve({ code, output });
      else reject(new NotReady(`stopped by ${told}.`, 128 + constants.signals[told]));
    };
    for (const signal of SIGNALS) process.on(signal, end);
    child.once('error', (error) => finish(error.code));
    child.once('close', (code, signal) => finish(code ?? signal));
    if (child.pid !== undefined) noteChild(child.pid);
  });
}

module.exports = { runChild };
