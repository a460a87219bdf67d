import pg from 'pg'
import { z } from 'zod'

/**
 * The HTTP half of the Neon protocol, as `@neondatabase/serverless` speaks it: one statement, or a list that runs
 * in one transaction; values come back as PostgreSQL's raw text and the driver parses them.
 */

const statement = z.object({ query: z.string(), params: z.array(z.unknown()).default([]) })
const sqlRequest = z.union([z.object({ queries: z.array(statement) }), statement])
const sqlHeaders = z.object({
  'neon-connection-string': z.string(),
  'neon-array-mode': z.string().optional(),
  'neon-batch-isolation-level': z
    .enum(['ReadUncommitted', 'ReadCommitted', 'RepeatableRead', 'Serializable'])
    .optional(),
  'neon-batch-read-only': z.string().optional(),
  'neon-batch-deferrable': z.string().optional(),
})

type Statement = z.infer<typeof statement>
type SqlHeaders = z.infer<typeof sqlHeaders>
type Result = pg.QueryArrayResult<unknown[]>
type Shape = (result: Result) => object
type Answer = { status: number; body: unknown }

const ISOLATION = {
  ReadUncommitted: ' ISOLATION LEVEL READ UNCOMMITTED',
  ReadCommitted: ' ISOLATION LEVEL READ COMMITTED',
  RepeatableRead: ' ISOLATION LEVEL REPEATABLE READ',
  Serializable: ' ISOLATION LEVEL SERIALIZABLE',
}

/** The connection pools by database name. */
export type Pools = { of(database: string): pg.Pool }

/** The text of every value as it came over the wire. */
export const rawText = { getTypeParser: () => (value: string) => value } as pg.CustomTypesConfig

/**
 * Answers one POST /sql. Never throws.
 * 200: the result. 400: the request is malformed, or PostgreSQL refused the statement (its error fields are the
 * body; the driver throws a NeonDbError with them). 503: PostgreSQL cannot be reached or is going down; nothing is
 * known about the statement.
 */
export async function answerSql(pools: Pools, request: { headers: unknown; body: string }): Promise<Answer> {
  try {
    const headers = sqlHeaders.parse(request.headers)
    const body = sqlRequest.parse(JSON.parse(request.body))
    const pool = pools.of(databaseOf(headers))
    const shape: Shape = headers['neon-array-mode'] === 'true' ? asArrays : asObjects
    if (!('queries' in body)) return { status: 200, body: shape(await runStatement(pool, body)) }
    const results = await runBatch(pool, body.queries, begin(headers))
    return { status: 200, body: { results: results.map(shape) } }
  } catch (error) {
    return asAnswer(error)
  }
}

function databaseOf(headers: SqlHeaders): string {
  const url = new URL(headers['neon-connection-string'])
  return decodeURIComponent(url.pathname.slice(1))
}

function begin(headers: SqlHeaders): string {
  const level = headers['neon-batch-isolation-level']
  return (
    'BEGIN' +
    (level ? ISOLATION[level] : '') +
    (headers['neon-batch-read-only'] === 'true' ? ' READ ONLY' : '') +
    (headers['neon-batch-deferrable'] === 'true' ? ' DEFERRABLE' : '')
  )
}

function runStatement(on: pg.Pool | pg.PoolClient, { query, params }: Statement) {
  return on.query<unknown[]>({ text: query, values: params, rowMode: 'array', types: rawText })
}

async function runBatch(pool: pg.Pool, statements: Statement[], begin: string) {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query(begin)
    const results = []
    for (const one of statements) results.push(await runStatement(client, one))
    await client.query('COMMIT')
    return results
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

function asArrays(result: Result) {
  return {
    command: result.command,
    rowCount: result.rowCount,
    rowAsArray: true,
    fields: result.fields.map((field) => ({
      name: field.name,
      dataTypeID: field.dataTypeID,
      tableID: field.tableID,
      columnID: field.columnID,
      dataTypeSize: field.dataTypeSize,
      dataTypeModifier: field.dataTypeModifier,
      format: 'text',
    })),
    rows: result.rows,
  }
}

function asObjects(result: Result) {
  const names = result.fields.map((field) => field.name)
  const rows = result.rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index]])))
  return { ...asArrays(result), rowAsArray: false, rows }
}

function asAnswer(error: unknown): Answer {
  if (error instanceof z.ZodError) return { status: 400, body: { message: z.prettifyError(error) } }
  if (error instanceof SyntaxError || error instanceof URIError || isInvalidUrl(error)) {
    return { status: 400, body: { message: `Malformed request: ${(error as Error).message}` } }
  }
  if (error instanceof pg.DatabaseError) {
    return { status: isOutage(error.code) ? 503 : 400, body: errorFields(error) }
  }
  const { message, code } = error as NodeJS.ErrnoException
  return { status: 503, body: { message: message || 'The database cannot be reached', code } }
}

function isInvalidUrl(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_INVALID_URL'
}

/** Connection failures (class 08), shutdown and start-up (57P01–57P03), no connection left (53300). */
function isOutage(code: string | undefined): boolean {
  return code !== undefined && (code.startsWith('08') || /^57P0[123]$/.test(code) || code === '53300')
}

/** The fields the driver copies onto its NeonDbError. */
function errorFields(error: pg.DatabaseError) {
  const { message, code, severity, detail, hint, position, internalPosition, internalQuery, where } = error
  const { schema, table, column, dataType, constraint, file, line, routine } = error
  const place = { schema, table, column, dataType, constraint, file, line, routine }
  return { message, code, severity, detail, hint, position, internalPosition, internalQuery, where, ...place }
}
