/** A program for the queue tests: works one queue of an instance; with HANG set a run never ends. */
import { openQueueHost } from '#queue/queue-host.js';

const { INSTANCE = '', BACKEND = '', QUEUE = '', HANG } = process.env;
const host = await openQueueHost({
  instance: INSTANCE,
  backend: JSON.parse(BACKEND) as Parameters<typeof openQueueHost>[0]['backend'],
  log: (event, fields) => console.log(`log ${event} ${JSON.stringify(fields)}`),
  lockMillis: 1000,
  stalledCheckMillis: 300,
});
host.work(QUEUE, async (key) => {
  console.log(`run ${key}`);
  if (HANG !== undefined) await new Promise(() => undefined);
  console.log(`done ${key}`);
});
console.log('ready');
