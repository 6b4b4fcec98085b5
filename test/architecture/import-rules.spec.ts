/** The import rules, proved by breaking them: each rule of .dependency-cruiser.cjs fires where a violation is planted. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

interface Cruise {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

const root = process.cwd();
const planted: readonly (readonly [rule: string, file: string])[] = [
  ['coer-imports-nothing', 'libs/coer/src/knows-wire.ts'],
  ['uper-imports-nothing', 'libs/uper/src/knows-coer.ts'],
  ['wire-imports-coer-only', 'libs/wire/src/knows-crypto.ts'],
  ['crypto-imports-noble-only', 'libs/crypto/src/knows-coer.ts'],
  ['crypto-reads-its-engine-only', 'libs/crypto/src/opens-files.ts'],
  ['keys-import-crypto-only', 'libs/keys/src/knows-wire.ts'],
  ['credentials-import-wire-and-crypto-only', 'libs/credentials/src/knows-keys.ts'],
  ['edge-imports-no-role', 'libs/edge/src/knows-detection.ts'],
  ['edges-import-downwards-only', 'libs/edges/pca-pra/knows-detection.ts'],
  ['ceremony-knows-no-line', 'libs/ceremony/src/knows-edge.ts'],
  ['detection-imports-wire-only', 'libs/detection/src/knows-credentials.ts'],
  ['detection-imports-wire-only', 'libs/detection/src/knows-service.ts'],
  ['device-imports-its-side-only', 'libs/device/src/opens-database.ts'],
  ['an-edge-is-for-its-two-roles', 'apps/la/src/overhears.ts'],
  ['an-edge-is-for-its-two-roles', 'apps/all-in-one/src/overhears.ts'],
  ['a-device-stands-on-ee-edges-only', 'apps/device/src/overhears.ts'],
  ['a-device-stands-on-ee-edges-only', 'libs/device/src/overhears.ts'],
  ['libraries-know-no-edge', 'libs/service/src/knows-edge.ts'],
  ['a-role-never-imports-a-role', 'apps/pra/src/knows-pca.ts'],
  ['a-role-never-imports-a-role', 'apps/pra/src/knows-pca-type.ts'],
  ['only-faces-of-roles', 'apps/all-in-one/src/looks-inside.ts'],
  ['only-faces-of-roles', 'apps/cli/src/looks-inside.ts'],
  ['root-ca-has-no-socket', 'apps/root-ca/src/dials.ts'],
  ['root-ca-has-no-socket', 'apps/trcla/src/dials-through-another.ts'],
  ['root-ca-has-no-socket', 'apps/trcla/src/helper.ts'],
  ['the-rim-is-for-apps', 'libs/detection/src/knows-service.ts'],
  ['no-circular', 'libs/wire/src/circle-a.ts'],
  ['no-barrel', 'libs/service/src/through-barrel.ts'],
  ['no-test-code-in-the-product', 'libs/service/src/knows-test.ts'],
  ['no-development-package-in-the-product', 'libs/service/src/needs-linter.ts'],
  ['no-undeclared-package-in-the-product', 'libs/service/src/needs-jest.ts'],
  ['every-import-is-found', 'libs/service/src/leads-nowhere.ts'],
];

/** Runs dependency-cruiser over the planted tree with the rules of the house; `rule <- file` for each violation. */
function violationsInPlantedTree(): Promise<string[]> {
  const script = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const words = [script, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'apps', 'libs'];
  const options = {
    cwd: join(root, 'test/architecture/planted'),
    maxBuffer: 1 << 26,
    env: { PATH: process.env['PATH'] },
  };
  return new Promise((resolve, reject) => {
    // It ends with the number of violations, so its exit code says nothing about whether it worked.
    execFile(process.execPath, words, options, (_error, stdout, stderr) => {
      if (stderr !== '') return reject(new Error(stderr));
      const cruise = JSON.parse(stdout) as Cruise;
      resolve(cruise.summary.violations.map(({ rule, from }) => `${rule.name} <- ${from}`));
    });
  });
}

const require = createRequire(import.meta.url);
const { forbidden } = require('../../.dependency-cruiser.cjs') as {
  readonly forbidden: readonly { readonly name: string; readonly from: unknown }[];
};

describe('the import rules', () => {
  let found: string[];

  beforeAll(async () => {
    found = await violationsInPlantedTree();
  }, 60_000);

  it.each(planted)('%s refuses %s', (rule, file) => {
    expect(found).toContain(`${rule} <- ${file}`);
  });

  it('refuse nothing else: the files that keep the rules pass', () => {
    expect([...new Set(found)].sort()).toEqual(planted.map(([rule, file]) => `${rule} <- ${file}`).sort());
  });

  it('name every library: a new one says first what it may know', () => {
    const named = forbidden.map(({ from }) => JSON.stringify(from)).join();
    expect(readdirSync('libs').filter((library) => !new RegExp(`\\b${library}\\b`).test(named))).toEqual([]);
  });

  it('have a planted violation each', () => {
    expect([...new Set(planted.map(([rule]) => rule))].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });
});
