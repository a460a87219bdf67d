import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordedPayload } from '../../tests/fixtures/github/recorded.ts'

const checkout = path.resolve(import.meta.dirname, '../..')

interface Ran {
  code: number | null
  said: string[]
  complaint: string
}

/** Runs the command itself with these lines on its standard input. */
function run(args: string[], lines: string[] = []): Promise<Ran> {
  const child = spawn(process.execPath, ['scripts/rules/main.ts', ...args], { cwd: checkout })
  let out = ''
  let complaint = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  child.stdin.end(lines.map((line) => `${line}\n`).join(''))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, said: out.split('\n').slice(0, -1), complaint }))
  })
}

async function ask(rule: string, ...lines: object[]) {
  const { code, said } = await run([rule], lines.map((line) => JSON.stringify(line)))
  return { code, answers: said.map((text) => JSON.parse(text) as Record<string, unknown>) }
}

/** The examples of the page: what is asked, and what is answered, by rule. */
async function documented(): Promise<{ rule: string; asked: string[]; answers: object[] }[]> {
  const page = await readFile(path.join(checkout, 'docs/rules.md'), 'utf8')
  const blocks = page.matchAll(/```console\n\$ npm run -s rules -- (\w+)\n(.*?)```/gs)
  return Array.from(blocks, ([, rule = '', block = '']) => {
    const lines = block.split('\n')
    const after = (sign: string) => lines.filter((line) => line.startsWith(sign)).map((line) => line.slice(2))
    return { rule, asked: after('> '), answers: after('= ').map((text) => JSON.parse(text) as object) }
  })
}

test('every example of docs/rules.md is answered as the page says, and every rule has one', async () => {
  const examples = await documented()
  expect(examples.map(({ rule }) => rule)).toEqual(['match', 'filter', 'schedule', 'dedup'])
  for (const { rule, asked, answers } of examples) {
    const { said } = await run([rule], asked)
    expect(said, rule).toHaveLength(answers.length)
    for (const [index, answer] of answers.entries()) expect(JSON.parse(said[index] ?? '')).toMatchObject(answer)
  }
})

test('the script of package.json is the command that is tested here', async () => {
  const manifest: unknown = JSON.parse(await readFile(path.join(checkout, 'package.json'), 'utf8'))
  expect(manifest).toHaveProperty('scripts.rules', 'node scripts/rules/main.ts')
})

describe('match', () => {
  const payload = recordedPayload('issues', 'opened', { repository: 'acme/widgets', labels: { bug: 'agent' } })
  const line = {
    module: 'github',
    eventType: 'issue_opened',
    headers: { 'X-GitHub-Event': 'issues', 'x-github-delivery': 'd1' },
    payload,
  }

  test('tells the event and the decision, by the configuration and then by the filter', async () => {
    const labels = (label: string) => ({ config: { labels: [label] } })
    const filter = { op: 'eq', path: 'context.github.labels[*]', value: 'x' }
    const { code, answers } = await ask(
      'match',
      { ...line, ...labels('agent') },
      { ...line, ...labels('urgent'), filter },
      { ...line, ...labels('agent'), filter },
    )
    expect(code).toBe(0)
    const about = { eventType: 'issue_opened', dedupKey: expect.stringContaining('github:acme/widgets:') }
    expect(answers).toMatchObject([
      { events: [{ provider: 'github' }], decisions: [{ ...about, matched: true, reason: null }], reason: null },
      { decisions: [{ ...about, matched: false, reason: 'label urgent is missing' }] },
      { decisions: [{ ...about, matched: false, reason: expect.stringMatching(/is "agent", not "x"$/) }] },
    ])
  })

  test('says why there is no event', async () => {
    const { code, answers } = await ask(
      'match',
      { ...line, headers: { 'x-github-event': 'ping' } },
      { ...line, headers: { 'x-github-event': 'star' } },
      { ...line, payload: { action: 'opened' } },
    )
    expect(code).toBe(0)
    expect(answers).toEqual([
      { events: [], decisions: [], reason: 'ping is acknowledged and can start nothing' },
      { events: [], decisions: [], reason: 'no trigger can listen to star' },
      { events: [], decisions: [], reason: expect.stringContaining('the payload is not one of issues') },
    ])
  })

  test('refuses a trigger that nobody could save', async () => {
    const { code, answers } = await ask(
      'match',
      { ...line, module: 'nobody' },
      { ...line, module: 'scheduled', eventType: 'schedule_fired', config: { cronExpression: '@daily' } },
      { ...line, eventType: 'issue_exploded' },
      { ...line, config: { labels: [''] } },
      { ...line, filter: { op: 'and', filters: [{ op: 'matches', path: 'title', pattern: '(' }] } },
      { ...line, payload: undefined },
    )
    expect(code).toBe(1)
    const issuesOf = ({ error }: Record<string, unknown>) => (error as { issues: { path: string }[] }).issues
    const paths = answers.map((answer) => issuesOf(answer)[0]?.path)
    const [label, pattern] = ['config.labels.0', 'filter.filters.0.pattern']
    expect(paths).toEqual(['eventType', 'module', 'eventType', label, pattern, 'payload'])
  })
})

describe('a body as it was sent', () => {
  const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
  const payload = recordedPayload('issues', 'opened', { repository: 'acme/widgets' })
  const github = { module: 'github', headers: { 'X-GitHub-Event': 'issues' } }

  test('is read as its headers say: one event by each way', async () => {
    const text = JSON.stringify(payload, null, 2)
    const { code, answers } = await ask(
      'match',
      { ...github, eventType: 'issue_opened', payload },
      { ...github, eventType: 'issue_opened', rawBody: text },
      { ...github, eventType: 'issue_opened', rawBody: new URLSearchParams({ payload: text }).toString(), headers: { ...github.headers, ...form } },
    )
    expect(code).toBe(0)
    expect(answers[0]).toMatchObject({ decisions: [{ matched: true }] })
    expect(answers[1]).toEqual(answers[0])
    expect(answers[2]).toEqual(answers[0])
  })

  test('gives the key of its bytes: blanks make another one, and a form has one', async () => {
    const custom = { module: 'custom', receivedAt: '2026-11-21T10:04:00Z' }
    const raw = (rawBody: string, headers = {}) => ({ ...custom, rawBody, headers })
    const { answers } = await ask('dedup', { ...custom, payload: { a: 1 } }, raw('{"a":1}'), raw('{ "a": 1 }'), raw('a=1', form))
    const hash = (text: string) => createHash('sha256').update(text).digest('hex')
    const keys = ['{"a":1}', '{"a":1}', '{ "a": 1 }', 'a=1'].map((text) => `custom:${hash(text)}:5984184`)
    expect(answers.map((answer) => answer['keys'])).toEqual(keys.map((key) => [key]))
  })

  test('that is not what its headers say gives no event; none, or two, are refused', async () => {
    const { answers } = await ask('dedup', { ...github, rawBody: '<xml/>' }, { ...github }, { ...github, payload: 1, rawBody: '1' })
    expect(answers[0]).toMatchObject({ keys: [], reason: 'the body is not the JSON that its headers promise' })
    const refusal = (path: string) => ({ error: { issues: [expect.objectContaining({ path })] } })
    expect(answers.slice(1)).toMatchObject([refusal('payload'), refusal('rawBody')])
  })

  test('what changes a connection starts nothing, and is told so', async () => {
    const sent = { module: 'github', headers: { 'X-GitHub-Event': 'installation' }, payload: { action: 'deleted', installation: { id: 1 } } }
    const { answers } = await ask('dedup', sent)
    expect(answers).toMatchObject([{ reason: 'installation changes the connection and can start nothing' }])
  })
})

describe('every rule', () => {
  const lines = {
    match: { module: 'custom', eventType: 'webhook_received', payload: 1 },
    filter: { filter: { op: 'exists', path: 'a' }, event: {} },
    schedule: { cron: '@daily', from: '2026-01-01T00:00:00Z' },
    dedup: { module: 'custom', payload: 1 },
  }

  test.each(Object.entries(lines))('%s refuses what it does not know, goes on, and ends with 1', async (rule, line) => {
    const good = JSON.stringify(line)
    const { code, said } = await run([rule], [JSON.stringify({ ...line, unknown: 1 }), '{oops', '', '[]', good])
    expect(code).toBe(1)
    expect(said).toHaveLength(5)
    for (const text of said.slice(0, 4)) {
      expect(JSON.parse(text)).toEqual({ error: { code: 'invalid', issues: [expect.objectContaining({ path: '' })] } })
    }
    expect(said[4]).not.toContain('"error"')
    expect((await run([rule], [good])).code).toBe(0)
  })

  test.each(Object.keys(lines))('%s prints the schema of its lines', async (rule) => {
    const { code, said } = await run([rule, '--schema'])
    expect(code).toBe(0)
    const schema = JSON.parse(said.join('')) as { properties: object; additionalProperties: boolean }
    expect(schema.additionalProperties).toBe(false)
    const asked = Object.keys(lines[rule as keyof typeof lines])
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(asked))
  })
})

test('a line is answered before the next one is there', async () => {
  const child = spawn(process.execPath, ['scripts/rules/main.ts', 'filter'], { cwd: checkout })
  const answer = new Promise<string>((resolve) => child.stdout.setEncoding('utf8').once('data', resolve))
  child.stdin.write('{"filter":{"op":"exists","path":"a"},"event":{"a":1}}\n')
  expect(JSON.parse(await answer)).toEqual({ matched: true, reason: null, clause: null })
  const closed = new Promise((resolve) => child.on('close', resolve))
  child.stdin.end()
  expect(await closed).toBe(0)
})

test('a file that begins with a byte order mark is read like any other', async () => {
  const { code, said } = await run(['filter'], ['\uFEFF{"filter":{"op":"exists","path":"a"},"event":{"a":1}}'])
  expect([code, said]).toEqual([0, ['{"matched":true,"reason":null,"clause":null}']])
})

test('a reader that has had enough, as head has, ends it without a complaint', async () => {
  const child = spawn(process.execPath, ['scripts/rules/main.ts', 'schedule'], { cwd: checkout })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  child.stdin.on('error', () => undefined)
  child.stdout.once('data', () => child.stdout.destroy())
  const closed = new Promise((resolve) => child.on('close', resolve))
  child.stdin.end('{"cron":"* * * * *","from":"2026-01-01T00:00:00Z","count":100}\n'.repeat(500))
  expect([await closed, complaint]).toEqual([0, ''])
})

test('no rule, or --help: the usage lists the rules; an unknown rule or option: the usage on stderr, and 2', async () => {
  for (const args of [[], ['--help'], ['-h'], ['filter', '--help']]) {
    const usage = await run(args)
    expect(usage).toMatchObject({ code: 0, complaint: '' })
    expect(usage.said.join('\n')).toContain('Rules: match, filter, schedule, dedup')
  }
  for (const args of [['nothing'], ['filter', '--fast']]) {
    expect(await run(args)).toMatchObject({ code: 2, said: [], complaint: expect.stringContaining('Rules: match') })
  }
})
