import { z } from 'zod'
import {
  type IntegrationTokens,
  ProviderForbidden,
  type ProviderHttp,
  ProviderUnauthorized,
  ProviderUnavailable,
  tokenContext,
} from '#domain/integrations'
import { describeError } from '#kernel/errors'
import type { Vault } from '#kernel/ports'

/** `GET /connection/{id}?provider_config_key=` of Nango, as far as it is read; Nango refreshes by itself. */
const NangoConnection = z.object({ credentials: z.object({ access_token: z.string().optional(), apiKey: z.string().optional() }) })

export interface TokenSettings {
  vault: Vault
  http: ProviderHttp
  /** Absent where no broker is configured. */
  nango?: { url: string; secretKey: string } | undefined
}

/**
 * Credentials that we keep sealed ourselves, and those that a broker keeps. Only a connection that has none, or none that
 * the broker could renew, counts as refused; what the operator has set up wrongly is an outage and expires nothing.
 */
export function integrationTokens(settings: TokenSettings): IntegrationTokens {
  return {
    async tokenOf(integration) {
      if (integration.provider === 'nango') return nangoToken(settings, integration)
      if (integration.sealedToken === null) throw ProviderUnauthorized({ detail: 'There is no credential' })
      try {
        return await settings.vault.open(integration.sealedToken, tokenContext(integration))
      } catch (error) {
        // Another key than it was sealed with is a mistake of the operator's, and would expire every connection.
        throw ProviderUnavailable({ detail: `The credential cannot be opened: ${describeError(error)}`, cause: error })
      }
    },
  }
}

async function nangoToken(
  { http, nango }: TokenSettings,
  { connectionId, integrationId }: { connectionId: string; integrationId: string },
): Promise<string> {
  if (!nango) throw ProviderUnavailable({ detail: 'No broker is configured' })
  const url = new URL(`/connection/${encodeURIComponent(connectionId)}`, nango.url)
  url.searchParams.set('provider_config_key', integrationId)
  const answer = await http({
    method: 'GET',
    url: url.href,
    headers: { authorization: `Bearer ${nango.secretKey}` },
  }).catch(asOurs)
  const connection = NangoConnection.safeParse(jsonOf(answer.text))
  // The key of another environment knows no connection at all.
  if (answer.status === 404) throw ProviderUnavailable({ detail: 'The broker does not know the connection' })
  const token = connection.data?.credentials.access_token ?? connection.data?.credentials.apiKey
  if (answer.status !== 200 || token === undefined) {
    throw ProviderUnauthorized({ detail: `The broker answered ${answer.status} without a credential` })
  }
  return token
}

/** A broker that refuses us refuses our key: no connection of anybody has expired over that (a4 §4.4). */
function asOurs(error: unknown): never {
  if (!ProviderUnauthorized.is(error) && !ProviderForbidden.is(error)) throw error
  throw ProviderUnavailable({ detail: 'The broker does not accept our key', cause: error })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
