import type { Finding } from './run-tool.ts'
import { runTool } from './run-tool.ts'

/** Files, exports and dependencies that nothing reaches, by knip.jsonc. */
export function checkDeadCode(root: string): Promise<Finding> {
  return runTool('node_modules/knip/bin/knip.js', ['--no-progress', '--no-config-hints'], root)
}
