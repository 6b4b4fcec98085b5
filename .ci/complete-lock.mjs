/**
 * Adds to package-lock.json the platform packages that npm left out.
 *
 * npm drops an optional package from the lock file when the registry at hand does not carry it (a mirror for one
 * platform, say), and then `npm ci` refuses its own lock file as out of date. The entries added here say version and
 * platform only: where the platform does not match, npm skips them without asking anybody.
 *
 * Run after every `npm install`: `npm run lock`. An architecture test says when it was forgotten.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const systems = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openharmony'];
const processors = ['x64', 'arm64', 'arm', 'ia32', 'ppc64', 's390x', 'riscv64', 'loong64'];
const file = fileURLToPath(new URL('../package-lock.json', import.meta.url));

/** The os, cpu and libc that a platform package's name stands for, as npm writes them. */
function platformOf(name) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (os === undefined || cpu === undefined) throw new Error(`${name} names no platform: add it to the lock by hand`);
  const libc = os !== 'linux' ? undefined : words.includes('musl') ? 'musl' : 'glibc';
  return { cpu: [cpu], ...(libc === undefined ? {} : { libc: [libc] }), os: [os] };
}

const lock = JSON.parse(readFileSync(file, 'utf8'));
const added = [];
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    if (lock.packages[path] !== undefined) continue;
    lock.packages[path] = { version, ...(entry.dev ? { dev: true } : {}), optional: true, ...platformOf(name) };
    added.push(`${name}@${version}`);
  }
}

if (added.length > 0) {
  const [root, ...rest] = Object.entries(lock.packages);
  rest.sort(([a], [b]) => a.localeCompare(b, 'en'));
  lock.packages = Object.fromEntries([root, ...rest]);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
}
process.stderr.write(added.length === 0 ? 'package-lock.json is complete\n' : `added ${added.join(' ')}\n`);
