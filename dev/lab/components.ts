/** A Go module folder under `components/`. There are several modules because their dependencies conflict. */
export type Module =
  | 'etcd'
  | 'kubernetes'
  | 'kwok'
  | 'karpenter'
  | 'helm3'
  | 'helm4'
  | 'kubeconform'
  | 'crds'
  | 'keda'
  | 'flux'
  | 'fluxSources'
  | 'prometheus'

/** A part of the lab that comes from a Go module: a binary to build, or files in the module. */
export type Component = {
  module: Module
  /** The Go module whose version, read from `components/<module>/go.mod`, keys the cache. */
  versionOf: string
} & ({ binary: string; goPackage: string; linkFlags?: (version: string) => string } | { files: string; from: string[] })

// Without these flags the API server reports the version v0.0.0, which clients refuse.
function kubernetesVersion(version: string): string {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.')
  const names = { gitVersion: version, gitMajor: major, gitMinor: minor }
  return Object.entries(names)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ')
}

function kubernetes(binary: string): Component {
  return {
    module: 'kubernetes',
    versionOf: 'k8s.io/kubernetes',
    binary,
    goPackage: `k8s.io/kubernetes/cmd/${binary}`,
    linkFlags: kubernetesVersion,
  }
}

function kwok(binary: string): Component {
  return { module: 'kwok', versionOf: 'sigs.k8s.io/kwok', binary, goPackage: `sigs.k8s.io/kwok/cmd/${binary}` }
}

/** The binary `helm3` or `helm4`. Without the flag, Helm reports no version but its major and minor one. */
function helm(major: 3 | 4): Component {
  const versionOf = `helm.sh/helm/v${major}`
  return {
    module: `helm${major}`,
    versionOf,
    binary: `helm${major}`,
    goPackage: `${versionOf}/cmd/helm`,
    linkFlags: (version) => `-X ${versionOf}/internal/version.version=${version}`,
  }
}

const karpenter = { module: 'karpenter', versionOf: 'sigs.k8s.io/karpenter' } as const

/** What every lab needs, in the order of the build. Versions are pinned in `components/<module>/go.mod`. */
export const components: readonly Component[] = [
  { module: 'etcd', versionOf: 'go.etcd.io/etcd/server/v3', binary: 'etcd', goPackage: 'go.etcd.io/etcd/server/v3' },
  kubernetes('kube-apiserver'),
  kubernetes('kube-controller-manager'),
  kubernetes('kube-scheduler'),
  kubernetes('kubectl'),
  kwok('kwok'),
  kwok('kwokctl'),
  // Its package is also named kwok, after the cloud that it simulates.
  { ...karpenter, binary: 'karpenter', goPackage: 'sigs.k8s.io/karpenter/kwok' },
  { ...karpenter, files: 'karpenter-crds', from: ['pkg/apis/crds', 'kwok/apis/crds'] },
]

const prometheus = (binary: 'prometheus' | 'promtool'): Component => ({
  module: 'prometheus',
  versionOf: 'github.com/prometheus/prometheus',
  binary,
  goPackage: `github.com/prometheus/prometheus/cmd/${binary}`,
})
const kustomizeController = 'github.com/fluxcd/kustomize-controller'

const keda = { module: 'keda', versionOf: 'github.com/kedacore/keda/v2' } as const

/** The definition of a kind of others, which the chart can make an object of. */
const definition = (files: string, versionOf: string, from: string): Component => ({
  module: 'crds',
  versionOf,
  files,
  from: [from],
})

/** What people use with such a cluster. It is built when it is asked for, and no lab needs it. */
export const tools = {
  helm: [
    helm(3),
    helm(4),
    {
      module: 'kubeconform',
      versionOf: 'github.com/yannh/kubeconform',
      binary: 'kubeconform',
      goPackage: 'github.com/yannh/kubeconform/cmd/kubeconform',
    },
    definition(
      'httproutes.yaml',
      'sigs.k8s.io/gateway-api',
      'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
    ),
    ...['servicemonitors', 'prometheusrules'].map((kind) =>
      definition(
        `${kind}.yaml`,
        'github.com/prometheus-operator/prometheus-operator',
        `example/prometheus-operator-crd/monitoring.coreos.com_${kind}.yaml`,
      ),
    ),
  ],
  keda: [
    { ...keda, binary: 'keda-operator', goPackage: 'github.com/kedacore/keda/v2/cmd/operator' },
    { ...keda, files: 'keda-crds', from: ['config/crd/bases'] },
  ],
  // The sources are objects only: no lab runs Flux' source-controller.
  flux: [
    {
      module: 'flux',
      versionOf: kustomizeController,
      binary: 'kustomize-controller',
      goPackage: kustomizeController,
    },
    { module: 'flux', versionOf: kustomizeController, files: 'flux-crds', from: ['config/crd/bases'] },
    {
      module: 'fluxSources',
      versionOf: 'github.com/fluxcd/source-controller',
      files: 'flux-source-crds',
      from: ['config/crd/bases'],
    },
  ],
  prometheus: [prometheus('prometheus'), prometheus('promtool')],
} as const satisfies Record<string, readonly Component[]>

export type Tool = keyof typeof tools
export const toolNames = Object.keys(tools) as Tool[]

/** The tools that `up --with` adds to a lab, because they run in a cluster. */
export const addOns = ['keda', 'flux'] as const satisfies readonly Tool[]
export type AddOn = (typeof addOns)[number]

/** The name of a component's file or folder in the cache. */
export const artifactOf = (component: Component): string => ('binary' in component ? component.binary : component.files)

/** The version that a go.mod requires of a module, such as `v1.36.3`. @throws when it requires none. */
export function requiredVersion(goMod: string, module: string): string {
  for (const line of goMod.split('\n')) {
    const [name, version] = line
      .trim()
      .replace(/^require /, '')
      .split(/\s+/)
    if (name === module && version?.startsWith('v')) return version
  }
  throw new Error(`go.mod requires no version of ${module}`)
}

/** The Go version that a go.mod's `go` line asks for, such as `1.26.6`. */
export function requiredGo(goMod: string): string {
  const version = /^go (\S+)$/m.exec(goMod)?.[1]
  if (!version) throw new Error('go.mod has no go line')
  return version
}
