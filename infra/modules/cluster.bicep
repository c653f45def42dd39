metadata description = 'The AKS cluster with its system pool. The pools of the projects are in nodePool.bicep.'

import { Tags } from '../types.bicep'

@description('The name of the cluster.')
param name string

@description('Where it is.')
param location string

@description('Its tags.')
param tags Tags

@description('The id of the identity by which the cluster manages its load balancers and disks.')
param identityId string

@description('The version of Kubernetes as major.minor. Patches are applied by AKS.')
param kubernetesVersion string

@description('The tier of the control plane. Free has no service level agreement.')
param tier 'Free' | 'Standard' | 'Premium'

@description('The size of the machines of the system pool: 4 or more vCPU, and no B series.')
param systemVmSize string

@description('The number of nodes of the system pool.')
@minValue(2)
param systemNodes int

@description('The distance of the working day from UTC, such as +09:00. Upgrades happen on Tuesdays and Wednesdays from 10:00 to 14:00 there.')
param utcOffset string

@description('The id of the subnet of the nodes. Empty: the cluster has a network of its own, and a public API server.')
param nodesSubnetId string

@description('The id of the workspace of Container Insights. Empty: it is off.')
param containerInsightsWorkspaceId string

var isPrivate = !empty(nodesSubnetId)

resource cluster 'Microsoft.ContainerService/managedClusters@2026-05-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: 'Base'
    tier: tier
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    kubernetesVersion: kubernetesVersion
    dnsPrefix: name
    supportPlan: 'KubernetesOfficial'
    enableRBAC: true
    disableLocalAccounts: true
    aadProfile: {
      managed: true
      enableAzureRBAC: true
      tenantID: tenant().tenantId
    }
    oidcIssuerProfile: {
      enabled: true
    }
    securityProfile: {
      workloadIdentity: {
        enabled: true
      }
    }
    apiServerAccessProfile: isPrivate
      ? {
          enablePrivateCluster: true
          enablePrivateClusterPublicFQDN: false
          // AKS makes the zone in the group of the nodes, and links it to their network.
          privateDNSZone: 'system'
        }
      : {
          enablePrivateCluster: false
        }
    networkProfile: {
      networkPlugin: 'azure'
      networkPluginMode: 'overlay'
      networkDataplane: 'cilium'
      networkPolicy: 'cilium'
      loadBalancerSku: 'standard'
      outboundType: 'loadBalancer'
      podCidr: '10.244.0.0/16'
      serviceCidr: '10.0.0.0/16'
      dnsServiceIP: '10.0.0.10'
    }
    agentPoolProfiles: [
      {
        name: 'system'
        mode: 'System'
        type: 'VirtualMachineScaleSets'
        osType: 'Linux'
        osSKU: 'Ubuntu'
        orchestratorVersion: kubernetesVersion
        vmSize: systemVmSize
        // A fixed number: a system pool never goes to zero, and the autoscaler would only add nodes to it.
        enableAutoScaling: false
        count: systemNodes
        nodeTaints: ['CriticalAddonsOnly=true:NoSchedule']
        ...(isPrivate ? { vnetSubnetID: nodesSubnetId } : {})
      }
    ]
    // AKS takes texts, also for numbers and yes or no. The last two let a node go whose only Pods are of kube-system, or
    // have files of their own.
    autoScalerProfile: {
      'scan-interval': '10s'
      'scale-down-unneeded-time': '3m'
      'scale-down-delay-after-add': '3m'
      'skip-nodes-with-system-pods': 'false'
      'skip-nodes-with-local-storage': 'false'
    }
    autoUpgradeProfile: {
      upgradeChannel: 'patch'
      nodeOSUpgradeChannel: 'NodeImage'
    }
    addonProfiles: {
      omsagent: {
        enabled: !empty(containerInsightsWorkspaceId)
        ...(empty(containerInsightsWorkspaceId)
          ? {}
          : {
              config: {
                logAnalyticsWorkspaceResourceID: containerInsightsWorkspaceId
                // Sends by a managed identity, and not by a key of the workspace.
                useAADAuth: 'true'
              }
            })
      }
    }
  }
}

// By day: an upgrade puts a new node beside each old one, and at night it would wake what sleeps.
resource upgrades 'Microsoft.ContainerService/managedClusters/maintenanceConfigurations@2026-05-01' = [
  for window in [
    { name: 'aksManagedAutoUpgradeSchedule', day: 'Tuesday' }
    { name: 'aksManagedNodeOSUpgradeSchedule', day: 'Wednesday' }
  ]: {
    parent: cluster
    name: window.name
    properties: {
      maintenanceWindow: {
        schedule: {
          weekly: {
            dayOfWeek: window.day
            intervalWeeks: 1
          }
        }
        durationHours: 4
        startTime: '10:00'
        utcOffset: utcOffset
      }
    }
  }
]

@description('The object id of the identity by which the nodes pull images.')
output kubeletPrincipalId string = cluster.properties.identityProfile!.kubeletidentity.objectId!
