import { expect, test } from '@jest/globals'
import { appA, Client } from '../dev/cluster/cluster.ts'
import { embeddedForAll } from '../kubernetes/embeddedFor.ts'
import { projectA } from '../scaling/projects.ts'
import { apiOn } from './apiOn.ts'

const at = embeddedForAll()

const markup = '</script><img src=x onerror="alert(1)">&#x27;'

/** The answer as its text, once it is sure that no browser takes it for a page. */
async function textOf(response: Response): Promise<string> {
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  return response.text()
}

test('markup in reasons and annotations comes out as text of JSON, unchanged', async () => {
  const { api } = apiOn(at.client.cluster, { projects: [projectA] })
  const post = (path: string, body: object) => api.request(path, { method: 'POST', body: JSON.stringify(body) })
  await new Client(at.embedded).patch(appA, { metadata: { annotations: { 'aks-scale-to-zero/exclude': markup } } })
  await post('/api/v1/projects/a/keep-awake', { reason: markup, until: new Date(Date.now() + 3_600_000).toISOString() })
  const project = JSON.parse(await textOf(await api.request('/api/v1/projects/a'))) as { project: object }
  expect(project).toMatchObject({ project: { exceptions: [{ reason: markup }] } })
  expect(JSON.stringify(project)).toContain(JSON.stringify(markup).slice(1, -1))
})

test.each([
  ['a path', '/api/v1/<img src=x onerror=alert(1)>', undefined],
  ['a name', '/api/v1/projects/%3Cscript%3E', undefined],
  ['a body', '/api/v1/projects/a/keep-awake', '{"<img src=x>":1'],
  ['a field', '/api/v1/projects/a/keep-awake', '{"<img src=x>":1}'],
])('markup in %s comes back in an error that is no page', async (_what, path, body) => {
  const { api } = apiOn(at.client.cluster, { projects: [projectA] })
  const response = await api.request(path, body === undefined ? {} : { method: 'POST', body })
  expect(response.status).toBeGreaterThanOrEqual(400)
  expect(JSON.parse(await textOf(response))).toMatchObject({ status: 'error' })
})
