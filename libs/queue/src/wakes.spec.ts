import { Wakes } from './wakes.js';

/** Sends that end only when told. */
function controlled() {
  const sent: { key: string; end: () => void; fail: () => void }[] = [];
  const wakes = new Wakes(
    (_, key) => new Promise((end, reject) => void sent.push({ key, end, fail: () => reject(new Error('away')) })),
  );
  return { sent, wakes };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('wakes of one key', () => {
  it('sends the second only after the first arrived, and the third with the second', async () => {
    const { sent, wakes } = controlled();
    const asked = [wakes.ask('q', 'k'), wakes.ask('q', 'k'), wakes.ask('q', 'k')];
    await turn();
    expect(sent).toHaveLength(1);
    sent[0]?.end();
    await turn();
    expect(sent).toHaveLength(2);
    sent[1]?.end();
    await Promise.all(asked);
    expect(sent).toHaveLength(2);
  });

  it('does not hold back another key or queue', async () => {
    const { sent, wakes } = controlled();
    void wakes.ask('q', 'k');
    void wakes.ask('q', 'other');
    void wakes.ask('other', 'k');
    await turn();
    expect(sent.map(({ key }) => key)).toEqual(['k', 'other', 'k']);
  });

  it('tells a failure to who asked for it, and sends the next all the same', async () => {
    const { sent, wakes } = controlled();
    const [first, second] = [wakes.ask('q', 'k'), wakes.ask('q', 'k')];
    sent[0]?.fail();
    await expect(first).rejects.toThrow('away');
    await turn();
    sent[1]?.end();
    await second;
  });

  it('forgets what has arrived', async () => {
    const { sent, wakes } = controlled();
    for (let count = 0; count < 3; count += 1) {
      const asked = wakes.ask('q', 'k');
      sent[count]?.end();
      await asked;
    }
    expect(sent).toHaveLength(3);
  });
});
