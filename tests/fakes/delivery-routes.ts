import { z } from 'zod'
import { DeliveryFilter, ReplayDeliveries } from '#schema/contracts/deliveries'
import type { DeliveryDetail } from '#schema/contracts/deliveries'
import { endpoints } from '#schema/endpoints/index'
import { accepted, created, find, ok, once, page } from './api-answers.ts'
import type { Route } from './api-answers.ts'
import { idOf } from './api-data.ts'
import { ApiProblem } from './api-state.ts'
import type { ApiState } from './api-state.ts'
import { requireVerb } from './verbs.ts'

const MAX_AT_ONCE = 1_000

/** The delivery ledger, newest first, and its replays. */
export const DELIVERY_ROUTES: Record<string, Route> = {
  'GET /api/deliveries': (state, { url }) => {
    const filter = z.object(DeliveryFilter.shape).parse(Object.fromEntries(url.searchParams))
    return ok(endpoints.deliveries.list.responses[200], page(fitting(state, filter), url))
  },
  'GET /api/deliveries/:id': (state, _, id) => {
    return ok(endpoints.deliveries.show.responses[200], find(state.deliveries, id, 'delivery'))
  },
  'POST /api/deliveries/:id/replay': (state, request, id) => {
    requireVerb(state, 'deliveries:replay')
    return once(state, request, () => {
      const delivery = find(state.deliveries, id, 'delivery')
      if (!hasEnded(delivery)) {
        throw new ApiProblem(409, 'delivery.not_ended', 'The delivery is being processed; replay it afterwards')
      }
      return created(endpoints.deliveries.replay.responses[201], replayOf(state, delivery))
    })
  },
  'POST /api/deliveries/replay': (state, request) => {
    requireVerb(state, 'deliveries:replay')
    return once(state, request, () => {
      const wanted = fitting(state, ReplayDeliveries.parse(request.body)).filter(
        (delivery) => hasEnded(delivery) && delivery.ingress !== 'replay',
      )
      if (wanted.length > MAX_AT_ONCE) {
        const detail = `More than ${MAX_AT_ONCE} deliveries fit; ask for a shorter time`
        throw new ApiProblem(400, 'delivery.too_many', 'Too many deliveries at once', detail)
      }
      for (const delivery of wanted) replayOf(state, delivery)
      return accepted(endpoints.deliveries.replayMany.responses[202], { replayed: wanted.length })
    })
  },
}

const hasEnded = ({ status }: DeliveryDetail) => status === 'completed' || status === 'failed'

function replayOf(state: ApiState, delivery: DeliveryDetail): DeliveryDetail {
  const receivedAt = new Date().toISOString()
  const replay: DeliveryDetail = {
    ...delivery,
    id: idOf(900_000 + state.deliveries.length),
    ingress: 'replay',
    replayOf: delivery.replayOf ?? delivery.id,
    status: 'queued',
    attempt: 0,
    receivedAt,
    processedAt: null,
    nextAttemptAt: receivedAt,
    error: null,
    outcome: null,
    runs: [],
    replays: [],
  }
  state.deliveries.push(replay)
  delivery.replays.unshift({ id: replay.id, status: replay.status, receivedAt })
  return replay
}

function fitting(state: ApiState, filter: DeliveryFilter): DeliveryDetail[] {
  return state.deliveries.filter((delivery) => fits(delivery, filter)).toSorted((a, b) => (a.id < b.id ? 1 : -1))
}

function fits(delivery: DeliveryDetail, filter: DeliveryFilter): boolean {
  const { status, provider, eventType } = filter
  const isSame = (wanted: string | undefined, given: string) => wanted === undefined || wanted === given
  const isWanted =
    isSame(status, delivery.status) && isSame(provider, delivery.provider) && isSame(eventType, delivery.eventType)
  return isWanted && isWithin(delivery, filter) && isAbout(delivery, filter)
}

function isWithin({ receivedAt }: DeliveryDetail, { from, to }: DeliveryFilter): boolean {
  const at = Date.parse(receivedAt)
  return (from === undefined || at >= Date.parse(from)) && (to === undefined || at < Date.parse(to))
}

function isAbout(delivery: DeliveryDetail, { result, triggerId, q }: DeliveryFilter): boolean {
  const decisions = delivery.outcome?.decisions ?? []
  return (
    (result === undefined || RESULTS[result](delivery)) &&
    (triggerId === undefined || decisions.some((decision) => decision.triggerId === triggerId)) &&
    (q === undefined || JSON.stringify(delivery).toLowerCase().includes(q.toLowerCase()))
  )
}

const RESULTS: Record<NonNullable<DeliveryFilter['result']>, (delivery: DeliveryDetail) => boolean> = {
  started: ({ outcome }) => (outcome?.created ?? 0) > 0,
  duplicate: ({ outcome }) => outcome?.created === 0 && outcome.duplicates > 0,
  not_matched: ({ status, outcome }) => status === 'completed' && outcome?.matched === 0,
  failed: ({ status }) => status === 'failed',
}
