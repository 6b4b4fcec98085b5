/** Rules about the text of the sources that neither types nor the linter hold. Pure: a file in, the rules it breaks out. */

export interface SourceFile {
  /** Path from the top of the checkout, with slashes. */
  readonly path: string;
  readonly text: string;
}

export interface SourceRule {
  readonly name: string;
  /** Which files the rule is about. */
  applies(path: string): boolean;
  isBroken(text: string): boolean;
}

const isTest = (path: string): boolean => /\.(spec|fixture)\.ts$/.test(path) || path.startsWith('test/');
const isProduct = (path: string): boolean => /^(apps|libs)\//.test(path) && !isTest(path);

/** Comments may speak of what code may not do. Only whole lines are dropped: `//` inside a string is not a comment. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** The strings of a text, without what templates compute: SQL stands in strings, `now()` elsewhere is a function of ours. */
function stringsOf(text: string): string {
  const literals = text.match(/'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g) ?? [];
  return literals.map((literal) => literal.replace(/\$\{[^}]*\}/g, '')).join('\n');
}

const sqlClockCall = /\b(now|(statement|clock|transaction)_timestamp|timeofday)\(\)|'now'::/i;
const sqlClockWord = /\b(CURRENT|LOCAL)_?(TIMESTAMP|TIME|DATE)\b/;
const clockColumn = /@(Create|Update|Delete)DateColumn\b/;

const disableComment = /(?:\/\/|\/\*)\s*eslint-disable[^\n]*|(?:\/\/|\/\*)\s*@ts-expect-error[^\n]*/g;

export const sourceRules: readonly SourceRule[] = [
  {
    // TypeORM would change tables behind the migrations' back.
    name: 'synchronize-never',
    applies: (path) => /^(apps|libs|test)\//.test(path),
    isBroken: (text) => /\bsynchronize['"]?\s*:\s*(?!false\b)\S/.test(withoutComments(text)),
  },
  {
    // Due times are columns compared with the clock handed in: the database's own clock knows nothing of it.
    name: 'no-database-clock',
    applies: (path) => isProduct(path) && (path.startsWith('apps/') || path.startsWith('libs/persistence/')),
    isBroken: (text) => {
      const code = withoutComments(text);
      return sqlClockCall.test(stringsOf(code)) || sqlClockWord.test(stringsOf(code)) || clockColumn.test(code);
    },
  },
  {
    name: 'no-date-patching',
    applies: (path) => /^(apps|libs|test)\//.test(path),
    isBroken: (text) =>
      /\bDate\.now\s*=[^=]|\bglobal(This)?\.Date\s*=|useFakeTimers|setSystemTime|spyOn\(\s*Date\b/.test(
        withoutComments(text),
      ),
  },
  {
    // A queue only wakes: what is due later stands in the role's own table.
    name: 'no-queue-timing',
    applies: (path) => isProduct(path) && (path.startsWith('apps/') || path.startsWith('libs/queue/')),
    isBroken: (text) =>
      /\b(repeat|delay|repeatEvery)\s*:|upsertJobScheduler|moveToDelayed|\baddBulkDelayed\b/.test(
        withoutComments(text),
      ),
  },
  {
    name: 'bullmq-in-queue-only',
    applies: (path) => isProduct(path) && !path.startsWith('libs/queue/'),
    isBroken: (text) => /from\s+['"]bullmq['"]/.test(text),
  },
  {
    // "-- " and a reason, in the same comment.
    name: 'a-disable-has-a-reason',
    applies: (path) => /^(apps|libs|test)\//.test(path),
    isBroken: (text) =>
      (text.match(disableComment) ?? []).some((comment) => !/( -- |@ts-expect-error:? )\S.{7,}/.test(comment)),
  },
  {
    name: 'no-type-check-switched-off',
    applies: (path) => /^(apps|libs|test)\//.test(path),
    isBroken: (text) => /@ts-(ignore|nocheck)\b/.test(text),
  },
];

/** `rule: path` for every rule that a file breaks. */
export function brokenRules(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    sourceRules.filter((rule) => rule.applies(path) && rule.isBroken(text)).map(({ name }) => `${name}: ${path}`),
  );
}
