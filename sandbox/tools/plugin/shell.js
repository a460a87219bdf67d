/** Commands of the agent have no business with OpenCode's own door, so they do not get its password. */
export const Shell = async () => ({
  'shell.env': async (_input, output) => {
    output.env.OPENCODE_SERVER_PASSWORD = ''
  },
})
