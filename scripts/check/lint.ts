import type { Finding } from './run-tool.ts'
import { runTool } from './run-tool.ts'

/** ESLint over the whole tree, by eslint.config.js. A warning is a failure: nobody reads warnings. */
export function checkLint(root: string): Promise<Finding> {
  return runTool('node_modules/eslint/bin/eslint.js', ['.', '--max-warnings', '0'], root)
}
