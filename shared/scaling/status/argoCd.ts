import type { Workload } from '../cluster/workload.ts'
import { fieldManager } from '../workload/patch/fieldManagers.ts'

/**
 * The settings by which Argo CD leaves alone what we have written, as long as it is ours: its differences are ignored, and a
 * sync respects that. https://argo-cd.readthedocs.io/en/stable/user-guide/diffing/
 */
export const argoCdSettings = {
  /** Of an Application. */
  application: {
    spec: {
      ignoreDifferences: [{ group: '*', kind: '*', managedFieldsManagers: [fieldManager] }],
      syncPolicy: { syncOptions: ['RespectIgnoreDifferences=true'] },
    },
  },
  /** Of the ConfigMap `argocd-cm`, instead of `ignoreDifferences` in each Application. The sync option stays with each. */
  instance: {
    data: { 'resource.customizations.ignoreDifferences.all': `managedFieldsManagers:\n- ${fieldManager}\n` },
  },
}

/** Anybody who may write to a workload can name another Application on each. */
const mostApplications = 20

/** The names of the Applications that workloads belong to, as many as a person reads. */
export const argoApplicationsOf = (workloads: Workload[]): string[] => {
  const names = workloads.flatMap(({ argoApplication }) => argoApplication ?? [])
  return [...new Set(names)].toSorted().slice(0, mostApplications)
}
