/** docs/conformance/linter.md, made of the table of rules. */
import { clauseText, type Rule } from './rule.js';
import { certificateRules, crlRules, listRules, spduRules } from './rules.js';

type Row = Omit<Rule<unknown>, 'check' | 'passing' | 'failing'>;

const clean = (text: string): string => text.replaceAll('|', '\\|');

/** What a rule speaks of, where it is not everything. */
function about({ kinds, profiles, needs }: Row): string {
  const needed = { issuer: 'with its issuer or signer', arithmetic: 'keys not judged before' };
  const parts = [kinds?.join(', '), profiles?.join(', '), needs && needed[needs]];
  return parts.filter((part) => part !== undefined).join('; ');
}

function table(rules: readonly Row[]): string[] {
  const rows = rules.map((rule) => {
    const { id, severity, title, clause } = rule;
    return `| \`${id}\` | ${severity} | ${clean(title)} | ${about(rule)} | ${clauseText(clause)} | ${clause.certainty} |`;
  });
  return ['| rule | severity | requirement | only for | clause | certainty |', '|---|---|---|---|---|---|', ...rows];
}

/** The whole page. */
export function linterPage(): string {
  const families: [string, readonly Row[]][] = [
    ['Certificates', certificateRules],
    ['Revocation lists', crlRules],
    ['Trust lists (TRCL, TDCL)', listRules],
    ['Signed messages', spduRules],
  ];
  const all = families.flatMap(([, rules]) => rules);
  const errors = all.filter(({ severity }) => severity === 'error').length;
  return [
    '# The linter',
    '',
    `${all.length} requirements, ${errors} of severity error. One is a file in \`libs/credentials/src/lint/\`, with a subject that`,
    'holds it and one that breaks it alone. Those of certificates, CRLs and trust lists stand before every signature of a CA',
    'here: an error stops it. `./chrysalis lint` applies all of them to files. They judge no signature.',
    '',
    'Certainty is low where the words of the clause are not public to us, or where the requirement is this house’s own and',
    'names its row of the checklist. This page is made of the rules (`UPDATE_LINTER=1` and the spec beside them).',
    ...families.flatMap(([name, rules]) => ['', `## ${name}`, '', ...table(rules)]),
    '',
  ].join('\n');
}
