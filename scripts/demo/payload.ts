import { createHmac, randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { z } from 'zod'

const Example = z.looseObject({
  action: z.string(),
  issue: z.looseObject({ number: z.number(), labels: z.array(z.looseObject({ name: z.string() })) }),
  repository: z.looseObject({ full_name: z.string(), name: z.string(), owner: z.looseObject({ login: z.string() }) }),
})
const Examples = z.array(z.looseObject({ name: z.string(), examples: z.array(z.unknown()) }))

/** What the demo's issue says; the rest of the payload is as GitHub sent it when it was recorded. */
export interface DemoIssue {
  repository: string
  number: number
  label: string
  title: string
  body: string
}

/**
 * A recorded `issues` / `opened` payload of GitHub (from the package @octokit/webhooks-examples) about the demo's repository:
 * names, and the words of the issue, are ours; every other field is the recorded one.
 */
export function recordedIssueOpened(issue: DemoIssue): string {
  const packaged: unknown = createRequire(import.meta.url)('@octokit/webhooks-examples')
  const examples = Examples.parse(packaged).find((entry) => entry.name === 'issues')?.examples ?? []
  const opened = examples
    .map((example) => Example.safeParse(example).data)
    .find((example) => example?.action === 'opened' && example.issue.labels.length > 0)
  if (!opened) throw new Error('@octokit/webhooks-examples holds no issues/opened payload')
  const recorded = opened.repository.full_name
  const text = JSON.stringify(opened).replaceAll(recorded, issue.repository)
  const payload = Example.parse(JSON.parse(text))
  const [owner, name] = issue.repository.split('/')
  payload.repository.name = name ?? ''
  payload.repository.owner.login = owner ?? ''
  const [label] = payload.issue.labels
  if (label) label.name = issue.label
  Object.assign(payload.issue, { number: issue.number, title: issue.title, body: issue.body })
  payload.issue['html_url'] = `https://github.com/${issue.repository}/issues/${issue.number}`
  return JSON.stringify(payload)
}

/** Posts a payload as GitHub does: its headers, and the signature of the endpoint's secret. Gives the delivery's id. */
export async function postAsGitHub(url: string, secret: string, payload: string): Promise<{ deliveryId: string }> {
  const deliveryId = randomUUID()
  const response = await fetch(url, {
    method: 'POST',
    body: payload,
    signal: AbortSignal.timeout(10_000),
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-event': 'issues',
      'x-github-delivery': deliveryId,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(payload).digest('hex')}`,
    },
  })
  if (!response.ok) throw new Error(`the endpoint answered ${response.status}: ${await response.text()}`)
  return { deliveryId }
}
