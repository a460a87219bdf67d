import { AuditEntry, AuditExportQuery, AuditQuery } from '#schema/contracts/audit'
import { pageOf } from '#schema/contracts/common'
import { createRoute, json, problems, z } from '#schema/endpoints/route'

const tags = ['Audit']

export const audit = {
  list: createRoute({
    operationId: 'listAudit',
    summary: 'Who did what to what, from where; for admins and owners',
    tags,
    method: 'get',
    path: '/api/audit',
    request: { query: AuditQuery },
    responses: { 200: json(pageOf(AuditEntry), 'A page, newest first'), ...problems(400, 401, 403) },
  }),
  export: createRoute({
    operationId: 'exportAudit',
    summary: 'Everything of the audit log that fits the filter, as CSV or newline-delimited JSON',
    tags,
    method: 'get',
    path: '/api/audit/export',
    request: { query: AuditExportQuery },
    responses: {
      200: {
        description: 'The entries, newest first, streamed',
        content: { 'text/csv': { schema: z.string() }, 'application/x-ndjson': { schema: z.string() } },
      },
      ...problems(400, 401, 403),
    },
  }),
}
