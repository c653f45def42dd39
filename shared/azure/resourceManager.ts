// A module of its own, so that it can be imported lazily. The client class would bring every operation of AKS.
export { createContainerService } from '@azure/arm-containerservice/api'
export { list as listAgentPools } from '@azure/arm-containerservice/api/agentPools'
export { get as getManagedCluster, listClusterUserCredentials } from '@azure/arm-containerservice/api/managedClusters'
