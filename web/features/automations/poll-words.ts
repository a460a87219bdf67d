/** What polling ended with, for people; each is given what the service is called. */
const ERRORS: Record<string, (service: string) => string> = {
  'provider.unauthorized': (service) => `${service} no longer accepts this integration’s token. Reconnect it.`,
  'provider.forbidden': (service) => `The token lacks a permission at ${service}. Reconnect it with one that has it.`,
  'provider.rate_limited': (service) => `${service} limits how often it may be asked. Polling goes on later.`,
  'provider.unavailable': (service) => `${service} did not answer as it should. Polling tries again.`,
  'integration.not_active': () => 'The integration is not connected any more. Reconnect it.',
  'integration.not_found': () => 'The integration is not there any more.',
}

/** The last error of polling, which begins with its code: `provider.unauthorized: The service …`. */
export function pollErrorInWords(error: string, service: string): string {
  const [, code = '', told = error] = /^([a-z_]+\.[a-z_]+): (.*)$/s.exec(error) ?? []
  return ERRORS[code]?.(service) ?? told
}
