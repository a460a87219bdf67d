interface Page {
  request: Request
  env: { API: { fetch: (request: Request) => Promise<Response> } }
}

/**
 * The dashboard reaches the API on its own origin, so that cookies are first-party: what public/_routes.json names
 * comes here and goes on to the Worker as it is, WebSocket upgrades included; everything else is a file.
 */
export function onRequest({ request, env }: Page): Promise<Response> {
  return env.API.fetch(request)
}
