import { useQuery } from '@tanstack/react-query'
import type { Automation } from '#schema/contracts/automations'
import { Fact, Facts } from '../../ui/page.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { repositoriesQuery } from '../sessions/queries.ts'

/** What an automation does, for those who may not change it. */
export function AutomationFacts({ automation }: { automation: Automation }) {
  const { agentInstructions, defaultConfigurationId, modelId } = automation
  const repositories = useQuery(repositoriesQuery(useOrganizationId()))
  const repository = repositories.data?.items.find((one) => one.configurationId === defaultConfigurationId)
  return (
    <Facts className="p-4">
      <Fact name="Instructions">
        <p className="whitespace-pre-wrap">{agentInstructions === '' ? 'None' : agentInstructions}</p>
      </Fact>
      <Fact name="Repository">{defaultConfigurationId === null ? 'None' : (repository?.name ?? '–')}</Fact>
      <Fact name="Model">{modelId ?? 'The default model'}</Fact>
    </Facts>
  )
}
