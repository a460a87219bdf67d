/** Path of the guide that prompts point to. */
export const ACTIONS_GUIDE_PATH = '.proliferate/actions-guide.md'

/** What the agent may do outside of its sandbox; says honestly that nothing is connected. */
export function actionsGuide(repositories: { name: string }[]): string {
  const names = repositories.map(({ name }) => `\`${name}\``).join(', ')
  const access =
    names === ''
      ? 'No repository belongs to this session.'
      : `Git reaches ${names} through a credential helper; no key is needed.`
  return [
    '# Actions',
    '',
    'Actions let you do things outside of this sandbox, such as commenting on an issue.',
    'This organization has connected no integrations, so there are no actions to run.',
    access,
    '',
  ].join('\n')
}
