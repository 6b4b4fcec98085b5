import { readFileSync, writeFileSync } from 'node:fs';
import { REDIS_RIGHTS } from '#queue/redis-user.js';
import { composeFile } from './compose-file.js';
import { DOMAIN_ROLES, plannedInstances } from './role-table.js';

const PATH = 'docker/compose.yaml';

describe('the compose file', () => {
  it('is what the role table says (write it anew with UPDATE_COMPOSE=1)', () => {
    if (process.env['UPDATE_COMPOSE'] === '1') writeFileSync(PATH, composeFile());
    expect(readFileSync(PATH, 'utf8')).toBe(composeFile());
  });

  it('gives the offline programs no network', () => {
    for (const program of ['root-ca', 'trcla']) {
      const service = composeFile()
        .split(`\n  ${program}:\n`)[1]
        ?.split(/\n {2}\S|\n\S/)[0];
      expect(service).toContain('network_mode: none');
      expect(service).not.toContain('networks:');
    }
  });

  /** The words of one service. */
  const serviceOf = (name: string): string =>
    composeFile()
      .split(`\n  ${name}:\n`)[1]
      ?.split(/\n {2}\S|\n\S/)[0] ?? '';

  it.each(['a-pra', 'b-pra', 'a-ara', 'b-ara'])('lets %s have workers that nobody calls', (name) => {
    const worker = serviceOf(`${name}-worker`);
    expect(worker).toContain('/etc/chrysalis/worker.json');
    expect(worker).toContain(`./instances/${name}:/etc/chrysalis`);
    expect(worker).not.toMatch(/- road$|- line-[ab]-ma-|expose/m);
    const own = (service: string): string[] => service.match(/^ {6}- (db|queue|line)-.*$/gm) ?? [];
    expect(own(serviceOf(name))).toEqual(expect.arrayContaining(own(worker)));
    expect(own(worker).length).toBeGreaterThanOrEqual(3);
  });

  it('has a Redis that reaches every instance by a network of its own, and by no other', () => {
    const queues = plannedInstances().map(({ instance }) => `      - queue-${instance}`);
    expect(
      serviceOf('redis')
        .match(/^ {6}- [a-z].*-.*$/gm)
        ?.filter((line) => !line.includes(':')),
    ).toEqual(queues);
    for (const queue of queues) expect(composeFile()).toContain(`${queue.trim().slice(2)}: { internal: true }`);
    for (const { instance } of plannedInstances()) {
      expect(serviceOf(instance)).toContain(`- queue-${instance}\n`);
      expect(serviceOf(instance).match(/- queue-/g)).toHaveLength(1);
    }
  });

  it('is told with the rights that a login of an instance has', () => {
    expect(readFileSync('docs/operations/separate.md', 'utf8')).toContain(`:* ${REDIS_RIGHTS.join(' ')}\n`);
  });

  it('puts two authorities on one line network only where the table has a line', () => {
    const lines = composeFile().match(/^ {2}line-[a-z0-9-]+(?=:)/gm) ?? [];
    const expected = DOMAIN_ROLES.reduce((sum, { calls }) => sum + calls.length, 0) * 2 + 1;
    expect(lines).toHaveLength(expected);
  });
});

describe('the role table', () => {
  it('names every instance, host name and LA identifier once', () => {
    const all = plannedInstances();
    expect(all).toHaveLength(23);
    expect(new Set(all.map(({ hostname }) => hostname)).size).toBe(23);
    const laIds = all.flatMap(({ laId }) => laId ?? []);
    expect(new Set(laIds).size).toBe(4);
  });

  it('lets nobody call an authority that starts later, but the PRA its MA', () => {
    const late = DOMAIN_ROLES.flatMap((row, index) =>
      row.calls
        .filter((name) => DOMAIN_ROLES.findIndex((other) => other.name === name) > index)
        .map((name) => `${row.name}→${name}`),
    );
    expect(late).toEqual(['pra→ma']);
  });
});
