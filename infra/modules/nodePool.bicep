metadata description = 'The node pool of one project. It goes to zero with the project, and only Pods of the project keep its nodes.'

import { Project } from '../types.bicep'

@description('The name of the cluster, in this resource group.')
param clusterName string

@description('The project.')
param project Project

@description('Whether the pool is in the cluster already. Azure then keeps the number of nodes that it has.')
param exists bool

@description('The version of Kubernetes as major.minor.')
param kubernetesVersion string

@description('The id of the subnet of the nodes. Empty: the one that AKS manages.')
param nodesSubnetId string

var pool = project.pool

resource cluster 'Microsoft.ContainerService/managedClusters@2026-05-01' existing = {
  name: clusterName

  resource nodes 'agentPools' = {
    name: pool.name
    properties: {
      mode: 'User'
      type: 'VirtualMachineScaleSets'
      osType: 'Linux'
      osSKU: 'Ubuntu'
      orchestratorVersion: kubernetesVersion
      vmSize: pool.vmSize
      enableAutoScaling: true
      minCount: 0
      maxCount: pool.max
      // Without a count, a new pool starts with a node. With one, a pool that exists would lose the nodes that it has by day.
      ...(exists ? {} : { count: 0 })
      scaleDownMode: 'Delete'
      nodeLabels: pool.labels
      // Without it, a Pod of kube-system or of another project could run here, and would keep the node.
      nodeTaints: [
        'aks-scale-to-zero/project=${project.name}:NoSchedule'
        ...(pool.gpu ? ['sku=gpu:NoSchedule'] : [])
      ]
      ...(pool.gpu ? { gpuProfile: { driver: 'Install' } } : {})
      ...(empty(nodesSubnetId) ? {} : { vnetSubnetID: nodesSubnetId })
    }
  }
}
