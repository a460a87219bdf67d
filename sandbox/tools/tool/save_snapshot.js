import { callPlatform } from '../shared/call-platform.js'

export default {
  description: 'Saves the state of the whole sandbox, so that later sessions start from it.',
  args: { message: { type: 'string', description: 'What this state is, in a few words.' } },
  execute: ({ message }, context) => callPlatform('save_snapshot', message ? { message } : {}, context),
}
