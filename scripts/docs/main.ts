import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { configurationReference } from './configuration.ts'
import { errorAdvice } from './error-advice.ts'
import { lifecyclesPage } from './lifecycles.ts'

const PROJECT = path.resolve(import.meta.dirname, '../..')

const made = {
  'docs/configuration.md': configurationReference(),
  'docs/lifecycles.md': lifecyclesPage(),
  'workers/http/docs/advice.ts': errorAdvice(await readFile(path.join(PROJECT, 'docs/errors.md'), 'utf8')),
}
for (const [name, text] of Object.entries(made)) {
  const file = path.join(PROJECT, name)
  const known = await readFile(file, 'utf8').catch(() => '')
  if (known !== text) await writeFile(file, text)
  console.log(`${name} ${known === text ? 'is up to date' : 'is written'}`)
}
