import { neon, neonConfig } from '@neondatabase/serverless'
import { drizzle } from 'drizzle-orm/neon-http'
import type { Database } from '#kernel/database'
import { fetchWhole } from '../fetch-whole.ts'
import * as tables from '#schema/tables/index'

const opened = new Map<string, Database>()

/** No statement of the product takes longer; one that hangs must not hold a request, a batch or a cron tick (decision D18). */
const STATEMENT_DEADLINE_MS = 20_000

/**
 * The one driver (decision D21): Neon's HTTP protocol, one statement per round trip. `neonLocal` is the host:port of a local
 * endpoint that speaks it over any Postgres. Holds no connection, so one database object serves a whole isolate.
 */
export function openDatabase(url: string, neonLocal?: string): Database {
  const key = `${url} ${neonLocal ?? ''}`
  const known = opened.get(key)
  if (known) return known
  if (neonLocal) {
    neonConfig.fetchEndpoint = () => `http://${neonLocal}/sql`
    neonConfig.wsProxy = () => `${neonLocal}/v2`
    neonConfig.useSecureWebSocket = false
    neonConfig.pipelineTLS = false
  }
  neonConfig.fetchFunction = (input: string, init: RequestInit) =>
    fetchWhole(input, init, STATEMENT_DEADLINE_MS)
  const database = drizzle({
    client: neon(url),
    schema: tables,
    casing: 'snake_case',
  }) as unknown as Database
  opened.set(key, database)
  return database
}
