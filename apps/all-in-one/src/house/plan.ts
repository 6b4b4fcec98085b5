/** What a data directory holds: decided once, at the first start, and read at each later one. */
import { join } from 'node:path';
import { z } from 'zod';
import { LinkageAuthorities } from '#service/linkage-authorities.js';
import { DOMAINS, plannedInstances, type PlannedInstance } from '../role-table.js';

export const PLAN_FILE = 'plan.json';

export const Plan = z.strictObject({
  version: z.literal(1),
  domains: z.array(z.enum(DOMAINS)).default([...DOMAINS]),
  /** LAs of each domain. */
  linkageAuthorities: LinkageAuthorities,
  ports: z.record(z.string(), z.int().min(1).max(65535)),
  databasePort: z.int().min(1).max(65535),
  vehicles: z.int().min(2),
  /** Cars of each domain that are revoked: they get no more certificates, and no batch waits for them. */
  revoked: z.strictObject({ a: z.int().min(0), b: z.int().min(0) }),
  operators: z.array(z.string()),
  /** Seconds of the newest TDCL, so that the next is newer. */
  tdclIssuedAtMillis: z.number(),
  /** Which steps of the first start are behind us; a start that was interrupted begins anew. */
  complete: z.boolean(),
});
export type Plan = z.infer<typeof Plan>;

export interface Placed extends PlannedInstance {
  readonly port: number;
  readonly url: string;
  readonly directory: string;
}

/** The instances of a plan with their addresses and folders. */
export function placedInstances(
  plan: Pick<Plan, 'domains' | 'linkageAuthorities' | 'ports'>,
  dataPath: string,
): Placed[] {
  return plannedInstances(plan.domains, plan.linkageAuthorities).map((instance) => {
    const port = plan.ports[instance.instance];
    if (port === undefined) throw new Error(`the plan names no port of ${instance.instance}`);
    return {
      ...instance,
      port,
      url: `http://127.0.0.1:${port}`,
      directory: join(dataPath, 'instances', instance.instance),
    };
  });
}

export const pathsOf = (dataPath: string) => ({
  clock: join(dataPath, 'clock.json'),
  ceremony: join(dataPath, 'ceremony'),
  exchange: join(dataPath, 'exchange'),
  logs: join(dataPath, 'logs'),
  operators: join(dataPath, 'operators'),
  fleet: join(dataPath, 'fleet'),
});
