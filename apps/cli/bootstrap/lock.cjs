/**
 * One process at a time installs or builds in a checkout.
 *
 * The lock is a directory that appears by one rename with its owner's name already inside, so it is never seen without
 * an owner. The owner is its process and, while one runs, its child: an `npm ci` that outlives a killed parent still
 * holds the lock. A process is known by its id and the time it started, because ids come round again.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');

const POLL_MILLIS = 200;

/** When a process started, in the kernel's ticks (proc(5), stat, field 22); undefined where there is no /proc. */
function startOf(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

const nameOf = (pid) => ({ pid, start: startOf(pid) });

function isAlive({ pid, start }) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    if (error.code !== 'EPERM') throw error;
  }
  return start === undefined || startOf(pid) === start;
}

function readOwner(lock) {
  try {
    return JSON.parse(fs.readFileSync(path.join(lock, 'owner.json'), 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function writeOwner(lock, owner) {
  const fresh = path.join(lock, `owner.${process.pid}`);
  fs.writeFileSync(fresh, JSON.stringify(owner));
  fs.renameSync(fresh, path.join(lock, 'owner.json'));
}

/** Puts the lock in place unless there is one. */
function tryTake(lock) {
  const own = fs.mkdtempSync(`${lock}.`);
  writeOwner(own, { holders: [nameOf(process.pid)] });
  try {
    fs.renameSync(own, lock);
    return true;
  } catch (error) {
    fs.rmSync(own, { recursive: true });
    if (error.code === 'ENOTEMPTY' || error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a dead owner's lock away. If another waiter was faster and a living lock was moved, it is put back. */
function removeStale(lock, judged) {
  const aside = `${lock}.stale.${process.pid}`;
  try {
    fs.renameSync(lock, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (JSON.stringify(readOwner(aside)) === JSON.stringify(judged)) fs.rmSync(aside, { recursive: true });
  else fs.renameSync(aside, lock);
}

async function take(lock, say) {
  let told = false;
  while (!tryTake(lock)) {
    const owner = readOwner(lock);
    if (owner === undefined) continue; // given back between the two looks
    const living = owner.holders.find(isAlive);
    if (living === undefined) {
      removeStale(lock, owner);
      continue;
    }
    if (!told) say(`waiting for process ${living.pid}, which installs or builds here …`);
    told = true;
    await sleep(POLL_MILLIS);
  }
}

/**
 * Runs `work` while no other process installs or builds in the checkout `root`.
 *
 * `work` is handed a function that notes the id of a child process: the lock is then held as long as either lives.
 */
async function withLock(root, say, work) {
  const lock = path.join(root, '.cache', 'bootstrap.lock');
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  await take(lock, say);
  const giveBack = () => fs.rmSync(lock, { recursive: true, force: true });
  process.once('exit', giveBack);
  try {
    return await work((pid) => writeOwner(lock, { holders: [nameOf(process.pid), nameOf(pid)] }));
  } finally {
    process.removeListener('exit', giveBack);
    giveBack();
  }
}

module.exports = { withLock };
