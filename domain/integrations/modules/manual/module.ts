import { z } from 'zod'
import { type IntegrationModule, type Match, triggerType } from '../../contract.ts'

/** A person: the event is the request to run an automation now. */
export const manual: IntegrationModule = {
  meta: { id: 'manual', name: 'Manual', description: 'Runs when somebody asks for it.' },
  triggers: {
    types: [
      triggerType({
        id: 'run_requested',
        title: 'Run now',
        description: 'Somebody asks for a run of the automation.',
        mechanisms: ['manual'],
        schema: z.strictObject({}),
        matches: ({ eventType }): Match =>
          eventType === 'run_requested'
            ? { matched: true }
            : { matched: false, reason: `the event is ${eventType}, this listens to people` },
      }),
    ],
  },
}
