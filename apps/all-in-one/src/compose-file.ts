/**
 * The compose file of the separate shape, from the role table: one container an authority, one network a line, one
 * database an instance; workers of their own and a Redis where they are asked for. `docker/compose.yaml` is this text; a
 * test compares them.
 */
import { plannedInstances, type PlannedInstance } from './role-table.js';

const PORT = 8080;
/** Roles that devices speak to. */
const DEVICE_ROLES = new Set(['tcmf', 'eca', 'pra', 'ara', 'cra']);

/** Roles whose work can be done beside their door, by more programs of the same instance (`work` in their settings). */
const WORKING_ROLES = new Set(['pra', 'ara']);

const lineNetwork = (caller: PlannedInstance, callee: string): string => `line-${caller.instance}-${callee}`;
const databaseService = (instance: string): string => `db-${instance}`;
const queueNetwork = (instance: string): string => `queue-${instance}`;

/** What the work of an instance needs: its own database's network, its queue's, the lists', and those of the lines on which it calls. */
function workNetworksOf(instance: PlannedInstance): string[] {
  const outgoing = instance.calls.map((callee) => lineNetwork(instance, callee));
  return [databaseService(instance.instance), queueNetwork(instance.instance), 'lists', ...outgoing];
}

/** The same, the devices', and one for each line on which it is called. */
function networksOf(instance: PlannedInstance, all: readonly PlannedInstance[]): string[] {
  const incoming = all
    .filter(({ domain, calls }) => domain === instance.domain && calls.includes(instance.name))
    .map((caller) => lineNetwork(caller, instance.name));
  const between = instance.app === 'ma' ? ['line-ma-ma'] : [];
  const road = DEVICE_ROLES.has(instance.app) ? ['road'] : [];
  return [...workNetworksOf(instance), ...road, ...incoming, ...between];
}

const list = (items: readonly string[], indent: string): string => items.map((item) => `${indent}- ${item}\n`).join('');

function authorityService(instance: PlannedInstance, all: readonly PlannedInstance[]): string {
  const name = instance.instance;
  return `  ${name}:
    <<: *authority
    command: ['apps/${instance.app}/src/main.js', '--config', '/etc/chrysalis/config.json']
    depends_on: [${databaseService(name)}]
    networks:
${list(networksOf(instance, all), '      ')}    expose: ['${PORT}']
    volumes:
      - ./instances/${name}:/etc/chrysalis
`;
}

/** More workers of an instance, any number of them: its keys, tables and queue, and no door. */
function workerService(instance: PlannedInstance): string {
  const name = instance.instance;
  return `  ${name}-worker:
    <<: *authority
    profiles: [workers]
    command: ['apps/${instance.app}/src/main.js', '--config', '/etc/chrysalis/worker.json']
    depends_on: [${databaseService(name)}]
    networks:
${list(workNetworksOf(instance), '      ')}    volumes:
      - ./instances/${name}:/etc/chrysalis
`;
}

/** One Redis, a user and a key prefix an instance; it stands on every queue's network and joins none of them. */
function redisService(all: readonly PlannedInstance[]): string {
  return `  redis:
    image: redis:7
    restart: unless-stopped
    profiles: [redis]
    command: ['redis-server', '--aclfile', '/etc/redis/users.acl', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction']
    networks:
${list(
  all.map(({ instance }) => queueNetwork(instance)),
  '      ',
)}    volumes:
      - redis:/data
      - ./redis/users.acl:/etc/redis/users.acl:ro
`;
}

function databaseOf({ instance }: PlannedInstance): string {
  return `  ${databaseService(instance)}:
    <<: *database
    networks: [${databaseService(instance)}]
    volumes:
      - ${databaseService(instance)}:/var/lib/postgresql
      - ./instances/${instance}/database-password:/run/secrets/database-password:ro
`;
}

/** Offline programs: no network at all, started by hand for a ceremony. */
function offlineService(program: string): string {
  return `  ${program}:
    image: chrysalis
    build: { context: .., dockerfile: docker/Dockerfile }
    profiles: [ceremony]
    network_mode: none
    read_only: true
    cap_drop: [ALL]
    command: ['apps/${program}/src/main.js', '--config', '/ceremony/config.json']
    volumes:
      - ./ceremony/${program}:/ceremony
      - ./exchange:/exchange
`;
}

export function composeFile(): string {
  const all = plannedInstances();
  const networks = [...new Set(all.flatMap((instance) => networksOf(instance, all)))].sort();
  const isOpen = (network: string): boolean => network === 'road' || network === 'lists';
  return `# Made from apps/all-in-one/src/role-table.ts; do not edit. A test compares the two.
# One container an authority, one network a line, one database an instance. See docs/operations/separate.md.
x-authority: &authority
  image: chrysalis
  build: { context: .., dockerfile: docker/Dockerfile }
  restart: unless-stopped
  read_only: true
  cap_drop: [ALL]
  security_opt: ['no-new-privileges:true']
  tmpfs: [/tmp]
x-database: &database
  image: postgres:18
  restart: unless-stopped
  environment:
    POSTGRES_PASSWORD_FILE: /run/secrets/database-password
services:
${all.map((instance) => authorityService(instance, all)).join('')}${all
    .filter(({ app }) => WORKING_ROLES.has(app))
    .map(workerService)
    .join(
      '',
    )}${all.map(databaseOf).join('')}${redisService(all)}${['root-ca', 'trcla'].map(offlineService).join('')}networks:
${networks.map((network) => `  ${network}: ${isOpen(network) ? '{}' : '{ internal: true }'}\n`).join('')}volumes:
${all.map(({ instance }) => `  ${databaseService(instance)}: {}\n`).join('')}  redis: {}
`;
}
