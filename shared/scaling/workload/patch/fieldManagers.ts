import { quote } from '../../../schedule/index.ts'
import type { FieldOwner } from '../../cluster/workload.ts'

/** Our own name, in managedFields and in Events. */
export const fieldManager = 'aks-scale-to-zero'

/** The tools of Git that are known by more than who has set the replicas. */
export const gitTools = {
  // ArgoCDSSAManager in argo-cd common/common.go; older ones and client-side syncs have the program's name.
  argoCd: /^argocd-(application-)?controller$/,
  // controllerName in kustomize-controller main.go
  kustomizeController: /^kustomize-controller$/,
}

/** The one who set a workload's replicas, as far as the name of its field manager tells. */
export interface Writer {
  /** `machine`: a tool that sets them again by itself. `autoscaler`: it follows others. `unknown`: anybody else. */
  kind: 'machine' | 'autoscaler' | 'unknown'
  /** The end of a sentence such as `woken by`, e.g. `Argo CD ("argocd-controller")`. */
  who: string
  /** The step that a person can take, as an imperative sentence without its full stop. */
  remedy: string
}

interface FieldManager {
  /** The whole name, in the forms that are in use. */
  name: RegExp
  /** Only a write through this subresource is meant. */
  subresource?: string
  kind: 'machine' | 'autoscaler'
  tool: string
  remedy: string
}

/**
 * The field managers of the tools that set replicas by themselves, by the names that their sources give them. Where a tool
 * sets no name, Kubernetes takes what its User-Agent has before the first slash, which is the program's file name
 * (client-go rest/config.go, and prefixFromUserAgent in the API server). The first row that fits counts.
 */
const fieldManagers: FieldManager[] = [
  {
    name: gitTools.argoCd,
    kind: 'machine',
    tool: 'Argo CD',
    remedy:
      `let its Application ignore differences of the field manager ${fieldManager} (managedFieldsManagers), and set the ` +
      'sync option RespectIgnoreDifferences=true',
  },
  {
    name: gitTools.kustomizeController,
    kind: 'machine',
    tool: 'Flux',
    remedy: 'leave its annotation kustomize.toolkit.fluxcd.io/reconcile as it is while it sleeps',
  },
  {
    // controllerName in helm-controller main.go
    name: /^helm-controller$/,
    kind: 'machine',
    tool: "Flux' helm-controller",
    remedy: 'upgrade the release while the project is awake, or take the replicas out of its values',
  },
  {
    // ManagedFieldsManager in helm pkg/kube/client.go: without one, the program's name.
    name: /^helm$/,
    kind: 'machine',
    tool: 'Helm',
    remedy: 'upgrade the release while the project is awake, or take the replicas out of its chart',
  },
  {
    // pulumi-kubernetes pull request 2271; the program was called pulumi-resource-kubernetes before.
    name: /^pulumi-(resource-)?kubernetes(-[\w-]+)?$/,
    kind: 'machine',
    tool: 'Pulumi',
    remedy: 'add "spec.replicas" to ignoreChanges of the resource',
  },
  {
    // terraform-provider-kubernetes: "Terraform" in manifest/provider/apply.go, otherwise its User-Agent HashiCorp/1.0;
    // terraform-provider-helm: the program's name.
    name: /^(Terraform|HashiCorp|terraform-provider-[\w.-]+)$/,
    kind: 'machine',
    tool: 'Terraform',
    remedy: 'add the replicas to ignore_changes in the lifecycle of the resource',
  },
  {
    // The horizontal controller scales by the subresource, and does nothing at zero (podautoscaler/horizontal.go).
    name: /^kube-controller-manager$/,
    subresource: 'scale',
    kind: 'autoscaler',
    tool: 'a HorizontalPodAutoscaler',
    remedy: 'find out who raised it first, as a HorizontalPodAutoscaler leaves alone what is at zero',
  },
  {
    // The program of KEDA's operator; its Deployment is called keda-operator.
    name: /^keda(-operator)?$/,
    kind: 'autoscaler',
    tool: 'KEDA',
    remedy: 'put its ScaledObject to zero together with it',
  },
  {
    // What kubebuilder and the Operator SDK call their programs.
    name: /^([\w.-]+-)?(operator|controller|manager|controller-manager)$/,
    kind: 'machine',
    tool: 'an operator',
    remedy: "put the operator's own object to zero, or exclude the workload from the schedule",
  },
]

/** Says who set the replicas of a workload. The name of a manager is a stranger's text, so it is quoted and cut. */
export function writerOf(owner: FieldOwner | undefined): Writer {
  if (owner === undefined) {
    return { kind: 'unknown', who: 'somebody of whom Kubernetes keeps no trace', remedy: askAround }
  }
  const row = fieldManagers.find(
    ({ name, subresource }) => name.test(owner.manager) && (subresource ?? owner.subresource) === owner.subresource,
  )
  const name = quote(owner.manager)
  if (row === undefined) return { kind: 'unknown', who: `${name}, a person or a pipeline`, remedy: askAround }
  return { kind: row.kind, who: `${row.tool} (${name})`, remedy: row.remedy }
}

const askAround = 'wake it by this API, which says who asked and why, or exclude it from the schedule'
