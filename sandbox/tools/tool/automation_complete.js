import { callPlatform } from '../shared/call-platform.js'

const OPTIONAL = ['citations', 'diff_ref', 'test_report_ref', 'side_effect_refs']

export default {
  description:
    'Reports the result of this automation run. Call it exactly once, as the very last thing: all work is then ' +
    'committed, pushed and handed over, and the sandbox ends.',
  args: {
    run_id: { type: 'string', description: 'The run_id given in the task.' },
    completion_id: { type: 'string', description: 'The completion_id given in the task.' },
    outcome: {
      type: 'string',
      enum: ['succeeded', 'failed', 'needs_human'],
      description: 'needs_human when a person must decide, approve or supply something.',
    },
    summary_markdown: {
      type: 'string',
      description:
        'For a person who was not there: what was wrong, what you changed, how you know that it works. Markdown.',
    },
  },
  execute(args, context) {
    const { run_id, completion_id, outcome, summary_markdown } = args
    // OpenCode demands every argument that is declared, so what may be left out is only passed on.
    const given = OPTIONAL.filter((name) => args[name] !== undefined).map((name) => [name, args[name]])
    const params = { run_id, completion_id, outcome, summary_markdown, ...Object.fromEntries(given) }
    return callPlatform('automation_complete', params, context)
  },
}
