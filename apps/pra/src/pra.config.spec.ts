import { PraSettings } from './pra.config.js';

describe('the settings of a PRA', () => {
  it.each([
    ['no more than the defaults', {}],
    ['bundles six weeks ahead', { downloadAheadHours: 1100 }],
    ['bundles long ahead, made longer ahead', { downloadAheadHours: 5000, aheadWeeks: 40 }],
    ['three years in one request', { maximumWeeks: 160 }],
  ])('allow %s', (_, settings) => {
    expect(PraSettings.safeParse(settings).success).toBe(true);
  });

  it.each([
    ['bundles to be fetched before they are made', { downloadAheadHours: 1200 }, 'aheadWeeks'],
    ['a jitter that is longer than what is made ahead', { aheadWeeks: 2, topUpJitterHours: 144 }, 'aheadWeeks'],
    ['one week ahead', { aheadWeeks: 1 }, '>=2'],
    ['batches of fewer items than devices', { minimumDevices: 500 }, 'maximumItems'],
  ])('refuse %s', (_, settings, why) => {
    const { success, error } = PraSettings.safeParse(settings);
    expect(success).toBe(false);
    expect(error?.message).toContain(why);
  });
});
