import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import type { V1Deployment } from '@kubernetes/client-node'
import { downLab, type Lab, upLab } from '../../../dev/lab/index.ts'
import { tick } from '../../hosts.ts'
import { waitFor } from '../../waitFor.ts'
import { samplesOf } from '../samples.ts'
import { type GitSource, startGitSource } from './gitSource.ts'
import { describeWithTool } from './withTool.ts'

jest.setTimeout(10 * 60_000)
// A lab of its own: the other tests have no Flux.
const name = 'e2e-flux'
const report = (line: string) => process.stderr.write(`${line}\n`)
const namespace = 'project-a'
const prefix = 'aks-scale-to-zero'
const reconcile = 'kustomize.toolkit.fluxcd.io/reconcile'
const minutes = (count: number) => count * 60_000

/** The cron line of every day at the minute that was or is so many minutes from now, in UTC. */
const lineAt = (fromNow: number) => {
  const time = new Date(Date.now() + minutes(fromNow))
  return `${time.getUTCMinutes()} ${time.getUTCHours()} * * *`
}

/** A Deployment as Git has it. Its Pods run nowhere. */
const inGit = (app: string, { replicas = 2, version = '1' } = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: app, namespace },
  spec: {
    replicas,
    selector: { matchLabels: { app } },
    template: {
      metadata: { labels: { app, version } },
      spec: { nodeSelector: { nowhere: 'true' }, containers: [{ name: 'app', image: 'registry.k8s.io/pause:3.10' }] },
    },
  },
})

await describeWithTool('flux', "Flux' kustomize-controller", () => {
  let lab: Lab
  let git: GitSource
  let kubectl: (args: string, input?: object) => string
  let samples: ReturnType<typeof samplesOf>
  let sample: V1Deployment

  beforeAll(async () => {
    // A killed run may have left it.
    await downLab({ name, report })
    lab = await upLab({ name, addOns: ['flux'], apiAuth: 'key', report })
    git = await startGitSource()
    kubectl = (args, input) =>
      execFileSync(lab.kubectl, ['--kubeconfig', lab.kubeconfig, ...args.split(' ')], {
        encoding: 'utf8',
        input: input === undefined ? '' : JSON.stringify(input),
      })
    samples = samplesOf(lab.kubeconfig)
    await samples.waitUntilRunning('a')
    const manifest = readFileSync('samples/app-a/deployment.yaml', 'utf8')
    sample = JSON.parse(
      execFileSync(
        lab.kubectl,
        ['create', '--dry-run=client', '-o', 'json', '-f', '-', '--kubeconfig', lab.kubeconfig],
        {
          encoding: 'utf8',
          input: manifest,
        },
      ),
    )
    const flux = (kind: string, group: string, spec: object) =>
      kubectl('apply -f -', {
        apiVersion: `${group}.toolkit.fluxcd.io/v1`,
        kind,
        metadata: { name: 'apps', namespace: 'flux-system' },
        spec,
      })
    flux('GitRepository', 'source', { interval: '1h', url: 'https://git.example.com/apps' })
    flux('Kustomization', 'kustomize', {
      interval: '5s',
      retryInterval: '5s',
      prune: true,
      path: './',
      sourceRef: { kind: 'GitRepository', name: 'apps' },
    })
  })
  afterAll(async () => {
    git?.close()
    await downLab({ name, report })
  })

  interface Kustomization {
    status?: {
      lastAppliedRevision?: string
      inventory?: { entries: { id: string }[] }
      conditions?: { type: string; message?: string }[]
    }
  }
  const kustomization = (): Kustomization =>
    JSON.parse(kubectl('get kustomizations.kustomize.toolkit.fluxcd.io apps -n flux-system -o json'))
  const inventory = () => kustomization().status?.inventory?.entries.map(({ id }) => id) ?? []

  /** Merges to the main branch: waits until Flux has applied it. */
  async function merge(objects: object[]): Promise<void> {
    const artifact = git.publish(objects)
    const patch = JSON.stringify({ status: { artifact } })
    execFileSync(lab.kubectl, [
      ...['--kubeconfig', lab.kubeconfig, 'patch', 'gitrepositories.source.toolkit.fluxcd.io', 'apps'],
      ...['-n', 'flux-system', '--subresource=status', '--type=merge', '-p', patch],
    ])
    await waitFor({
      what: 'Flux has applied what is in Git',
      look: async () => kustomization().status,
      until: (status) => status?.lastAppliedRevision === artifact.revision,
    })
  }

  const read = (app: string): V1Deployment =>
    JSON.parse(kubectl(`get deployment ${app} -n ${namespace} -o json --show-managed-fields`))
  const look = (app: string) => {
    const { metadata, spec } = read(app)
    const replicasOf = metadata?.managedFields?.filter(
      ({ fieldsV1 }) =>
        (fieldsV1 as { 'f:spec'?: object })?.['f:spec'] && JSON.stringify(fieldsV1).includes('"f:replicas"'),
    )
    return {
      replicas: spec?.replicas,
      version: spec?.template.metadata?.labels?.version,
      reconcile: metadata?.annotations?.[reconcile],
      asleep: metadata?.labels?.[`${prefix}/asleep`],
      owners: replicasOf?.map(({ manager }) => manager).filter((manager) => manager !== 'kube-controller-manager'),
    }
  }
  const until = (what: string, app: string, expected: Partial<ReturnType<typeof look>>) =>
    waitFor({
      what,
      timeoutMs: minutes(2),
      look: async () => look(app),
      until: (found) =>
        Object.entries(expected).every(
          ([key, value]) => JSON.stringify(found[key as keyof typeof found]) === JSON.stringify(value),
        ),
    })
  /** Lets Flux look at everything once more. */
  async function letFluxAct(): Promise<void> {
    kubectl('scale deployment/witness -n project-a --replicas=5')
    await until('Flux has looked', 'witness', { replicas: 2 })
  }

  const post = async (path: string) => {
    const response = await fetch(`${lab.scaleApiUrl}/api/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${lab.apiKey}` },
      body: '{"reason":"nightly"}',
    })
    return (await response.json()) as {
      result?: string
      message: string
      workloads?: { name: string; result: string; why?: string }[]
    }
  }
  const timers = () => ({ url: lab.functionsUrl, key: lab.functionsKey })
  const eventsOf = (app: string, reason: string): { message: string; involvedObject: { name: string } }[] =>
    JSON.parse(kubectl(`get events -A -o json --field-selector reason=${reason},involvedObject.name=${app}`)).items

  const awake = { version: '1', reconcile: undefined, asleep: undefined, owners: ['kustomize-controller'] }
  const asleep = { replicas: 0, version: '1', reconcile: 'disabled', asleep: 'true' }
  const sampleInGit = (version: string, replicas: number) => {
    const { spec, ...rest } = structuredClone(sample)
    const template = { ...spec?.template }
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, version } }
    return { ...rest, spec: { ...spec, replicas, template } }
  }

  test('leaves alone what sleeps until the morning, and what was changed in Git meanwhile arrives then', async () => {
    const witness = inGit('witness')
    const others = (version: string) => [inGit('raised', { version }), { ...witness }]
    await merge([sampleInGit('1', 2), inGit('deleted'), ...others('1')])
    for (const app of ['sample-app-a', 'raised', 'deleted', 'witness']) {
      await until(`Flux applies ${app}`, app, { replicas: 2, ...awake })
    }
    await samples.waitUntilRunning('a')
    kubectl(`annotate deployment witness -n ${namespace} ${prefix}/exclude=true`)

    // The night of its schedule.
    const key = (field: string) => `${prefix}/${field}`
    kubectl('apply --server-side --force-conflicts -f -', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: { [key('managed')]: 'true' },
        annotations: {
          [key('scale-down')]: lineAt(-1),
          [key('scale-up')]: lineAt(8 * 60),
          [key('last-scale-down')]: new Date(Date.now() - minutes(20 * 60)).toISOString(),
        },
      },
    })
    await tick(timers(), 'nightlyScaleDown')
    for (const app of ['sample-app-a', 'raised', 'deleted']) await until(`${app} sleeps`, app, asleep)
    await letFluxAct()
    for (const app of ['sample-app-a', 'raised', 'deleted']) expect(look(app)).toMatchObject(asleep)
    await samples.waitUntilNodesGone('a')

    // In the night, somebody changes one in Git and deletes another.
    await merge([sampleInGit('2', 3), ...others('1')])
    await letFluxAct()
    expect(look('sample-app-a')).toMatchObject(asleep)
    // Flux has forgotten it and has not deleted it.
    expect(inventory().some((id) => id.includes('_deleted_'))).toBe(false)
    expect(inventory().some((id) => id.includes('_sample-app-a_'))).toBe(true)
    expect(look('deleted')).toMatchObject(asleep)

    // Without the truce Flux puts it back, and the next tick says who.
    kubectl(`annotate deployment raised -n ${namespace} ${reconcile}-`)
    await until('Flux puts it back', 'raised', { replicas: 2 })
    await tick(timers(), 'scheduledScaleUp')
    const [told] = await waitFor({
      what: 'it is told who put it back',
      look: async () => eventsOf(namespace, 'PutBack'),
      until: ({ length }) => length > 0,
    })
    expect(told?.message).toMatch(/raised \(2\) woken by Flux \("kustomize-controller"\)/)

    // The morning.
    const { workloads = [] } = await post(`projects/${namespace}/restore`)
    const results = Object.fromEntries(workloads.map(({ name: app, result }) => [app, result]))
    expect(results).toMatchObject({ 'sample-app-a': 'changed', raised: 'woken-meanwhile', deleted: 'orphaned' })
    await until('what is in Git arrives', 'sample-app-a', { ...awake, replicas: 3, version: '2' })
    await samples.waitUntilRunning('a')
    await until('Flux has the other one, too', 'raised', { ...awake, replicas: 2 })

    const why = workloads.find(({ result }) => result === 'orphaned')?.why
    expect(why).toMatch(/^Kustomization flux-system\/apps of Flux does not have it any more/)
    await letFluxAct()
    expect(look('deleted')).toMatchObject(asleep)
    await waitFor({
      what: 'it is told that it stays asleep',
      look: async () => eventsOf('deleted', 'Orphaned'),
      until: ([event]) => event?.message.startsWith('It stays asleep: Kustomization') === true,
    })
    // As the sentence says, for somebody who wants to keep it.
    kubectl(
      `label deployment deleted -n ${namespace} kustomize.toolkit.fluxcd.io/name- kustomize.toolkit.fluxcd.io/namespace-`,
    )
    expect(await post(`deployments/${namespace}/deleted/restore`)).toMatchObject({ result: 'changed' })
    await until('it runs', 'deleted', { replicas: 2, reconcile: undefined })
    await letFluxAct()
    expect(look('deleted')).toMatchObject({ replicas: 2 })
  })

  test('is given back what kubectl rollout undo has taken from it', async () => {
    const objects = (version: string) => [inGit('undone', { version }), inGit('witness')]
    await merge(objects('1'))
    await until('Flux applies it', 'undone', { replicas: 2, ...awake })
    expect(await post(`deployments/${namespace}/undone/scale-to-zero`)).toMatchObject({ result: 'changed' })
    // The controller copies the annotations of the night to the revision.
    await waitFor({
      what: 'the revision has the annotations of the night',
      look: async () => kubectl(`get replicasets -n ${namespace} -l app=undone -o json`),
      until: (found) => found.includes(reconcile),
    })
    expect(await post(`deployments/${namespace}/undone/restore`)).toMatchObject({ result: 'changed' })
    await merge(objects('2'))
    await until('the second version is there', 'undone', { ...awake, version: '2' })

    kubectl(`rollout undo deployment/undone -n ${namespace}`)
    await letFluxAct()
    expect(look('undone')).toMatchObject({ version: '1', reconcile: 'disabled', asleep: undefined })
    expect(await post(`deployments/${namespace}/undone/restore`)).toMatchObject({ result: 'already' })
    await until('Flux looks after it again', 'undone', { replicas: 2, version: '2', reconcile: undefined })
  })
})
