import path from 'node:path'
import { expect, test } from 'vitest'
import { answerConversation } from './pick-script.ts'
import type { Conversation } from './pick-script.ts'
import { readScripts } from './script-file.ts'
import type { Script } from './script-file.ts'

const step = (text: string, tools: Script['steps'][number]['tools'] = []) => ({ text, slowMs: 0, tools })
const scripts: Script[] = [
  { name: 'alpha', when: 'fix (the )?bug', steps: [step('alpha 1', [{ name: 'bash', args: {} }]), step('alpha 2')] },
  { name: 'beta', when: 'bug', steps: [step('beta 1')] },
  { name: 'default', steps: [step('default 1')] },
]
const user = (text: string) => ({ role: 'user' as const, text })
const assistant = { role: 'assistant' as const, text: '' }
const ask = (...turns: Conversation['turns']) => answerConversation(scripts, { system: '', turns })

test('the first script whose condition matches the last user text answers, else the default one', () => {
  expect(ask(user('Please FIX the bug')).text).toBe('alpha 1')
  expect(ask(user('a bug')).text).toBe('beta 1')
  expect(ask(user('fix bug'), assistant, user('hello')).text).toBe('default 1')
  expect(ask().text).toBe('default 1')
})

test('a marker in the last user text wins over every condition', () => {
  expect(ask(user('fix the bug [[script:beta]]')).text).toBe('beta 1')
  expect(ask(user('[[script:beta]]'), assistant, user('hello')).text).toBe('default 1')
})

test('an unknown marker is answered with the scripts there are', () => {
  expect(ask(user('[[script:gamma]]')).text).toBe('There is no script "gamma". The scripts are: alpha, beta, default.')
})

test('the step is the number of answers since the last user text, and the last step repeats', () => {
  expect(ask(user('fix bug'), assistant).text).toBe('alpha 2')
  expect(ask(user('fix bug'), assistant, assistant, assistant).text).toBe('alpha 2')
  expect(ask(user('fix bug'), assistant, user('fix bug again')).text).toBe('alpha 1')
})

test('a repeated request has the same tool call id, another turn has another', () => {
  const first = ask(user('fix bug'))
  expect(ask(user('fix bug'))).toEqual(first)
  const later = ask(user('fix bug'), assistant, user('fix bug'))
  expect(later.tools[0]?.id).not.toBe(first.tools[0]?.id)
})

test('placeholders are filled from the newest user text that names them, then from the system text', () => {
  const args = { run: '{{run_id}}', list: ['<{{place}}>', 3, null], none: '{{nothing}}' }
  const filled = answerConversation([{ name: 'default', steps: [step('{{place}}!', [{ name: 'done', args }])] }], {
    system: 'place: `north`.',
    turns: [user('run_id: old'), assistant, user('parent_run_id: wrong\nrun_id: run:0199:completion:v1, please')],
  })
  expect(filled.text).toBe('north!')
  expect(filled.tools[0]?.args).toEqual({ run: 'run:0199:completion:v1', list: ['<north>', 3, null], none: '' })
})

test('a request for a session title gets the fixed title', () => {
  const title = answerConversation(scripts, { system: 'You are a title generator.', turns: [user('fix bug')] })
  expect(title).toMatchObject({ text: 'Scripted session', tools: [] })
})

test('the issue text of the demo chooses the demo script, which ends with automation_complete', async () => {
  const shipped = await readScripts(path.join(import.meta.dirname, 'scripts'))
  const prompt = user('slugify keeps accents\nrun_id: 0199-abc\ncompletion_id: run:0199-abc:completion:v1\n')
  const answer = answerConversation(shipped, { system: '', turns: [prompt, assistant, assistant, assistant] })
  expect(answer.tools).toMatchObject([
    {
      name: 'automation_complete',
      args: { run_id: '0199-abc', completion_id: 'run:0199-abc:completion:v1', outcome: 'succeeded' },
    },
  ])
})
