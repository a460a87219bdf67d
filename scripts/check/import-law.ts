import { z } from 'zod'
import { foldersOf } from './folders.ts'
import type { Finding } from './run-tool.ts'
import { runTool } from './run-tool.ts'

const CRUISER = 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs'

const Cruise = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
    totalCruised: z.number(),
  }),
})

/** One import that the law forbids. */
export interface Violation {
  rule: string
  from: string
  to: string
}

/** How to look at another tree than this checkout: where the tool is installed and which rules hold. */
interface Law {
  cruiser?: string
  rules?: string
}

/**
 * Reads every import below `root` and names those that .dependency-cruiser.cjs forbids.
 *
 * @throws when the tool cannot read the tree, with what it said
 */
export async function findViolations(root: string, law: Law = {}): Promise<Violation[]> {
  const { cruiser = CRUISER, rules = '.dependency-cruiser.cjs' } = law
  const result = await runTool(cruiser, ['--config', rules, '--output-type', 'json', ...foldersOf(root)], root)
  if (!result.ok) throw new Error(`dependency-cruiser could not read ${root}:\n${result.output}`)
  const { summary } = Cruise.parse(JSON.parse(result.stdout))
  if (summary.totalCruised === 0) throw new Error(`dependency-cruiser found no module in ${root}`)
  return summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to }))
}

/** The import law over this checkout. */
export async function checkImportLaw(root: string): Promise<Finding> {
  const violations = await findViolations(root)
  const lines = violations.map(({ rule, from, to }) => `${rule}: ${from} → ${to}`)
  return { ok: lines.length === 0, output: lines.join('\n') }
}
