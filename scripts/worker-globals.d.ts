/**
 * Scripts and tests run on Node and read a few files of the Worker floor (its configuration, its database). Those
 * files name the platform's bindings; here they are names only, so that Node's own `URL`, `fetch` and timers keep
 * their types.
 */
type DurableObjectNamespace = import('@cloudflare/workers-types').DurableObjectNamespace
type DurableObjectState = import('@cloudflare/workers-types').DurableObjectState
type DurableObjectId = import('@cloudflare/workers-types').DurableObjectId
type DurableObjectStub = import('@cloudflare/workers-types').DurableObjectStub
type SqlStorage = import('@cloudflare/workers-types').SqlStorage
type KVNamespace = import('@cloudflare/workers-types').KVNamespace
type R2Bucket = import('@cloudflare/workers-types').R2Bucket
type Queue<Body = unknown> = import('@cloudflare/workers-types').Queue<Body>
type Message<Body = unknown> = import('@cloudflare/workers-types').Message<Body>
type MessageBatch<Body = unknown> = import('@cloudflare/workers-types').MessageBatch<Body>
type ExecutionContext = import('@cloudflare/workers-types').ExecutionContext
type ScheduledController = import('@cloudflare/workers-types').ScheduledController
type Fetcher = import('@cloudflare/workers-types').Fetcher
