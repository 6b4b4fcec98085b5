/** The queues on Redis, each instance with its own login and prefix. Skipped where REDIS_URL names none. */
import { queueConformance } from '../support/queue-conformance.js';
import { REDIS_URL, redisInstance } from '../support/redis.js';

(REDIS_URL === undefined ? describe.skip : describe)('queues on Redis', () => {
  queueConformance(redisInstance);
});
