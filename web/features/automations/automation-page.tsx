import { useQuery } from '@tanstack/react-query'
import type { Automation } from '#schema/contracts/automations'
import type { Tagged } from '#schema/endpoints/client'
import { isStatus } from '../../client.ts'
import { NotFound } from '../../ui/not-found.tsx'
import { DetailHeader, Page } from '../../ui/page.tsx'
import { Panel, SettingsColumn } from '../../ui/panel.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { Ago } from '../../ui/time.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useMayOwn, useOrganizationId } from '../identity/me.ts'
import { LastRuns } from '../runs/last-runs.tsx'
import { AutomationFacts } from './automation-facts.tsx'
import { AutomationForm } from './automation-form.tsx'
import { DeleteAutomation } from './delete-automation.tsx'
import { EnabledSwitch } from './enabled-switch.tsx'
import { automationQuery } from './queries.ts'
import { RunNow } from './run-now.tsx'
import { WhenSection } from './when/when-section.tsx'

export function AutomationPage({ automationId }: { automationId: string }) {
  const { data, error, refetch } = useQuery(automationQuery(useOrganizationId(), automationId))
  useTitle(data?.body.name ?? 'Automation')
  if (isStatus(error, 404)) return <NotFound what="automation" />
  if (data !== undefined) {
    return <AutomationDetails saved={data} onAgain={async () => (await refetch()).data?.etag ?? null} />
  }
  if (error === null) return <AutomationSkeleton />
  return <ErrorState error={error} title="The automation could not be loaded" onRetry={() => void refetch()} />
}

interface DetailsProps {
  saved: Tagged<Automation>
  /** Reads what is saved now, and answers its tag. */
  onAgain: () => Promise<string | null>
}

function AutomationDetails({ saved, onAgain }: DetailsProps) {
  const { body: automation } = saved
  const mayRun = useMay('automations:run')
  const mayUpdate = useMayOwn('automations:update', automation)
  const mayDelete = useMayOwn('automations:delete', automation)
  const header = (
    <DetailHeader
      parent={{ to: '/dashboard/automations', label: 'Automations' }}
      title={automation.name}
      state={
        <span className="flex items-center gap-2">
          <EnabledSwitch automation={automation} />
          <span className={automation.enabled ? 'text-sm text-good' : 'text-sm text-ink-faint'}>
            {automation.enabled ? 'On' : 'Off'}
          </span>
        </span>
      }
    >
      {mayRun ? <RunNow automation={automation} /> : null}
    </DetailHeader>
  )
  return (
    <Page header={header}>
      <SettingsColumn>
        <WhenSection automationId={automation.id} />
        <Panel
          title="What it does"
          description={
            <>
              Changed <Ago at={automation.updatedAt} />
            </>
          }
        >
          {mayUpdate ? (
            <AutomationForm saved={saved} onAgain={onAgain} />
          ) : (
            <AutomationFacts automation={automation} />
          )}
        </Panel>
        <Panel title="Runs" description="The last ten.">
          <LastRuns automationId={automation.id} />
        </Panel>
        {mayDelete ? (
          <Panel title="Delete">
            <DeleteAutomation automation={automation} />
          </Panel>
        ) : null}
      </SettingsColumn>
    </Page>
  )
}

function AutomationSkeleton() {
  return (
    <div aria-busy="true">
      <p className="sr-only" role="status">
        Loading automation
      </p>
      <div className="flex h-12 items-center border-b border-line px-4 md:px-5">
        <Skeleton className="h-4 w-72 max-w-full" />
      </div>
      <SettingsColumn>
        <Skeleton className="h-32" />
        <Skeleton className="h-72" />
      </SettingsColumn>
    </div>
  )
}
