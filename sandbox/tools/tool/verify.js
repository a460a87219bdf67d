import { callPlatform } from '../shared/call-platform.js'

export default {
  description:
    'Hands in evidence that the work is right: uploads every file of a folder of the workspace (screenshots, ' +
    'test reports, logs). Put the files into .proliferate/.verification/ first. At most 50 files, 25 MB each.',
  args: {
    folder: {
      type: 'string',
      description: 'Folder relative to the workspace; .proliferate/.verification/ unless you used another.',
    },
  },
  execute: ({ folder }, context) => callPlatform('verify', folder ? { folder } : {}, context),
}
