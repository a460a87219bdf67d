import { openPlatform } from '#adapters/platform'
import { llm } from '../llm/app.ts'
import { operator } from '../operator/app.ts'
import { sandboxRoutes } from '../sandbox/app.ts'
import { tools } from '../tools/app.ts'
import { webhooks } from '../webhooks/app.ts'
import { createApp } from './create-app.ts'

/** The whole URL map of the Worker: the public API, and what the other folders of the edge answer. */
export const app = createApp(openPlatform, (root) => {
  root.route('/webhooks', webhooks)
  root.route('/internal/tools', tools)
  root.route('/internal/operator', operator)
  root.route('/sandbox', sandboxRoutes)
  root.route('/llm', llm)
})
