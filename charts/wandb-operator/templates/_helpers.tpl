{{- define "wandb-operator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "wandb-operator.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else if contains (include "wandb-operator.name" .) .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "wandb-operator.name" .) | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What belongs to no namespace must not meet a second release of the same name. */}}
{{- define "wandb-operator.clusterName" -}}
{{- $name := include "wandb-operator.fullname" . -}}
{{- if eq $name .Release.Namespace -}}{{- $name -}}{{- else -}}{{- printf "%s-%s" $name .Release.Namespace | trunc 63 | trimSuffix "-" -}}{{- end -}}
{{- end -}}

{{- define "wandb-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "wandb-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "wandb-operator.labels" -}}
{{ include "wandb-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "wandb-operator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "wandb-operator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- required "serviceAccount.name is needed where serviceAccount.create is false" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Arguments: context, image. */}}
{{- define "wandb-operator.imageOf" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $registry := default $image.registry $root.Values.imageRegistry | trimSuffix "/" -}}
{{- $name := ternary (printf "%s/%s" $registry $image.repository) $image.repository (ne $registry "") -}}
{{- if $image.digest -}}{{- printf "%s@%s" $name $image.digest -}}{{- else -}}{{- printf "%s:%s" $name (default $root.Chart.AppVersion $image.tag) -}}{{- end -}}
{{- end -}}

{{/* Secret with somebody else's certificate; empty: the operator's own. */}}
{{- define "wandb-operator.foreignCertificate" -}}
{{- if .Values.certificates.certManager.enabled -}}
{{- default (printf "%s-tls" (include "wandb-operator.fullname" .)) .Values.certificates.secretName -}}
{{- else -}}
{{- .Values.certificates.secretName -}}
{{- end -}}
{{- end -}}

{{- define "wandb-operator.testNamespace" -}}
{{- default (first (append .Values.watchNamespaces "default")) .Values.test.namespace -}}
{{- end -}}

{{- define "wandb-operator.check" -}}
{{- if and (eq .Values.rbac.scope "namespaced") (not .Values.watchNamespaces) -}}
{{- fail "rbac.scope is namespaced: name the namespaces in watchNamespaces" -}}
{{- end -}}
{{- if has .Release.Namespace .Values.watchNamespaces -}}
{{- fail (printf "watchNamespaces names %s, the operator's own namespace, whose pods are never injected" .Release.Namespace) -}}
{{- end -}}
{{- if and .Values.webhook.caBundle (not (include "wandb-operator.foreignCertificate" .)) -}}
{{- fail "webhook.caBundle is given: name the Secret of its certificate in certificates.secretName, or leave both to the operator" -}}
{{- end -}}
{{- if and .Values.certificates.secretName (not .Values.certificates.certManager.enabled) (not .Values.webhook.caBundle) -}}
{{- fail "certificates.secretName is given: give webhook.caBundle, too, or nobody would trust it" -}}
{{- end -}}
{{- if and .Values.podDisruptionBudget.enabled (ge (int .Values.podDisruptionBudget.minAvailable) (int .Values.replicas)) (gt (int .Values.replicas) 1) -}}
{{- fail (printf "podDisruptionBudget.minAvailable %d of %d replicas would keep nodes from being drained" (int .Values.podDisruptionBudget.minAvailable) (int .Values.replicas)) -}}
{{- end -}}
{{- end -}}

{{- define "wandb-operator.securityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end -}}

{{- define "wandb-operator.podSecurityContext" -}}
runAsNonRoot: true
{{- if not (kindIs "invalid" .Values.runAsUser) }}
runAsUser: {{ .Values.runAsUser }}
runAsGroup: {{ .Values.runAsUser }}
fsGroup: {{ .Values.runAsUser }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* What is needed in every namespace with training pods; equals deploy/12-clusterrole-workloads.yaml. */}}
{{- define "wandb-operator.workloadRules" -}}
- apiGroups: [wandb-operator.io]
  resources: [wandbruns, wandbprofiles]
  verbs: [get, list, watch]
- apiGroups: [wandb-operator.io]
  resources: [wandbruns/status, wandbprofiles/status]
  verbs: [patch]
# How containers ended, and what a pod belongs to.
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch]
# What the agent's resources must fit into.
- apiGroups: [""]
  resources: [limitranges, resourcequotas]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
{{- end -}}

{{/* Where security context constraints of OpenShift give all containers of a namespace one user, an agent as root would have its pod refused, and needs not be. */}}
{{- define "wandb-operator.defaults" -}}
{{- $defaults := deepCopy .Values.defaults -}}
{{- if .Capabilities.APIVersions.Has "security.openshift.io/v1" -}}
{{- $_ := set $defaults "agent" (mergeOverwrite (dict "runAsNonRoot" true) ($defaults.agent | default dict)) -}}
{{- end -}}
{{- toYaml $defaults -}}
{{- end -}}
