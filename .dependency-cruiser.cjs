// The architecture, as rules (docs/architecture.md). Lower floors first: a slice may import only slices that stand
// before it. scripts/check/import-law.test.ts breaks every rule on purpose and expects it to be reported by its name.
const SLICES = [
  'identity',
  'secrets',
  'billing',
  'integrations',
  'repositories',
  'llm',
  'sandboxes',
  'agent',
  'actions',
  'sessions',
  'automations',
  'triggers',
  'collaboration',
  'channels',
]

const TEST_FILE = '\\.(test|contract)\\.tsx?$'
const PRODUCTION = '^(workers|durable-objects|domain|adapters|schema|web|cli|sandbox)/'
const production = { pathNot: TEST_FILE }

const never = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: typeof from === 'string' ? { path: from, ...production } : { ...production, ...from },
  to: typeof to === 'string' ? { path: to } : to,
})

const sliceOrder = SLICES.slice(0, -1).map((slice, floor) =>
  never(
    `slice-order:${slice}`,
    'An upward need becomes a port the lower slice declares, or an event in the outbox the upper slice consumes.',
    `^domain/${slice}/`,
    `^domain/(${SLICES.slice(floor + 1).join('|')})/`,
  ),
)

const domain = [
  ...sliceOrder,
  never(
    'slice-has-a-floor',
    'Every folder of domain/ stands in the ordered list above.',
    { path: `^domain/(?!(kernel|${SLICES.join('|')})/)[^/]+/` },
    {},
  ),
  never('kernel-is-the-ground-floor', 'The kernel knows no product noun.', '^domain/kernel/', '^domain/(?!kernel/)'),
  never(
    'one-door-per-slice',
    'Slices meet at index.ts.',
    { path: '^domain/([^/]+)/' },
    {
      path: '^domain/(?!kernel/)[^/]+/',
      pathNot: ['^domain/$1/', '^domain/[^/]+/index\\.ts$'],
    },
  ),
  never(
    'one-door-from-outside',
    'Edges and adapters enter a slice at index.ts.',
    '^(workers|durable-objects|adapters)/',
    '^domain/(?!kernel/)[^/]+/(?!index\\.ts$)',
  ),
  never(
    'domain-is-pure',
    'The product knows nothing above it.',
    '^domain/',
    '^(workers|durable-objects|adapters|web|cli|sandbox|tests|scripts|bench)/',
  ),
  never(
    'domain-knows-no-vendor',
    // Packages that only compute are tools, not vendors: croner steps through cron expressions, re2js matches patterns.
    'A vendor is reached through a port.',
    '^domain/',
    '^cloudflare:|node_modules/(?!(drizzle-orm|zod|croner|re2js)/)',
  ),
  never('domain-knows-no-node', 'The domain runs anywhere.', '^domain/', { dependencyTypes: ['core'] }),
  never(
    'sql-lives-in-stores',
    'All SQL is in *.store.ts, in functions that take the organization.',
    {
      path: '^(domain|workers|durable-objects)/',
      pathNot: ['\\.store\\.ts$', '^domain/kernel/database\\.ts$', TEST_FILE],
    },
    'node_modules/drizzle-orm/|^schema/tables/',
  ),
  never(
    'modules-are-declarative',
    'An integration module describes a provider; it never reaches one.',
    '^domain/integrations/modules/',
    {
      pathNot: [
        '^domain/integrations/(modules/|(ports|contract|errors|module)\\.ts$)',
        '^domain/kernel/',
        '^schema/contracts/',
        'node_modules/zod/',
      ],
    },
  ),
]

const edges = [
  never(
    'webhook-edge-only-receives',
    'Ingestion verifies, stores and answers; whoever needs more works behind the queue.',
    '^workers/webhooks/',
    {
      pathNot: [
        '^workers/(webhooks|http)/',
        '^domain/(triggers|integrations)/index\\.ts$',
        '^domain/kernel/',
        '^adapters/(ingest|env)\\.ts$',
        '^schema/contracts/',
        'node_modules/(hono|zod)/',
      ],
    },
  ),
  never(
    'one-door-to-adapters',
    'Edges get the world from a composition root.',
    '^(workers|durable-objects)/',
    '^adapters/(?!(platform|ingest|env)\\.ts$)',
  ),
  never('objects-do-not-know-http', 'Objects are called by RPC and sockets.', '^durable-objects/', '^workers/'),
  never(
    'edges-know-no-vendor',
    'Edges translate; vendors live in adapters.',
    '^(workers|durable-objects)/',
    'node_modules/(?!(hono|zod|@hono|itty-durable|itty-router|@cloudflare/workers-types)/)',
  ),
  never(
    'edges-know-no-client',
    'Servers and clients share contracts only.',
    '^(workers|durable-objects)/',
    '^(web|cli|sandbox|migrations)/',
  ),
]

const adapters = [
  never(
    'adapters-stay-below-edges',
    'Adapters implement ports; they call nobody above.',
    '^adapters/',
    '^(workers|durable-objects|web|cli|sandbox)/',
  ),
  never(
    'adapters-are-strangers',
    'Only the composition roots know two adapters.',
    { path: '^adapters/([^/]+)/' },
    { path: '^adapters/[^/]+/', pathNot: '^adapters/$1/' },
  ),
]

const language = [
  never(
    'schema-is-a-leaf',
    'The shared language depends on nothing of ours.',
    '^schema/',
    '^(?!schema/|node_modules/(zod|drizzle-orm|@hono/zod-openapi)/)',
  ),
  never(
    'contracts-know-no-table',
    'Contracts and endpoints are bundled into clients.',
    '^schema/(contracts|endpoints)/',
    '^schema/tables/|node_modules/drizzle-orm/',
  ),
]

const clients = [
  never(
    'clients-see-contracts-only',
    'Clients speak the contracts, they do not share code.',
    '^(web|cli|sandbox)/',
    '^(domain|adapters|workers|durable-objects|migrations)/|^schema/(?!(contracts|endpoints)/)',
  ),
  never(
    'clients-are-strangers',
    'Dashboard, command line and daemon ship apart.',
    { path: '^(web|cli|sandbox)/' },
    { path: '^(web|cli|sandbox)/', pathNot: '^$1/' },
  ),
]

const everywhere = [
  never(
    'production-does-not-import-tests',
    'Nothing that ships knows tests, scripts or benchmarks.',
    {
      path: PRODUCTION,
      pathNot: [TEST_FILE, '/vite\\.config\\.ts$'],
    },
    `^(tests|scripts|bench)/|${TEST_FILE}`,
  ),
  {
    name: 'no-circles',
    comment: 'A circle is one module in two files.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'Nobody imports it and it imports nobody.',
    severity: 'error',
    from: {
      orphan: true,
      pathNot: [
        '\\.d\\.ts$',
        '\\.config\\.(ts|js|cjs)$',
        TEST_FILE,
        '^(web|cli|sandbox|tests|scripts|bench)/',
        '^workers/index\\.ts$',
        '^\\.',
      ],
    },
    to: {},
  },
  {
    name: 'everything-resolves',
    comment: 'Each import leads to a file.',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true, pathNot: '^(cloudflare|virtual):' },
  },
]

module.exports = {
  forbidden: [...domain, ...edges, ...adapters, ...language, ...clients, ...everywhere],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: {
      path: '^(dist|migrations|coverage|web/dist|scripts/demo/project)/|^\\.(data|wrangler)/',
    },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'browser'],
      mainFields: ['module', 'main', 'types', 'typings'],
      extensions: ['.ts', '.tsx', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
}
