/** The names that identify an AKS cluster. */
export interface Names {
  subscriptionId: string
  resourceGroup: string
  clusterName: string
}

/** A user-assigned managed identity. Clients name it by its client id; Kubernetes and ARM know it by its object id. */
export interface Identity {
  clientId: string
  objectId: string
}

/** The names of the fake's cluster. */
export const theNames: Names = {
  subscriptionId: '5ca1e000-0000-4000-8000-000000000001',
  resourceGroup: 'rg-scale-to-zero',
  clusterName: 'aks-shared',
}

/** The fake's identity by default. */
export const theIdentity: Identity = {
  clientId: 'c11e0000-0000-4000-8000-000000000002',
  objectId: '0b1ec700-0000-4000-8000-000000000003',
}

/** The roles of the function app in Azure: those that infra/ assigns. */
export const theRoles = ['Azure Kubernetes Service Cluster User Role', 'Reader', 'Monitoring Metrics Publisher']
