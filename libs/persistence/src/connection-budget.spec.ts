import { maxConnectionsFor } from './connection-budget.js';

describe('the connection budget', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses %p instances', (instances) => {
    expect(() => maxConnectionsFor(instances)).toThrow(RangeError);
  });

  it('grows with the instances', () => {
    expect([1, 22].map(maxConnectionsFor)).toEqual([34, 328]);
  });
});
