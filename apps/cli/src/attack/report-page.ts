/** The report of the attacks as one HTML page that needs nothing else: no script, no font, no picture from elsewhere. */
import type { AttackResult, RoadAttackResult, TrackingAttackResult } from '#apps/device/src/attacks/run-attacks.js';
import { element, escaped } from './markup.js';
import { roadPicture } from './road-picture.js';
import { trackingPicture } from './tracking-picture.js';

/** What the refusals of the device library mean, for those met here. */
const REASONS: Readonly<Record<string, string>> = {
  'aid-not-permitted': 'the certificate does not name the application under which the message came',
  'content-not-permitted': 'the certificate has no right to what the message claims',
  signature: 'the signature is not over these bytes',
  'issuer-not-listed': 'the issuer of the certificate is on no trust list',
  'too-old': 'the message is older than a second',
  'unknown-certificate': 'the certificate named by its digest has not been heard yet',
};

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:1120px;margin:2rem auto;padding:0 1rem;color:#1f2937}
h1{font-size:1.6rem}h2{margin-top:2.5rem;border-top:1px solid #ddd;padding-top:1rem}
table{border-collapse:collapse}td,th{border:1px solid #ddd;padding:.35rem .6rem;text-align:left;vertical-align:top}
.two{display:flex;gap:1rem;flex-wrap:wrap}.two>figure{flex:1 1 480px;margin:0}figure svg{width:100%;border:1px solid #ddd}
figcaption{font-weight:600}.bad{color:#b91c1c}.good{color:#047857}`;

export function reportPage(results: readonly AttackResult[], facts: { seed: number; node: string }): string {
  const body = [
    element('h1', {}, 'Six attacks on the road, without and with protection · 六种攻击'),
    paragraph(
      'Each attack is driven twice on the same road: once where nothing is signed and everything is believed, and once ' +
        'where every message is signed with a certificate and every receiver judges it as the device library does. In the ' +
        'pictures ▲ is the attacker, ✸ a crash; a dot is half a second, dashed lines are warnings and what came of them.',
    ),
    summaryTable(results),
    ...results.map((result) => (result.kind === 'road' ? roadSection(result) : trackingSection(result))),
    element('h2', {}, 'What this shows and what it does not'),
    paragraph(
      'The certificates are real and were issued in the same process; the road, its drivers and its radio are simulated, ' +
        'and so are the harms. A message that is sent again within a second to somebody who missed it is taken: it is true ' +
        'and fresh. A car with good certificates that lies about itself is no forgery; it is found by the detectors and ' +
        'the misbehaviour authority. A tracker that hears a car without interruption can follow its motion across a change ' +
        'of pseudonym.',
    ),
    paragraph(
      `Seed ${String(facts.seed)}, Node ${facts.node}. Times of a verdict are medians on this machine; a signature is verified once for all who hear it.`,
    ),
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Six attacks</title>
<style>${STYLE}</style></head><body>
${body.join('\n')}
</body></html>
`;
}

const paragraph = (text: string): string => element('p', {}, escaped(text));
const cell = (text: string, kind = ''): string => element('td', kind === '' ? {} : { class: kind }, escaped(text));
const row = (...cells: string[]): string => element('tr', {}, cells.join(''));
const heads = (...texts: string[]): string => row(...texts.map((text) => element('th', {}, escaped(text))));

function summaryTable(results: readonly AttackResult[]): string {
  const rows = results.map((result) =>
    row(
      cell(result.title),
      cell(withoutWords(result), result.worksWithout ? 'bad' : ''),
      cell(withWords(result), result.failsWith ? 'good' : 'bad'),
      cell(refusalWords(result)),
    ),
  );
  return element('table', {}, [heads('attack', 'without', 'with', 'refused as'), ...rows].join(''));
}

export const withoutWords = (result: AttackResult): string =>
  result.kind === 'road' ? (result.harmWithout ?? 'nothing happened') : trackedWords(result.without);

export const withWords = (result: AttackResult): string =>
  result.kind === 'road' ? (result.harmWith ?? 'nothing happened') : trackedWords(result.withProtection);

const trackedWords = ({ cars, linkedByName, right }: TrackingAttackResult['without']): string =>
  `${String(right)} of ${String(cars)} cars found again, ${String(linkedByName)} by a name`;

/** Of the attacker's messages, by those in range; and how fast. */
export function refusalWords(result: AttackResult): string {
  if (result.kind === 'tracking') return 'nothing is refused: there is no name to follow';
  const { refused, refusedAfterSeconds, verdictMicros } = result.withProtection.intruder;
  const counts = Object.entries(refused).map(([reason, count]) => `${reason} ${String(count)}×`);
  const after = refusedAfterSeconds === undefined ? '' : `, the first after ${refusedAfterSeconds.toFixed(1)} s`;
  const took = verdictMicros === undefined ? '' : `, a verdict takes ${verdictMicros.toFixed(0)} µs`;
  return `${counts.join(', ')}${after}${took}`;
}

function roadSection(result: RoadAttackResult): string {
  const { title, story, without, withProtection, refusedAs } = result;
  return [
    element('h2', {}, escaped(title)),
    paragraph(story),
    element(
      'div',
      { class: 'two' },
      figure('Without protection', withoutWords(result), roadPicture(without, `${title}, without protection`)) +
        figure('With protection', withWords(result), roadPicture(withProtection, `${title}, with protection`)),
    ),
    element(
      'table',
      {},
      [
        heads('', 'without', 'with'),
        row(
          cell('messages of the attacker'),
          cell(String(without.intruder.sent)),
          cell(String(withProtection.intruder.sent)),
        ),
        row(
          cell('believed (by all who heard them)'),
          cell(String(without.intruder.accepted)),
          cell(String(withProtection.intruder.accepted)),
        ),
        row(cell('warnings the host showed'), cell(shown(without)), cell(shown(withProtection))),
        row(cell('refused'), cell('–'), cell(refusalWords(result))),
      ].join(''),
    ),
    paragraph(`“${refusedAs}”: ${REASONS[refusedAs] ?? ''}.`),
  ].join('\n');
}

const shown = ({ warnings }: RoadAttackResult['without']): string =>
  Object.entries(warnings)
    .map(([name, { text, firstSeconds }]) => `${name} “${text}” at ${firstSeconds.toFixed(1)} s`)
    .join('; ') || 'none';

const figure = (caption: string, words: string, picture: string): string =>
  element('figure', {}, element('figcaption', {}, escaped(`${caption}: ${words}`)) + picture);

function trackingSection(result: TrackingAttackResult): string {
  const { title, story, without, withProtection } = result;
  return [
    element('h2', {}, escaped(title)),
    paragraph(story),
    paragraph('Red: linked by a name that was the same. Orange: guessed, and right. Grey: guessed, and wrong.'),
    element(
      'div',
      { class: 'two' },
      figure('Without protection', withoutWords(result), trackingPicture(without, `${title}, without protection`)) +
        figure('With protection', withWords(result), trackingPicture(withProtection, `${title}, with protection`)),
    ),
  ].join('\n');
}
