import { eq } from 'drizzle-orm'
import { users } from '#schema/tables/index'
import type { HttpWorld } from './http-world.ts'

type Asked = { status: number; body: Record<string, unknown> & { code?: string; items?: Record<string, unknown>[] } }

/** Asks the app with JSON, by any method. */
export function asker(world: HttpWorld) {
  return async (
    line: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} ${string}`,
    by: Record<string, string> = {},
    body?: unknown,
  ): Promise<Asked> => {
    const [method = '', path = ''] = line.split(' ')
    const response = await world.request(path, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...by },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Asked['body'] }
  }
}

/** Marks an address as verified, and may change it; as the link of the mail would. */
export async function verify(world: HttpWorld, userId: string, email?: string): Promise<void> {
  const change = { emailVerified: true, ...(email === undefined ? {} : { email }) }
  await world.test.db.update(users).set(change).where(eq(users.id, userId))
}
