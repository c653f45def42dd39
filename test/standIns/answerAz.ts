import { readFileSync, writeFileSync } from 'node:fs'
import { faultOf, readAzTable } from '../../dev/infra/azCommands/table.ts'
import type { Finished } from '../../infra/hooks/run/command.ts'
import type { World } from './world.ts'

class AzError extends Error {}

const table = readAzTable()

/** A call, and what was called before it. */
interface Call {
  words: string[]
  world: World
  /** The earlier calls of all tools, each with its name first. */
  earlier: string[][]
}

/** What az says to a call. It takes what the real one takes, by its table, and refuses the rest. */
export function answerAz({ words, world, earlier }: Call): Finished {
  try {
    const fault = faultOf(table, { words, isComplete: true })
    if (fault !== undefined) throw new AzError(fault)
    const [, answer] =
      Object.entries(answers).find(([command]) => `${words.join(' ')} `.startsWith(`${command} `)) ?? []
    if (answer === undefined) throw new AzError(`the stand-in for az does not know: ${words.join(' ')}`)
    if (world.user === undefined && words[0] !== 'version') throw new AzError("Please run 'az login' to setup account.")
    const option = (name: string) => words[words.indexOf(name) + 1] ?? ''
    const said = answer(world, { option, words, earlier })
    return { code: 0, stdout: said === undefined ? '' : JSON.stringify(said), stderr: '' }
  } catch (error) {
    if (!(error instanceof AzError)) throw error
    return { code: 1, stdout: '', stderr: `ERROR: ${error.message}\n` }
  }
}

type Answer = (world: World, call: Pick<Call, 'words' | 'earlier'> & { option(name: string): string }) => unknown

const answers: Record<string, Answer> = {
  version: () => ({ 'azure-cli': '2.91.0' }),
  'account show': ({ user }, { option }) => ({ id: option('--subscription'), user }),
  'account get-access-token': ({ objectId, easyAuthToken }, { words }) => {
    if (!words.includes('--resource')) return { accessToken: `x.${encode({ oid: objectId })}.x` }
    if (easyAuthToken === undefined) throw new AzError('AADSTS65001: The user or administrator has not consented')
    return { accessToken: easyAuthToken }
  },
  'provider list': ({ providers }) =>
    [...providers, 'Microsoft.Cdn'].map((namespace) => ({
      namespace,
      registrationState: namespace === 'Microsoft.Cdn' ? 'NotRegistered' : 'Registered',
    })),
  'provider register': ({ registers }) => {
    if (!registers) throw new AzError('(AuthorizationFailed) The client does not have authorization to perform action')
  },
  'functionapp list-flexconsumption-locations': ({ flexLocations }) => flexLocations.map((name) => ({ name })),
  'functionapp list-flexconsumption-runtimes': ({ nodeVersions }) =>
    nodeVersions.map((version) => ({ name: 'node', version })),
  'functionapp keys list': ({ hostKey }) => ({ functionKeys: { default: hostKey }, masterKey: 'm', systemKeys: {} }),
  'aks get-versions': ({ kubernetesVersions }) => ({
    values: kubernetesVersions.map((version) => ({
      version,
      isPreview: null,
      patchVersions: { [`${version}.3`]: {} },
    })),
  }),
  'aks list': ({ clusters }) => clusters,
  'aks show': ({ cluster }) => cluster,
  'aks get-credentials': ({ kubeconfig }, { option }) => writeFileSync(option('--file'), kubeconfig),
  'vm list-skus': ({ skus }) => skus,
  'vm list-usage': ({ usages }) => usages,
  rest: ({ permissions, tick }, { option }) => {
    if (option('--url').includes('Microsoft.Authorization/permissions')) return { value: permissions }
    const { query } = JSON.parse(readFileSync(option('--body').slice(1), 'utf8')) as { query: string }
    if (!query.includes('Tick')) throw new AzError(`The query could not be parsed: ${query}`)
    // An aggregation without rows gives one empty value.
    return { tables: [{ name: 'PrimaryResult', columns: [{ name: 'First' }], rows: [[tick ?? null]] }] }
  },
  'acr repository show': (_world, { option, earlier }) => {
    const image = option('--image')
    const isBuilt = earlier.some((call) =>
      call.join(' ').includes(`acr build --registry ${option('--name')} --image ${image} `),
    )
    if (!isBuilt) throw new AzError('Error: repository or tag is not found.')
    return { name: image }
  },
  'acr build': ({ acrBuilds }) => {
    if (!acrBuilds)
      throw new AzError('(TasksOperationsNotAllowed) ACR Tasks requests for the registry are not permitted')
  },
  'acr login': () => undefined,
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
