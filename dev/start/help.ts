/** The answer to --help. */
export const help = `npm start: builds the project and runs it on this machine

  npm start                    the Azure Functions host, with a small cluster of its own, which it reaches as in Azure:
                               by managed identity, at a fake Azure
  npm run start:scale-api      the in-cluster host, with such a cluster, which it reaches by a kubeconfig

Options come after "--", as in: npm start -- --port 7072

  --port PORT                  where it listens; by default $PORT, or 7071 (functions) or 8080 (scale-api); 0: any
  --cluster embedded           a cluster of its own, whatever the environment names: the default
  --cluster kubeconfig         the cluster of $KUBECONFIG, or of ~/.kube/config
  --cluster aks                the AKS cluster of AKS_SUBSCRIPTION_ID, AKS_RESOURCE_GROUP and AKS_CLUSTER_NAME, in Azure
                               itself; AZURE_CREDENTIAL=azure-cli signs in as the person of az login
  --kubeconfig FILE            the cluster of that kubeconfig
  --context NAME               another context of the kubeconfig than its current one
  --demo                       plays a day of five projects in three time zones, five minutes in each second
  --act                        lets the timers change that other cluster; without it they run in dry run (DRY_RUN=true)
  --verbose                    prints the functions with their URLs, too
  --host functions|scale-api   which host
  --help                       this text

With its own cluster, two projects fall asleep and wake by their schedules within minutes, unless PROJECTS is set.
local.settings.json counts for what the environment lacks, except for KUBECONFIG and, with the embedded cluster, for
SCHEDULE_TICK. FUNCTIONS_KEY and API_KEY are the keys; without them each start makes its own. Ctrl-C stops everything.
`
