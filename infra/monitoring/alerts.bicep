metadata description = 'The alerts, and the action group that they tell. alerts.json has their texts, infra/queries/ their queries.'

@description('The region.')
param location string

@description('The tags of all resources.')
param tags { *: string }

@description('The resource id of the workspace.')
param workspaceId string

@description('The resource id of the component.')
param componentId string

@description('The e-mail address that alerts are sent to. Empty: they are seen in the Portal only.')
param email string

@description('Whether an availability test asks healthUrl. The address is known only when the function app is there, so it cannot tell.')
param withAvailabilityTest bool

@description('The address /health of the function app.')
param healthUrl string

@description('The resource id of our own cluster. Empty: there are no alerts about the metrics of its autoscaler.')
param clusterId string

@description('The names of all alerts begin with it.')
param namePrefix string

@description('Where the documents are, for the links in the descriptions. The default is their folder in the repository.')
param documentsUrl string = 'docs/'

@description('How long a timer may tell of no run. It must be about three times the interval of SCHEDULE_TICK.')
param timerSilence 'PT15M' | 'PT30M' | 'PT1H' | 'PT6H' = 'PT15M'

@description('How many Pods may wait for a node on average over an hour. Ten Pods that wait 6 minutes when a project wakes are 1.')
@minValue(1)
param waitingPods int = 1

var texts = loadJsonContent('alerts.json')
var descriptions = mapValues(
  texts,
  text => '${text.when} First: ${text.first} See ${documentsUrl}troubleshooting.md#${text.entry}'
)

resource actions 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${namePrefix}-actions'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'scale2zero'
    emailReceivers: empty(email) ? [] : [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// An event is looked for in a longer time than passes between two evaluations, since it may come in minutes late.
// What is told once must not be called resolved soon after. So such an alert has no state: it mutes itself for as long
// as it sees the same event.
var logAlerts = [
  {
    key: 'timer-silent'
    query: loadTextContent('../queries/timers-without-tick.kql')
    splitBy: 'Timer'
    every: 'PT5M'
    window: timerSilence
    isToldOnce: false
  }
  {
    key: 'sweep-failed'
    query: loadTextContent('../queries/failed-sweeps.kql')
    splitBy: 'Project'
    every: 'PT5M'
    window: 'PT15M'
    isToldOnce: false
  }
  {
    key: 'fault'
    query: loadTextContent('../queries/faults.kql')
    splitBy: 'Project'
    every: 'PT15M'
    window: 'PT30M'
    isToldOnce: true
  }
  {
    key: 'nodes-held'
    query: loadTextContent('../queries/nodes-held.kql')
    splitBy: 'Project'
    every: 'PT15M'
    window: 'PT30M'
    isToldOnce: true
  }
  {
    key: 'put-back'
    query: loadTextContent('../queries/put-back.kql')
    splitBy: 'Project'
    every: 'PT15M'
    window: 'PT30M'
    isToldOnce: true
  }
  {
    key: 'requests-failed'
    query: loadTextContent('../queries/failed-requests.kql')
    splitBy: ''
    every: 'PT5M'
    window: 'PT15M'
    isToldOnce: false
  }
]

resource logAlert 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in logAlerts: {
    name: '${namePrefix}-${alert.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: texts[alert.key].title
      description: descriptions[alert.key]
      severity: texts[alert.key].severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: alert.every
      windowSize: alert.window
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            dimensions: empty(alert.splitBy) ? [] : [{ name: alert.splitBy, operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: !alert.isToldOnce
      ...(alert.isToldOnce ? { muteActionsDuration: alert.window } : {})
      actions: { actionGroups: [actions.id] }
      // A table of a new workspace may not exist before its first row. npm run check:infra checks the queries.
      skipQueryValidation: true
    }
  }
]

resource availabilityTest 'Microsoft.Insights/webtests@2022-06-15' = if (withAvailabilityTest) {
  name: '${namePrefix}-health'
  location: location
  // The Portal finds the test of a component by this tag.
  tags: union(tags, { 'hidden-link:${componentId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: '${namePrefix}-health'
    Name: 'GET /health'
    Enabled: true
    Kind: 'standard'
    // Each run is charged, and starts an instance of the app: 3 places at every 15 minutes are 8,640 runs in 30 days.
    Frequency: 900
    Timeout: 30
    RetryEnabled: true
    Locations: [{ Id: 'us-va-ash-azr' }, { Id: 'emea-nl-ams-azr' }, { Id: 'apac-jp-kaw-edge' }]
    Request: {
      RequestUrl: healthUrl
      HttpVerb: 'GET'
      ParseDependentRequests: false
      FollowRedirects: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unavailable 'Microsoft.Insights/metricAlerts@2026-01-01' = if (withAvailabilityTest) {
  name: '${namePrefix}-unavailable'
  location: 'global'
  tags: tags
  properties: {
    description: '${texts.unavailable.title}. ${descriptions.unavailable}'
    severity: texts.unavailable.severity
    enabled: true
    scopes: [availabilityTest.id, componentId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: availabilityTest.id
      componentId: componentId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: actions.id }]
  }
}

var autoscalerAlerts = [
  {
    key: 'pods-wait'
    metric: 'cluster_autoscaler_unschedulable_pods_count'
    operator: 'GreaterThanOrEqual'
    threshold: waitingPods
    window: 'PT1H'
  }
  {
    key: 'autoscaler-stopped'
    metric: 'cluster_autoscaler_cluster_safe_to_autoscale'
    operator: 'LessThan'
    // It is 1 while the cluster is safe, and 0 otherwise.
    threshold: json('0.5')
    window: 'PT15M'
  }
]

resource autoscalerAlert 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for alert in autoscalerAlerts: if (!empty(clusterId)) {
    name: '${namePrefix}-${alert.key}'
    location: 'global'
    tags: tags
    properties: {
      description: '${texts[alert.key].title}. ${descriptions[alert.key]}'
      severity: texts[alert.key].severity
      enabled: true
      scopes: [clusterId]
      evaluationFrequency: 'PT5M'
      windowSize: alert.window
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alert.key
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: 'Microsoft.ContainerService/managedClusters'
            metricName: alert.metric
            timeAggregation: 'Average'
            operator: alert.operator
            threshold: alert.threshold
          }
        ]
      }
      autoMitigate: true
      actions: [{ actionGroupId: actions.id }]
    }
  }
]
