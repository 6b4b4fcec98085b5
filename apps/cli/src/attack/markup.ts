/** Text into HTML and SVG. */

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** So that text stays text, within elements and within double quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');

/** An element; attributes are escaped, `inside` is markup already. */
export function element(name: string, attributes: Readonly<Record<string, string | number>>, inside = ''): string {
  const list = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(typeof value === 'number' ? shortened(value) : value)}"`)
    .join('');
  return `<${name}${list}>${inside}</${name}>`;
}

/** Coordinates need no more than a tenth. */
const shortened = (value: number): string => String(Math.round(value * 10) / 10);

export const label = (x: number, y: number, text: string, anchor = 'start', fill = '#333'): string =>
  element('text', { x, y, 'text-anchor': anchor, 'font-size': 11, fill }, escaped(text));
