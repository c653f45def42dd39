module aks-scale-to-zero/lab/crds

go 1.26.0

// Definitions of what the chart can make beside the kinds of Kubernetes itself. Nothing of them is compiled.
require (
	github.com/prometheus-operator/prometheus-operator v0.85.0
	sigs.k8s.io/gateway-api v1.6.0
)
