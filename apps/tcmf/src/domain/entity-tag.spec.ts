import { entityTag, namesTag } from './entity-tag.js';

const tag = entityTag('ab12');

describe('If-None-Match', () => {
  it.each([undefined, '', '"cd34"', 'ab12', '"ab12', 'W/"cd34"', '"cd34", "ef56"'])(
    '%s does not name the tag',
    (header) => {
      expect(namesTag(header, tag)).toBe(false);
    },
  );

  it.each(['"ab12"', 'W/"ab12"', '*', '"cd34", "ab12"', '"cd34",W/"ab12"'])('%s names the tag', (header) => {
    expect(namesTag(header, tag)).toBe(true);
  });
});
