import { type Api, createApi, type OpenPlatform } from './context.ts'
import { RouteNotFound } from './errors.ts'
import { apiBodyLimit } from './middleware/body-limit.ts'
import { ownOriginForChanges } from './middleware/own-origin.ts'
import { requestLine } from './middleware/request-line.ts'
import { securityHeaders } from './middleware/security-headers.ts'
import { answerError } from './problem.ts'
import { serveRoutes } from './routes/index.ts'

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
  app.use('/api/*', ownOriginForChanges, apiBodyLimit)
  mount(app)
  serveRoutes(app)
  return app
}
