const PACKAGES = ['zod', 'drizzle-orm', 'hono', 'pg', '@hono/zod-openapi']

const MANIFEST = {
  type: 'module',
  imports: {
    '#schema/*': './schema/*.ts',
    '#kernel/*': './domain/kernel/*.ts',
    '#domain/*': './domain/*/index.ts',
    '#adapters/*': './adapters/*.ts',
  },
  dependencies: Object.fromEntries(PACKAGES.map((name) => [name, '1.0.0'])),
}

/** Every kind of room, line by line, with the imports that are meant to be there. */
const ROOMS: Record<string, string[]> = {
  'schema/contracts/runs.ts': ["import { z } from 'zod'", 'export const Run = z'],
  'schema/endpoints/runs.ts': [
    "import { createRoute } from '@hono/zod-openapi'",
    "import { Run } from '#schema/contracts/runs'",
    'export const show = createRoute(Run)',
  ],
  'schema/tables/runs.ts': ["import { sql } from 'drizzle-orm'", 'export const runs = sql'],
  'domain/kernel/clock.ts': ['export const later = 1'],
  'domain/identity/index.ts': ["export { actor } from './actor.ts'"],
  'domain/identity/actor.ts': ["import { later } from '#kernel/clock'", 'export const actor = later'],
  'domain/integrations/index.ts': ["export { github } from './modules/github.ts'"],
  'domain/integrations/modules/github.ts': [
    "import { Run } from '#schema/contracts/runs'",
    "import type { Port } from '../ports.ts'",
    'export const github: Port = Run',
  ],
  'domain/integrations/ports.ts': ["import { later } from '#kernel/clock'", 'export type Port = typeof later'],
  'domain/sessions/index.ts': ["import { actor } from '#domain/identity'", 'export const session = actor'],
  'domain/triggers/index.ts': ["export { receive } from './receive-webhook.ts'"],
  'domain/triggers/receive-webhook.ts': [
    "import { findTrigger } from './triggers.store.ts'",
    'export const receive = findTrigger',
  ],
  'domain/triggers/triggers.store.ts': [
    "import { eq } from 'drizzle-orm'",
    "import { runs } from '#schema/tables/runs'",
    'export const findTrigger = [eq, runs]',
  ],
  'adapters/env.ts': ["import { z } from 'zod'", 'export const Env = z'],
  'adapters/ingest.ts': ["import { receive } from '#domain/triggers'", 'export const ingest = receive'],
  'adapters/platform.ts': [
    "import { neon } from './postgres/neon.ts'",
    "import { local } from './sandboxes/local.ts'",
    'export const openPlatform = [neon, local]',
  ],
  'adapters/postgres/neon.ts': ["import pg from 'pg'", 'export const neon = pg'],
  'adapters/sandboxes/local.ts': ["import { session } from '#domain/sessions'", 'export const local = session'],
  'workers/index.ts': [
    "export { app } from './http/app.ts'",
    "export { hook } from './webhooks/github.ts'",
    "export { Session } from '../durable-objects/session/session.ts'",
  ],
  'workers/http/app.ts': [
    "import { Hono } from 'hono'",
    "import { openPlatform } from '#adapters/platform'",
    "import { show } from '#schema/endpoints/runs'",
    'export const app = [Hono, openPlatform, show]',
  ],
  'workers/webhooks/github.ts': [
    "import { ingest } from '#adapters/ingest'",
    "import { receive } from '#domain/triggers'",
    "import { github } from '#domain/integrations'",
    'export const hook = [ingest, receive, github]',
  ],
  'durable-objects/session/session.ts': [
    "import { DurableObject } from 'cloudflare:workers'",
    "import { session } from '#domain/sessions'",
    'export class Session extends DurableObject { it = session }',
  ],
  'web/main.tsx': ["import { show } from '#schema/endpoints/runs'", 'export const page = <p>{show}</p>'],
  'sandbox/daemon/main.ts': [
    "import { spawn } from 'node:child_process'",
    "import { Run } from '#schema/contracts/runs'",
    'export const daemon = [spawn, Run]',
  ],
  'tests/platform.ts': [
    "import { openPlatform } from '#adapters/platform'",
    'export const testPlatform = openPlatform',
  ],
  'scripts/dev.ts': ["import { testPlatform } from '../tests/platform.ts'", 'export const dev = testPlatform'],
  'domain/sessions/session.test.ts': [
    "import { testPlatform } from '../../tests/platform.ts'",
    'export const proof = testPlatform',
  ],
}

/** Packages as small as the resolver accepts; the fixture installs nothing. */
const INSTALLED = PACKAGES.flatMap((name) => [
  [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
  [`node_modules/${name}/index.js`, 'module.exports = {}'],
])

/** A small lawful house: path → text. */
export const LAWFUL_HOUSE: Record<string, string> = {
  'package.json': JSON.stringify(MANIFEST),
  ...Object.fromEntries(INSTALLED),
  ...Object.fromEntries(Object.entries(ROOMS).map(([path, lines]) => [path, lines.join('\n')])),
}

/** Breaches of the law: the rule's name, the room of the offender, and what it imports there. */
export const BREACHES: { rule: string; in: string; imports: string }[] = [
  { rule: 'slice-has-a-floor', in: 'domain/gadgets/planted.ts', imports: '#kernel/clock' },
  { rule: 'kernel-is-the-ground-floor', in: 'domain/kernel/planted.ts', imports: '#domain/identity' },
  { rule: 'one-door-per-slice', in: 'domain/channels/planted.ts', imports: '../identity/actor.ts' },
  { rule: 'one-door-from-outside', in: 'workers/http/planted.ts', imports: '../../domain/identity/actor.ts' },
  { rule: 'domain-is-pure', in: 'domain/sessions/planted.ts', imports: '#adapters/platform' },
  { rule: 'domain-knows-no-vendor', in: 'domain/sessions/planted.ts', imports: 'pg' },
  { rule: 'domain-knows-no-vendor', in: 'domain/sessions/planted.ts', imports: 'cloudflare:workers' },
  { rule: 'domain-knows-no-node', in: 'domain/sessions/planted.ts', imports: 'node:crypto' },
  { rule: 'sql-lives-in-stores', in: 'domain/sessions/planted.ts', imports: 'drizzle-orm' },
  { rule: 'sql-lives-in-stores', in: 'workers/http/planted.ts', imports: '#schema/tables/runs' },
  { rule: 'modules-are-declarative', in: 'domain/integrations/modules/planted.ts', imports: '#domain/identity' },
  { rule: 'webhook-edge-only-receives', in: 'workers/webhooks/planted.ts', imports: '#adapters/platform' },
  { rule: 'webhook-edge-only-receives', in: 'workers/webhooks/planted.ts', imports: '#domain/sessions' },
  {
    rule: 'one-door-to-adapters',
    in: 'durable-objects/session/planted.ts',
    imports: '../../adapters/postgres/neon.ts',
  },
  { rule: 'objects-do-not-know-http', in: 'durable-objects/session/planted.ts', imports: '../../workers/http/app.ts' },
  { rule: 'edges-know-no-vendor', in: 'workers/http/planted.ts', imports: 'pg' },
  { rule: 'edges-know-no-client', in: 'workers/http/planted.ts', imports: '../../sandbox/daemon/main.ts' },
  { rule: 'adapters-stay-below-edges', in: 'adapters/postgres/planted.ts', imports: '../../workers/http/app.ts' },
  { rule: 'adapters-are-strangers', in: 'adapters/postgres/planted.ts', imports: '../sandboxes/local.ts' },
  { rule: 'schema-is-a-leaf', in: 'schema/contracts/planted.ts', imports: '#kernel/clock' },
  { rule: 'schema-is-a-leaf', in: 'schema/endpoints/planted.ts', imports: 'hono' },
  { rule: 'contracts-know-no-table', in: 'schema/contracts/planted.ts', imports: '#schema/tables/runs' },
  { rule: 'clients-see-contracts-only', in: 'web/planted.tsx', imports: '#schema/tables/runs' },
  { rule: 'clients-see-contracts-only', in: 'sandbox/planted.ts', imports: '#domain/sessions' },
  { rule: 'clients-are-strangers', in: 'web/planted.tsx', imports: '../sandbox/daemon/main.ts' },
  { rule: 'production-does-not-import-tests', in: 'adapters/planted.ts', imports: '../tests/platform.ts' },
  { rule: 'production-does-not-import-tests', in: 'workers/http/planted.ts', imports: '../../scripts/dev.ts' },
  { rule: 'production-does-not-import-tests', in: 'domain/sessions/planted.ts', imports: './session.test.ts' },
  { rule: 'everything-resolves', in: 'workers/http/planted.ts', imports: './nowhere.ts' },
]
