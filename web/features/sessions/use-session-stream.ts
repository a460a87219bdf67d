import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { hrefOf } from '#schema/endpoints/client'
import { endpoints } from '#schema/endpoints/index'
import { call, noteRefusal } from '../../client.ts'
import { toastError } from '../../ui/toasts.tsx'
import { useOrganizationId } from '../identity/me.ts'
import { sessionQuery } from './queries.ts'
import { createSessionStore } from './session-store.ts'
import type { StopReason } from './session-socket.ts'
import type { SessionStore } from './session-store.ts'
import { firstSeqOf } from './session-stream.ts'

const HISTORY_PAGE = 200
/** Closes that say something of the person, not of the session. */
const REFUSALS: readonly StopReason[] = ['forbidden', 'unauthorized']

/** The socket's address is no JSON route, so it stands in no endpoint. */
function socketUrl(sessionId: string): string {
  const url = new URL(hrefOf('/ws/sessions/{sessionId}', { sessionId }), location.href)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return url.href
}

/** Follows a session live for as long as the component is there. */
export function useSessionStream(sessionId: string) {
  const [store] = useState(() => createSessionStore(socketUrl(sessionId)))
  useEffect(() => store.connect(), [store])
  const snapshot = useSyncExternalStore(store.subscribe, store.getSnapshot)
  useProjection(sessionId, snapshot)
  const older = useOlderEvents(sessionId, store)
  return { ...snapshot, ...older }
}

/** The list and the header show the stored projection: what the stream tells sooner is asked for again. */
function useProjection(sessionId: string, { stream, connection }: ReturnType<SessionStore['getSnapshot']>) {
  const queryClient = useQueryClient()
  const organizationId = useOrganizationId()
  const { status, view } = stream
  const outcome = view.items.findLast((item) => item.kind === 'outcome')?.key
  useEffect(() => {
    if (status === null) return
    const { queryKey } = sessionQuery(organizationId, sessionId)
    void queryClient.invalidateQueries({ queryKey })
    void queryClient.invalidateQueries({ queryKey: [organizationId, 'sessions'], refetchType: 'none' })
  }, [queryClient, organizationId, sessionId, status, view.branch, outcome])
  const isRefused = connection.kind === 'stopped' && REFUSALS.includes(connection.reason)
  useEffect(() => {
    // Another role, or none any more, or signed out: with another role the page opens a socket of its own.
    if (!isRefused) return
    noteRefusal()
    void queryClient.invalidateQueries({ queryKey: sessionQuery(organizationId, sessionId).queryKey })
  }, [queryClient, organizationId, sessionId, isRefused])
  const attempt = connection.kind === 'waiting' ? connection.attempt : 0
  useEffect(() => {
    // A browser does not tell why an upgrade was refused; the ordinary route does: signed out, gone, or away.
    if (attempt > 0) void queryClient.invalidateQueries({ queryKey: sessionQuery(organizationId, sessionId).queryKey })
  }, [queryClient, organizationId, sessionId, attempt])
}

function useOlderEvents(sessionId: string, store: SessionStore) {
  const [loadingOlder, setLoadingOlder] = useState(false)
  const [olderFailed, setOlderFailed] = useState(false)
  const loadOlder = useCallback(async () => {
    const before = firstSeqOf(store.getSnapshot().stream)
    if (before <= 1) return
    setLoadingOlder(true)
    setOlderFailed(false)
    try {
      const query = { before, limit: HISTORY_PAGE }
      const page = await call(endpoints.sessions.events, { params: { sessionId }, query })
      store.take({ type: 'older', events: page.items })
    } catch (error) {
      setOlderFailed(true)
      toastError('Earlier events could not be loaded', error)
    } finally {
      setLoadingOlder(false)
    }
  }, [sessionId, store])
  return { loadOlder, loadingOlder, olderFailed }
}
