import { callDaemon } from '../shared/call-platform.js'

const suggestion = {
  type: 'object',
  properties: { label: { type: 'string' }, value: { type: 'string' }, instructions: { type: 'string' } },
  required: ['label'],
}

const wanted = {
  type: 'object',
  properties: {
    key: { type: 'string', description: 'Name of the environment variable.' },
    description: { type: 'string', description: 'What it is for and where a person finds it.' },
    type: { type: 'string', enum: ['env', 'secret'], description: 'secret for anything that must not be shown.' },
    required: { type: 'boolean' },
    suggestions: { type: 'array', items: suggestion },
  },
  required: ['key'],
}

export default {
  description:
    'Asks a person for environment variables that the project needs. Returns at once; nobody may answer. Never ask ' +
    'for keys of integrations that are connected already.',
  args: { keys: { type: 'array', items: wanted, description: 'The variables, at most 30.' } },
  execute: ({ keys }, context) => callDaemon('request_env_variables', { keys }, context),
}
