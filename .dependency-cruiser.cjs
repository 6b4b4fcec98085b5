/**
 * Who may import whom. Read a rule's comment, then ask who should know this, before asking how to silence it.
 *
 * Every rule is proved by a planted violation under test/architecture/planted, see import-rules.spec.ts there.
 * Type-only imports count: a type, too, is knowledge.
 */
'use strict';

const SPEC = '\\.(spec|fixture)\\.ts$';
/** Lists are published for everybody, so the line on which they are fetched has no third ear. */
const PUBLIC_EDGE = '^libs/edges/ee-lists/';
const CORE =
  '^(node:)?(assert|buffer|crypto|events|fs|http|https|net|os|path|perf_hooks|process|stream|timers|tls|url|util|worker_threads|zlib)(/|$)';

/** A library imports itself, the libraries named and the other paths named; its specs import what they need. */
const libraryImportsOnly = (name, library, libraries, others, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: `^libs/${library}/`, pathNot: SPEC },
  to: { pathNot: [`^libs/(${[library, ...libraries].join('|')})/`, ...others] },
});

const libraries = [
  libraryImportsOnly('coer-imports-nothing', 'coer', [], [], 'The encoding is arithmetic on bytes: it needs nobody.'),
  libraryImportsOnly('uper-imports-nothing', 'uper', [], [], 'The encoding is arithmetic on bits: it needs nobody.'),
  libraryImportsOnly(
    'wire-imports-coer-only',
    'wire',
    ['coer', 'uper'],
    [],
    'What the standards define is written in codecs alone.',
  ),
  libraryImportsOnly(
    'crypto-imports-noble-only',
    'crypto',
    [],
    ['node_modules/@noble/', '^(node:)?(crypto|fs)$'],
    'Arithmetic and ciphers stand on noble and the random source of node:crypto.',
  ),
  {
    name: 'crypto-reads-its-engine-only',
    comment: 'The one file that libs/crypto opens is the engine it compiles when it is loaded.',
    severity: 'error',
    from: { path: '^libs/crypto/', pathNot: [SPEC, '^libs/crypto/src/engine/instance\\.ts$'] },
    to: { path: '^(node:)?fs(/|$)' },
  },
  libraryImportsOnly(
    'keys-import-crypto-only',
    'keys',
    ['crypto'],
    [CORE],
    'Where private keys live, nothing else is known.',
  ),
  libraryImportsOnly(
    'credentials-import-wire-and-crypto-only',
    'credentials',
    ['wire', 'crypto', 'coer'],
    [],
    'Certificates are judged by their bytes: no input or output, no role.',
  ),
  libraryImportsOnly(
    'edge-imports-no-role',
    'edge',
    ['coer', 'wire', 'crypto', 'keys', 'credentials'],
    [CORE],
    'A line carries bytes for any two roles, so it knows neither.',
  ),
  libraryImportsOnly(
    'edges-import-downwards-only',
    'edges',
    ['coer', 'wire', 'crypto', 'keys', 'credentials', 'edge'],
    [],
    'What two roles say to each other is made of the wire and a line.',
  ),
  libraryImportsOnly(
    'ceremony-knows-no-line',
    'ceremony',
    ['coer', 'wire', 'crypto', 'keys', 'credentials'],
    [CORE, 'node_modules/zod/'],
    'Files in, files out: the offline programs have nobody to talk to.',
  ),
  libraryImportsOnly(
    'detection-imports-wire-only',
    'detection',
    ['coer', 'wire', 'uper'],
    [],
    'Detectors run in a car and in the MA: pure functions over messages.',
  ),
  libraryImportsOnly(
    'device-imports-its-side-only',
    'device',
    ['edges', 'credentials', 'keys', 'crypto', 'wire', 'coer', 'uper', 'edge', 'detection'],
    [CORE, 'node_modules/(asn1js|pkijs|fflate)/'],
    'A device knows its own side of each protocol, and runs without Nest, SQL and Redis.',
  ),
];

const edges = [
  {
    name: 'an-edge-is-for-its-two-roles',
    comment:
      'libs/edges/<a-b> is what a and b say to each other, and for no third ear but the fuzzer, which speaks on none.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/', pathNot: ['^apps/device/', '^apps/cli/src/fuzz/line-bodies\\.ts$'] },
    to: { path: '^libs/edges/', pathNot: ['^libs/edges/($1-[^/-]+|[^/-]+-$1)[/.]', PUBLIC_EDGE] },
  },
  {
    name: 'a-device-stands-on-ee-edges-only',
    comment: 'Between two authorities there is nothing for a device to hear.',
    severity: 'error',
    from: { path: '^(apps|libs)/device/' },
    to: { path: '^libs/edges/', pathNot: '^libs/edges/ee-[^/-]+[/.]' },
  },
  {
    name: 'libraries-know-no-edge',
    comment: 'Edges are for roles and devices; a library that imports one would carry its words to everybody.',
    severity: 'error',
    from: { path: '^libs/', pathNot: '^libs/(edges|device)/' },
    to: { path: '^libs/edges/', pathNot: PUBLIC_EDGE },
  },
];

const roles = [
  {
    name: 'a-role-never-imports-a-role',
    comment: 'Two roles meet on a line, never in an import: what one knows, the other must not.',
    severity: 'error',
    from: { path: '^apps/([^/]+)/', pathNot: '^apps/(all-in-one|cli)/' },
    to: { path: '^apps/', pathNot: '^apps/$1/' },
  },
  {
    name: 'only-faces-of-roles',
    comment:
      'all-in-one and the command line start roles by their face (<role>.authority.ts; ceremony.ts of the two offline programs) and may simulate devices, but see no inside.',
    severity: 'error',
    from: { path: '^apps/(all-in-one|cli)/' },
    to: {
      path: '^apps/',
      pathNot: [
        '^apps/$1/',
        '^apps/[^/]+/src/[^/]+\\.authority\\.ts$',
        '^apps/(root-ca|trcla)/src/ceremony\\.ts$',
        '^apps/device/',
        '^apps/ma/src/bench/accusation\\.ts$',
        '^apps/all-in-one/src/(start|bench/(enrolment|issuance|issuance-report|capacity))\\.ts$',
      ],
    },
  },
  {
    name: 'root-ca-has-no-socket',
    comment: 'The Root CA and the TRCLA are offline: nothing that could open a socket, directly or through others.',
    severity: 'error',
    from: { path: '^apps/(root-ca|trcla)/', pathNot: SPEC },
    to: {
      path: [
        '^(node:)?(net|http|https|http2|dgram|tls|dns|inspector|cluster)(/|$)',
        'node_modules/(@nestjs|pg|typeorm|bullmq|ioredis|express)/',
        '^libs/(service|persistence|queue)/',
      ],
      reachable: true,
    },
  },
  {
    name: 'the-rim-is-for-apps',
    comment: 'Nest, SQL and Redis stay at the rim: only apps import service, persistence and queue.',
    severity: 'error',
    from: { path: '^libs/', pathNot: '^libs/(service|persistence|queue)/' },
    to: { path: '^libs/(service|persistence|queue)/' },
  },
];

const everywhere = [
  {
    name: 'no-circular',
    comment: 'Two files that import each other are one file, or lack a third.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-barrel',
    comment: 'A barrel hides who needs what: import the file itself.',
    severity: 'error',
    from: {},
    to: { path: '(^|/)index\\.ts$', pathNot: 'node_modules' },
  },
  {
    name: 'no-test-code-in-the-product',
    comment: 'Specs and test helpers stay out of what is shipped.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: SPEC },
    to: { path: ['^test/', SPEC] },
  },
  {
    name: 'no-development-package-in-the-product',
    comment: 'What runs in production is in dependencies; the compiler is needed before that.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: [SPEC, '^apps/cli/bootstrap/(compile|engine)\\.cjs$'] },
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
  },
  {
    name: 'no-undeclared-package-in-the-product',
    comment: 'A package that is there only because another needs it may be gone tomorrow.',
    severity: 'error',
    from: { path: '^(apps|libs)/', pathNot: SPEC },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'every-import-is-found',
    comment: 'An import that leads nowhere.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: [...libraries, ...edges, ...roles, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)planted/', '^dist/'] },
    tsPreCompilationDeps: true,
    webpackConfig: { fileName: `${__dirname}/.dependency-cruiser.resolve.cjs` },
  },
};
