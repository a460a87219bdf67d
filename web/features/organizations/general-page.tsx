import { useQuery } from '@tanstack/react-query'
import type { Organization } from '#schema/contracts/identity'
import type { Tagged } from '#schema/endpoints/client'
import { formatMoment } from '../../ui/format.ts'
import { Fact, Facts, Page, PageHeader } from '../../ui/page.tsx'
import { Panel, SettingsColumn } from '../../ui/panel.tsx'
import { ErrorState, Skeleton } from '../../ui/states.tsx'
import { useTitle } from '../../ui/title.ts'
import { useMay, useOrganizationId } from '../identity/me.ts'
import { AllowedDomains } from './allowed-domains.tsx'
import { DeleteOrganization, LeaveOrganization, TransferOwnership } from './end-membership.tsx'
import { organizationQuery } from './queries.ts'
import { OrganizationForm } from './organization-form.tsx'
import { roleLabel } from './role-label.ts'

export function GeneralPage() {
  const { data, error, refetch } = useQuery(organizationQuery(useOrganizationId()))
  useTitle('General')
  return (
    <Page header={<PageHeader title="General" />}>
      {data !== undefined ? (
        <General read={data} />
      ) : error === null ? (
        <GeneralSkeleton />
      ) : (
        <ErrorState error={error} title="The organization could not be loaded" onRetry={() => void refetch()} />
      )}
    </Page>
  )
}

function General({ read }: { read: Tagged<Organization> }) {
  const { body: organization } = read
  const mayUpdate = useMay('organizations:update')
  const mayTransfer = useMay('organizations:transfer')
  const mayDelete = useMay('organizations:delete')
  return (
    <SettingsColumn>
      {mayUpdate ? (
        <Panel title="Organization">
          <OrganizationForm key={organization.id} read={read} />
        </Panel>
      ) : (
        <Panel title="Organization" description="Admins and owners may change it." className="p-4">
          <OrganizationFacts organization={organization} />
        </Panel>
      )}
      <AllowedDomains mayUpdate={mayUpdate} />
      <Panel title="Membership">
        {mayTransfer ? <TransferOwnership organization={organization} /> : null}
        <LeaveOrganization organization={organization} />
        {mayDelete ? <DeleteOrganization organization={organization} /> : null}
      </Panel>
    </SettingsColumn>
  )
}

function OrganizationFacts({ organization }: { organization: Organization }) {
  return (
    <Facts>
      <Fact name="Name">{organization.name}</Fact>
      <Fact name="Slug">
        <span className="font-mono text-xs">{organization.slug}</span>
      </Fact>
      <Fact name="Your role">{roleLabel(organization.role)}</Fact>
      <Fact name="Members">{organization.memberCount}</Fact>
      <Fact name="Created">{formatMoment(organization.createdAt)}</Fact>
    </Facts>
  )
}

function GeneralSkeleton() {
  return (
    <div aria-busy="true">
      <p className="sr-only" role="status">
        Loading organization
      </p>
      <SettingsColumn>
        <Skeleton className="h-64" />
        <Skeleton className="h-32" />
        <Skeleton className="h-40" />
      </SettingsColumn>
    </div>
  )
}
