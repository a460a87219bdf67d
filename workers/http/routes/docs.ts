import { declaredErrors } from '#kernel/errors'
import type { Api, HttpContext } from '../context.ts'
import { apiPage, ShownDocument } from '../docs/api-page.ts'
import { errorList, errorPage } from '../docs/error-pages.ts'
import { STYLE } from '../docs/html.ts'
import { RouteNotFound } from '../errors.ts'
import { statusOfDeclared } from '../problem.ts'
import { describeApi } from './openapi.ts'

/** The pages load one style sheet from here and nothing else, from nowhere. */
const POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
const CACHED = 'public, max-age=300'

const answer = (c: HttpContext, text: string) => {
  c.header('content-security-policy', POLICY)
  c.header('cache-control', CACHED)
  return c.html(text)
}

const errors = () => declaredErrors().map((error) => ({ ...error, status: statusOfDeclared(error) }))

/** `/docs`: the reference, made of the same declarations as the routes; `/docs/errors/<code>`: where problems lead. */
export function serveDocs(api: Api): void {
  api.get('/docs', (c) => answer(c, apiPage(ShownDocument.parse(describeApi(api, c.req.url)))))
  api.get('/docs/docs.css', (c) => {
    c.header('cache-control', CACHED)
    return c.body(STYLE, 200, { 'content-type': 'text/css; charset=utf-8' })
  })
  api.get('/docs/errors', (c) => answer(c, errorList(errors())))
  api.get('/docs/errors/:code', (c) => {
    const error = errors().find(({ code }) => code === c.req.param('code'))
    if (!error) throw RouteNotFound()
    return answer(c, errorPage(error))
  })
}
