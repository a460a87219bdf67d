import type { Env as WorkerEnv } from '../../adapters/env.ts'

declare global {
  namespace Cloudflare {
    /**
     * What `env` of `cloudflare:workers` holds in a test: the bindings of wrangler.toml and the variables of the test
     * suite.
     */
    interface Env extends WorkerEnv {}
    /** Types `exports` of `cloudflare:workers`: the Worker under test and its object classes. */
    interface GlobalProps {
      mainModule: typeof import('../../workers/index.ts')
      durableNamespaces: 'Session' | 'Organization' | 'RateLimiter'
    }
  }
}
