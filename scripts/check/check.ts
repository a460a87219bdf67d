import { join } from 'node:path'
import { checkDeadCode } from './dead-code.ts'
import { describeFigures, houseFigures } from './house-figures.ts'
import { checkImportLaw } from './import-law.ts'
import { checkLint } from './lint.ts'
import { runChecks } from './run-checks.ts'
import { checkTypes } from './types.ts'

const root = join(import.meta.dirname, '../..')

const verdict = await runChecks(
  [
    { name: 'types', run: () => checkTypes(root) },
    { name: 'lint', run: () => checkLint(root) },
    { name: 'import law', run: () => checkImportLaw(root) },
    { name: 'dead code', run: () => checkDeadCode(root) },
  ],
  (line) => console.log(line),
)
console.log(describeFigures(await houseFigures(root)))
console.log(verdict.ok ? 'check passed' : `check failed: ${verdict.failed.join(', ')}`)
process.exitCode = verdict.ok ? 0 : 1
