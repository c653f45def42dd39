import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { V1Deployment } from '@kubernetes/client-node'
import { tick } from '../hosts.ts'
import { waitFor } from '../waitFor.ts'
import { readTarget } from './target.ts'

const target = readTarget()
const ours = 'aks-scale-to-zero'
const argo = 'argocd-controller'
const minutes = (count: number) => count * 60_000

const kubectl = (args: string[], input?: object): string =>
  execFileSync(target.kubectl, ['--kubeconfig', target.kubeconfig, ...args], {
    encoding: 'utf8',
    input: input === undefined ? '' : JSON.stringify(input),
  })

/** The cron line of every day at the minute that was or is so many minutes from now, in UTC. */
const lineAt = (fromNow: number) => {
  const time = new Date(Date.now() + minutes(fromNow))
  return `${time.getUTCMinutes()} ${time.getUTCHours()} * * *`
}

type Way = 'server' | 'client'

/**
 * Argo CD as its source has it (3.6: controller/sync.go, util/argo/managedfields, gitops-engine resource_ops.go): a sync is
 * `kubectl apply` in its name, by the server with force. It is no part of this machine, so its requests are played here.
 */
function argoCd(namespace: string, way: Way) {
  const read = (): V1Deployment =>
    JSON.parse(kubectl(['get', 'deployment', 'web', '-n', namespace, '-o', 'json', '--show-managed-fields']))
  const inGit = ({ version, replicas }: { version: string; replicas: number }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: 'web',
      namespace,
      annotations: { 'argocd.argoproj.io/tracking-id': `shop:apps/Deployment:${namespace}/web` },
    },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web', version } },
        spec: { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
      },
    },
  })
  /** With RespectIgnoreDifferences, what a trusted manager owns and has changed is applied as it is (normalizeTargetResources). */
  function respecting(git: ReturnType<typeof inGit>): ReturnType<typeof inGit> {
    const { metadata, spec } = read()
    const trusts = metadata?.managedFields?.some(
      ({ manager, fieldsV1 }) =>
        manager === ours && (fieldsV1 as { 'f:spec'?: Record<string, object> })['f:spec']?.['f:replicas'] !== undefined,
    )
    return trusts ? { ...git, spec: { ...git.spec, replicas: spec?.replicas ?? 1 } } : git
  }
  return {
    /** @param settings whether the Application has the two settings */
    sync(git: Parameters<typeof inGit>[0], settings: boolean): void {
      const object = settings ? respecting(inGit(git)) : inGit(git)
      const flags = way === 'server' ? ['--server-side', '--force-conflicts'] : []
      kubectl(['apply', ...flags, `--field-manager=${argo}`, '-f', '-'], object)
    },
    look() {
      const { metadata, spec } = read()
      const owners = metadata?.managedFields?.filter(
        ({ fieldsV1 }) => (fieldsV1 as { 'f:spec'?: Record<string, object> })['f:spec']?.['f:replicas'] !== undefined,
      )
      return {
        replicas: spec?.replicas,
        version: spec?.template.metadata?.labels?.version,
        owners: owners?.map(({ manager }) => manager).toSorted(),
      }
    },
  }
}

describe.each<Way>(['server', 'client'])("what Argo CD applies on the %s's side", (way) => {
  const namespace = `e2e-argo-${way}`
  const application = argoCd(namespace, way)
  const timers = { url: target.functionsUrl, key: target.functionsKey }
  const until = (what: string, expected: Partial<ReturnType<typeof application.look>>) =>
    waitFor({
      what,
      look: async () => application.look(),
      until: (found) =>
        Object.entries(expected).every(
          ([key, value]) => JSON.stringify(found[key as keyof typeof found]) === JSON.stringify(value),
        ),
    })
  const call = async (method: string, path: string) => {
    const response = await fetch(`${target.scaleApiUrl}/api/v1/projects/${namespace}${path}`, {
      method,
      headers: { authorization: `Bearer ${target.apiKey}` },
      ...(method === 'POST' && { body: '{"reason":"morning"}' }),
    })
    return response.json()
  }
  const forget = () => {
    const annotations = {
      'last-scale-down': new Date(Date.now() - minutes(20 * 60)).toISOString(),
      'asleep-since': null,
      'put-back': null,
    }
    const prefixed = Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`${ours}/${key}`, value]))
    kubectl([
      'patch',
      'namespace',
      namespace,
      '--type=merge',
      '-p',
      JSON.stringify({ metadata: { annotations: prefixed } }),
    ])
  }
  async function fallAsleep(): Promise<void> {
    forget()
    await tick(timers, 'nightlyScaleDown')
    await until('it sleeps', { replicas: 0 })
    // The memory is written last, and only then the project is to be asleep.
    await waitFor({
      what: 'it is remembered as asleep',
      look: async () => kubectl(['get', 'namespace', namespace, '-o', 'json']),
      until: (text) => text.includes(`${ours}/asleep-since`),
    })
  }

  beforeAll(() => {
    const metadata = {
      name: namespace,
      labels: { [`${ours}/managed`]: 'true' },
      annotations: { [`${ours}/scale-down`]: lineAt(-1), [`${ours}/scale-up`]: lineAt(8 * 60) },
    }
    kubectl(['apply', '-f', '-'], { apiVersion: 'v1', kind: 'Namespace', metadata })
    application.sync({ version: '1', replicas: 2 }, false)
  })
  afterAll(() => {
    kubectl(['delete', 'namespace', '--wait=false', namespace])
  })

  test('is put back without the settings, and the next tick says by whom and what to do', async () => {
    await fallAsleep()
    application.sync({ version: '1', replicas: 2 }, false)
    await until('Argo CD has put it back', { replicas: 2 })
    await tick(timers, 'scheduledScaleUp')
    const selector = `reason=PutBack,involvedObject.name=${namespace}`
    const [told] = await waitFor<{ message: string }[]>({
      what: 'it is told',
      look: async () => JSON.parse(kubectl(['get', 'events', '-A', '-o', 'json', '--field-selector', selector])).items,
      until: ({ length }) => length > 0,
    })
    expect(told?.message).toMatch(/web \(2\) woken by Argo CD \("argocd-controller"\): let its Application ignore/)
    expect(await call('GET', '')).toMatchObject({
      project: {
        argo_cd: {
          applications: ['shop'],
          settings: {
            application: {
              spec: {
                ignoreDifferences: [{ group: '*', kind: '*', managedFieldsManagers: [ours] }],
                syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
              },
            },
          },
        },
      },
    })
    await call('POST', '/restore')
  }, 120_000)

  test('sleeps through the night with them, and what was changed in Git arrives', async () => {
    application.sync({ version: '1', replicas: 2 }, true)
    await fallAsleep()
    for (const _sync of ['first', 'second']) application.sync({ version: '1', replicas: 2 }, true)
    expect(application.look()).toMatchObject({ replicas: 0, version: '1' })
    // Changed in Git at night: the version is there at once, the replicas in the morning.
    application.sync({ version: '2', replicas: 3 }, true)
    expect(application.look()).toMatchObject({ replicas: 0, version: '2' })

    expect(await call('POST', '/restore')).toMatchObject({ workloads: [{ result: 'changed', target_replicas: 2 }] })
    await waitFor({
      what: 'the fields are given back',
      look: async () => application.look(),
      until: ({ owners }) => owners?.includes(ours) === false,
    })
    application.sync({ version: '2', replicas: 3 }, true)
    expect(application.look()).toEqual({ replicas: 3, version: '2', owners: [argo] })
  }, 120_000)
})
