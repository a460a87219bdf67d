/** In development these go on to the Worker, as the Pages function does in production (functions/[[path]].ts). */
export const FORWARDED = ['/api', '/webhooks', '/dev/sign-in', '/openapi.json', '/docs', '/healthz', '/readyz']
