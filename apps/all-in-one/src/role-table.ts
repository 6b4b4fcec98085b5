/**
 * Which authorities there are, who speaks to whom, and what each may be called: the one table from which the embedded
 * run, the compose file and its test are made.
 */
import type { AuthorityKind } from '#credentials/authority-certificate.js';
import type { LinkageAuthorities } from '#service/linkage-authorities.js';

export interface RoleRow {
  /** Short name within a domain; `la` runs twice, as la1 and la2. */
  readonly name: string;
  readonly app: 'ica' | 'tcmf' | 'aaa' | 'eca' | 'pra' | 'pca' | 'la' | 'aca' | 'ara' | 'ma' | 'cra';
  readonly kind: AuthorityKind;
  /** Names of the authorities of the same domain that it calls. */
  readonly calls: readonly string[];
  /** 机构, as operators know it. */
  readonly chinese: string;
}

/** The authorities of one domain, in the order in which they can start. */
export const DOMAIN_ROLES: readonly RoleRow[] = [
  { name: 'ica', app: 'ica', kind: 'ica', calls: [], chinese: '中间CA' },
  { name: 'cra', app: 'cra', kind: 'cra', calls: [], chinese: '证书撤销机构' },
  { name: 'aaa', app: 'aaa', kind: 'aaa', calls: [], chinese: '认证授权机构' },
  { name: 'eca', app: 'eca', kind: 'eca', calls: ['aaa'], chinese: '注册CA' },
  { name: 'pca', app: 'pca', kind: 'pca', calls: [], chinese: '假名证书CA' },
  { name: 'la1', app: 'la', kind: 'la', calls: ['pca'], chinese: '链接值机构一' },
  { name: 'la2', app: 'la', kind: 'la', calls: ['pca'], chinese: '链接值机构二' },
  { name: 'aca', app: 'aca', kind: 'aca', calls: [], chinese: '应用证书CA' },
  { name: 'ara', app: 'ara', kind: 'ara', calls: ['aca'], chinese: '应用证书注册机构' },
  {
    name: 'pra',
    app: 'pra',
    kind: 'pra',
    calls: ['la1', 'la2', 'pca', 'ma', 'eca', 'ara'],
    chinese: '假名证书注册机构',
  },
  { name: 'ma', app: 'ma', kind: 'ma', calls: ['pca', 'pra', 'la1', 'la2', 'cra'], chinese: '异常行为管理机构' },
];

/** Stands once, beside the domains. */
export const TCMF_ROLE: RoleRow = {
  name: 'tcmf',
  app: 'tcmf',
  kind: 'tcmf',
  calls: [],
  chinese: '可信证书列表管理机构',
};

export const DOMAINS = ['a', 'b'] as const;
export type Domain = (typeof DOMAINS)[number];

export interface PlannedInstance extends RoleRow {
  /** For example `a-pra`; the TCMF is `tcmf`. */
  readonly instance: string;
  readonly domain: Domain | undefined;
  readonly hostname: string;
  /** Of an LA: different for every LA under the root. */
  readonly laId: number | undefined;
}

const SUFFIX = 'chrysalis.example';

/** The rows of a domain with so many LAs; with one, nobody knows of la2. */
const rowsWith = (linkageAuthorities: LinkageAuthorities): readonly RoleRow[] =>
  linkageAuthorities === 2
    ? DOMAIN_ROLES
    : DOMAIN_ROLES.filter(({ name }) => name !== 'la2').map((row) => ({
        ...row,
        calls: row.calls.filter((name) => name !== 'la2'),
      }));

/** Every instance of a run with these domains, the TCMF first. */
export function plannedInstances(
  domains: readonly Domain[] = DOMAINS,
  linkageAuthorities: LinkageAuthorities = 2,
): PlannedInstance[] {
  const tcmf = { ...TCMF_ROLE, instance: 'tcmf', domain: undefined, hostname: `tcmf.${SUFFIX}`, laId: undefined };
  const rows = rowsWith(linkageAuthorities);
  return [tcmf, ...domains.flatMap((domain, index) => rows.map((row) => planned(row, domain, index)))];
}

function planned(row: RoleRow, domain: Domain, index: number): PlannedInstance {
  const laId = row.kind === 'la' ? index * 2 + Number(row.name.slice(2)) : undefined;
  return { ...row, instance: `${domain}-${row.name}`, domain, hostname: `${row.name}.${domain}.${SUFFIX}`, laId };
}
