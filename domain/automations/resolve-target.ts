/** Where a run works, and why; it stands in the run's timeline as `target_resolved`. */
export type Target = { suggestedRepoId: string | null; repoIds: [] } & (
  | { type: 'default'; reason: 'selection_disabled'; configurationId: string }
  | { type: 'none'; reason: 'missing_configuration'; configurationId: null }
)

/** The fixed strategy: the automation's own configuration, whatever the event suggests (b1 §1.6). */
export function resolveTarget(input: {
  defaultConfigurationId: string | null
  suggestedRepoId: string | null
}): Target {
  const { defaultConfigurationId: configurationId, suggestedRepoId } = input
  return configurationId === null
    ? { type: 'none', reason: 'missing_configuration', suggestedRepoId, configurationId, repoIds: [] }
    : { type: 'default', reason: 'selection_disabled', suggestedRepoId, configurationId, repoIds: [] }
}
