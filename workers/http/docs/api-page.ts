import { z } from 'zod'
import { type Html, html, page } from './html.ts'

const Schema = z.record(z.string(), z.unknown())
const Content = z.record(z.string(), z.object({ schema: Schema.optional() })).optional()
const Parameter = z.object({
  name: z.string(),
  in: z.string(),
  required: z.boolean().optional(),
  description: z.string().optional(),
  schema: Schema.optional(),
})
const Operation = z.object({
  operationId: z.string(),
  summary: z.string(),
  tags: z.array(z.string()).min(1),
  parameters: z.array(Parameter).default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ description: z.string(), content: Content })),
})
type Operation = z.infer<typeof Operation>

/** The part of an OpenAPI document that the page shows. */
export const ShownDocument = z.object({
  info: z.object({ title: z.string(), version: z.string(), description: z.string() }),
  tags: z.array(z.object({ name: z.string(), description: z.string() })),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
})
type ShownDocument = z.infer<typeof ShownDocument>

interface Route {
  method: string
  path: string
  operation: Operation
}

/** The browsable description of the API, made of its OpenAPI document alone. */
export function apiPage(document: ShownDocument): string {
  const routes = Object.entries(document.paths).flatMap(([path, methods]): Route[] =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation })),
  )
  const { info, tags } = document
  const body = html`<h1>${info.title} API <span class="muted">v${info.version}</span></h1>
<p>${info.description}</p>
<p><a href="/openapi.json">OpenAPI 3.1 document</a> · <a href="/docs/errors">Error codes</a></p>
<nav><ul>${tags.map(({ name }) => html`<li><a href="#${anchorOf(name)}">${name}</a></li>`)}</ul></nav>
${tags.map((tag) => section(tag, routes.filter((route) => route.operation.tags.includes(tag.name))))}`
  return page('Reference', body)
}

const anchorOf = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

function section(tag: { name: string; description: string }, routes: Route[]): Html {
  return html`<h2 id="${anchorOf(tag.name)}">${tag.name}</h2><p>${tag.description}</p>${routes.map(operationOf)}`
}

function operationOf({ method, path, operation }: Route): Html {
  return html`<details id="${operation.operationId}"><summary><span class="method ${method}">${method}</span>
<code>${path}</code> <span class="muted">${operation.summary}</span></summary><div>
${parametersOf(operation)}${contentOf('Body', operation.requestBody?.content)}
<h4>Answers</h4>${Object.entries(operation.responses).map(
    ([status, response]) =>
      html`<p><strong>${status}</strong> ${response.description}</p>${contentOf('', shownContent(response.content))}`,
  )}</div></details>`
}

/** Every problem looks the same, and is described once. */
const shownContent = (content: z.infer<typeof Content>) =>
  content && 'application/problem+json' in content ? undefined : content

function parametersOf({ parameters }: Operation): Html | null {
  if (parameters.length === 0) return null
  return html`<table><thead><tr><th>Parameter</th><th>In</th><th>Type</th><th></th></tr></thead><tbody>${parameters.map(
    ({ name, in: place, required, schema, description }) =>
      html`<tr><td><code>${name}</code>${required ? ' *' : ''}</td><td>${place}</td>
<td><code>${JSON.stringify(schema ?? {})}</code></td><td>${description ?? ''}</td></tr>`,
  )}</tbody></table>`
}

function contentOf(title: string, content: z.infer<typeof Content>): Html | null {
  if (!content) return null
  const shown = Object.entries(content).map(
    ([type, { schema }]) =>
      html`<p class="muted">${type}</p><pre>${JSON.stringify(schema ?? {}, null, 2)}</pre>`,
  )
  return html`${title === '' ? null : html`<h4>${title}</h4>`}${shown}`
}
