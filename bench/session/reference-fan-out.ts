import { DurableObject } from 'cloudflare:workers'
import type { DurableObjectNamespace, ExportedHandler } from '@cloudflare/workers-types'

// The reference: the least that a stored and watched event costs on this runtime. One object, one row per event, every frame passed on
// as it came. No sequence, no acknowledgement, no resume.

interface Bindings {
  OBJECT: DurableObjectNamespace
}

export class FanOut extends DurableObject<Bindings> {
  override async fetch(request: Request): Promise<Response> {
    const sql = this.ctx.storage.sql
    sql.exec('create table if not exists events (seq integer primary key autoincrement, json text not null)')
    const pair = new WebSocketPair()
    this.ctx.acceptWebSocket(pair[1], [new URL(request.url).pathname === '/link' ? 'link' : 'client'])
    return new Response(null, { status: 101, webSocket: pair[0] })
  }

  override webSocketMessage(_socket: WebSocket, message: string | ArrayBuffer) {
    const frame = JSON.parse(String(message)) as { events: unknown[] }
    for (const event of frame.events) {
      this.ctx.storage.sql.exec('insert into events (json) values (?)', JSON.stringify(event))
    }
    for (const client of this.ctx.getWebSockets('client')) client.send(String(message))
  }
}

export default {
  fetch(request, env) {
    const url = new URL(request.url)
    const name = url.searchParams.get('session') ?? ''
    return env.OBJECT.get(env.OBJECT.idFromName(name)).fetch(request)
  },
} satisfies ExportedHandler<Bindings>
