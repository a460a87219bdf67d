import { type Api, createApi, type OpenPlatform } from './context.ts'
import { RouteNotFound } from './errors.ts'
import { apiBodyLimit } from './middleware/body-limit.ts'
import { cors } from './middleware/cors.ts'
import { ownOriginForChanges } from './middleware/own-origin.ts'
import { limitByAddress, rateLimitHeaders } from './middleware/rate-limit.ts'
import { requestLine } from './middleware/request-line.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { answerError } from './problem.ts'
import { storableBody, storableUrl } from './middleware/storable-body.ts'
import { serveRoutes } from './routes/index.ts'

/** What people and their programs call; webhooks, sandboxes and models have limits of their own. */
const LIMITED = ['/api/*', '/ws/*', '/readyz', '/openapi.json', '/docs', '/docs/*', '/dev/*']

/**
 * The public HTTP face of the Worker: what every request passes, and who answers what. `open` makes the world of one
 * request; `mount` adds what other folders of the edge answer, behind the same middleware.
 */
export function createApp(open: OpenPlatform, mount: (app: Api) => void = () => {}): Api {
  const app = createApi()
  app.onError(answerError)
  app.notFound(() => {
    throw RouteNotFound()
  })
  app.use(requestLine(open))
  app.use(securityHeaders)
  for (const path of ['/api/*', '/openapi.json']) app.use(path, cors)
  for (const path of LIMITED) app.use(path, rateLimitHeaders, limitByAddress)
  for (const path of LIMITED) app.use(path, storableUrl)
  app.use('/api/*', ownOriginForChanges, apiBodyLimit, storableBody)
  mount(app)
  serveRoutes(app)
  return app
}
