import { maxConnectionsFor } from './connection-budget.js';

describe('the connection budget', () => {
  it.each([0, -1, 1.5, Number.NaN])('refuses %p instances', (instances) => {
    expect(() => maxConnectionsFor(instances)).toThrow(RangeError);
  });

  it.each([-1, 0.5, Number.NaN])('refuses %p connections beyond the default', (beyond) => {
    expect(() => maxConnectionsFor(1, beyond)).toThrow('beyondDefault');
  });

  it('counts the connections that a larger pool takes', () => {
    expect(maxConnectionsFor(1, 6)).toBe(40);
  });

  it('grows with the instances', () => {
    expect([1, 22].map((instances) => maxConnectionsFor(instances))).toEqual([34, 328]);
  });
});
