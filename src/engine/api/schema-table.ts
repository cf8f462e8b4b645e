// The fields of every Kubernetes type that a manifest may hold: one line per Go struct, `field type` as Go spells the
// type. Written from the OpenAPI document of Kubernetes 1.33 as the type declarations of kubernetes-models 4.5 (MIT)
// give it, with the names of Go's string types from k8s.io/api; Gateway API types (v1.3) stand last. A type that has no line here
// is a string type. What a volume holds is not listed: no packet depends on it.

export const SCHEMA_TABLE = `
ManagedFieldsEntry: apiVersion string, fieldsType string, fieldsV1 any, manager string, operation string, subresource string, time Time
OwnerReference: apiVersion string, blockOwnerDeletion bool, controller bool, kind string, name string, uid UID
ObjectMeta: annotations map[string]string, creationTimestamp Time, deletionGracePeriodSeconds int64, deletionTimestamp Time, finalizers []string, generateName string, generation int64, labels map[string]string, managedFields []ManagedFieldsEntry, name string, namespace string, ownerReferences []OwnerReference, resourceVersion string, selfLink string, uid UID
NodeSelectorRequirement: key string, operator NodeSelectorOperator, values []string
NodeSelectorTerm: matchExpressions []NodeSelectorRequirement, matchFields []NodeSelectorRequirement
PreferredSchedulingTerm: preference NodeSelectorTerm, weight int32
NodeSelector: nodeSelectorTerms []NodeSelectorTerm
NodeAffinity: preferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm, requiredDuringSchedulingIgnoredDuringExecution NodeSelector
LabelSelectorRequirement: key string, operator LabelSelectorOperator, values []string
LabelSelector: matchExpressions []LabelSelectorRequirement, matchLabels map[string]string
PodAffinityTerm: labelSelector LabelSelector, matchLabelKeys []string, mismatchLabelKeys []string, namespaceSelector LabelSelector, namespaces []string, topologyKey string
WeightedPodAffinityTerm: podAffinityTerm PodAffinityTerm, weight int32
PodAffinity: preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm, requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm
PodAntiAffinity: preferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm, requiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm
Affinity: nodeAffinity NodeAffinity, podAffinity PodAffinity, podAntiAffinity PodAntiAffinity
ConfigMapKeySelector: key string, name string, optional bool
ObjectFieldSelector: apiVersion string, fieldPath string
ResourceFieldSelector: containerName string, divisor Quantity, resource string
SecretKeySelector: key string, name string, optional bool
EnvVarSource: configMapKeyRef ConfigMapKeySelector, fieldRef ObjectFieldSelector, resourceFieldRef ResourceFieldSelector, secretKeyRef SecretKeySelector
EnvVar: name string, value string, valueFrom EnvVarSource
ConfigMapEnvSource: name string, optional bool
SecretEnvSource: name string, optional bool
EnvFromSource: configMapRef ConfigMapEnvSource, prefix string, secretRef SecretEnvSource
ExecAction: command []string
HTTPHeader: name string, value string
HTTPGetAction: host string, httpHeaders []HTTPHeader, path string, port IntOrString, scheme URIScheme
SleepAction: seconds int64
TCPSocketAction: host string, port IntOrString
LifecycleHandler: exec ExecAction, httpGet HTTPGetAction, sleep SleepAction, tcpSocket TCPSocketAction
Lifecycle: postStart LifecycleHandler, preStop LifecycleHandler, stopSignal Signal
GRPCAction: port int32, service string
Probe: exec ExecAction, failureThreshold int32, grpc GRPCAction, httpGet HTTPGetAction, initialDelaySeconds int32, periodSeconds int32, successThreshold int32, tcpSocket TCPSocketAction, terminationGracePeriodSeconds int64, timeoutSeconds int32
ContainerPort: containerPort int32, hostIP string, hostPort int32, name string, protocol Protocol
ContainerResizePolicy: resourceName ResourceName, restartPolicy ResourceResizeRestartPolicy
ResourceClaim: name string, request string
ResourceRequirements: claims []ResourceClaim, limits map[string]Quantity, requests map[string]Quantity
AppArmorProfile: localhostProfile string, type AppArmorProfileType
Capabilities: add []string, drop []string
SELinuxOptions: level string, role string, type string, user string
SeccompProfile: localhostProfile string, type SeccompProfileType
WindowsSecurityContextOptions: gmsaCredentialSpec string, gmsaCredentialSpecName string, hostProcess bool, runAsUserName string
SecurityContext: allowPrivilegeEscalation bool, appArmorProfile AppArmorProfile, capabilities Capabilities, privileged bool, procMount ProcMountType, readOnlyRootFilesystem bool, runAsGroup int64, runAsNonRoot bool, runAsUser int64, seLinuxOptions SELinuxOptions, seccompProfile SeccompProfile, windowsOptions WindowsSecurityContextOptions
VolumeDevice: devicePath string, name string
VolumeMount: mountPath string, mountPropagation MountPropagationMode, name string, readOnly bool, recursiveReadOnly RecursiveReadOnlyMode, subPath string, subPathExpr string
Container: args []string, command []string, env []EnvVar, envFrom []EnvFromSource, image string, imagePullPolicy PullPolicy, lifecycle Lifecycle, livenessProbe Probe, name string, ports []ContainerPort, readinessProbe Probe, resizePolicy []ContainerResizePolicy, resources ResourceRequirements, restartPolicy ContainerRestartPolicy, securityContext SecurityContext, startupProbe Probe, stdin bool, stdinOnce bool, terminationMessagePath string, terminationMessagePolicy TerminationMessagePolicy, tty bool, volumeDevices []VolumeDevice, volumeMounts []VolumeMount, workingDir string
PodDNSConfigOption: name string, value string
PodDNSConfig: nameservers []string, options []PodDNSConfigOption, searches []string
EphemeralContainer: args []string, command []string, env []EnvVar, envFrom []EnvFromSource, image string, imagePullPolicy PullPolicy, lifecycle Lifecycle, livenessProbe Probe, name string, ports []ContainerPort, readinessProbe Probe, resizePolicy []ContainerResizePolicy, resources ResourceRequirements, restartPolicy ContainerRestartPolicy, securityContext SecurityContext, startupProbe Probe, stdin bool, stdinOnce bool, targetContainerName string, terminationMessagePath string, terminationMessagePolicy TerminationMessagePolicy, tty bool, volumeDevices []VolumeDevice, volumeMounts []VolumeMount, workingDir string
HostAlias: hostnames []string, ip string
LocalObjectReference: name string
PodOS: name OSName
PodReadinessGate: conditionType PodConditionType
PodResourceClaim: name string, resourceClaimName string, resourceClaimTemplateName string
PodSchedulingGate: name string
Sysctl: name string, value string
PodSecurityContext: appArmorProfile AppArmorProfile, fsGroup int64, fsGroupChangePolicy PodFSGroupChangePolicy, runAsGroup int64, runAsNonRoot bool, runAsUser int64, seLinuxChangePolicy PodSELinuxChangePolicy, seLinuxOptions SELinuxOptions, seccompProfile SeccompProfile, supplementalGroups []int64, supplementalGroupsPolicy SupplementalGroupsPolicy, sysctls []Sysctl, windowsOptions WindowsSecurityContextOptions
Toleration: effect TaintEffect, key string, operator TolerationOperator, tolerationSeconds int64, value string
TopologySpreadConstraint: labelSelector LabelSelector, matchLabelKeys []string, maxSkew int32, minDomains int32, nodeAffinityPolicy NodeInclusionPolicy, nodeTaintsPolicy NodeInclusionPolicy, topologyKey string, whenUnsatisfiable UnsatisfiableConstraintAction
TypedLocalObjectReference: apiGroup string, kind string, name string
TypedObjectReference: apiGroup string, kind string, name string, namespace string
VolumeResourceRequirements: limits map[string]Quantity, requests map[string]Quantity
PersistentVolumeClaimSpec: accessModes []PersistentVolumeAccessMode, dataSource TypedLocalObjectReference, dataSourceRef TypedObjectReference, resources VolumeResourceRequirements, selector LabelSelector, storageClassName string, volumeAttributesClassName string, volumeMode PersistentVolumeMode, volumeName string
PodSpec: activeDeadlineSeconds int64, affinity Affinity, automountServiceAccountToken bool, containers []Container, dnsConfig PodDNSConfig, dnsPolicy DNSPolicy, enableServiceLinks bool, ephemeralContainers []EphemeralContainer, hostAliases []HostAlias, hostIPC bool, hostNetwork bool, hostPID bool, hostUsers bool, hostname string, imagePullSecrets []LocalObjectReference, initContainers []Container, nodeName string, nodeSelector map[string]string, os PodOS, overhead map[string]Quantity, preemptionPolicy PreemptionPolicy, priority int32, priorityClassName string, readinessGates []PodReadinessGate, resourceClaims []PodResourceClaim, resources ResourceRequirements, restartPolicy RestartPolicy, runtimeClassName string, schedulerName string, schedulingGates []PodSchedulingGate, securityContext PodSecurityContext, serviceAccount string, serviceAccountName string, setHostnameAsFQDN bool, shareProcessNamespace bool, subdomain string, terminationGracePeriodSeconds int64, tolerations []Toleration, topologySpreadConstraints []TopologySpreadConstraint, volumes any
PodCondition: lastProbeTime Time, lastTransitionTime Time, message string, observedGeneration int64, reason string, status ConditionStatus, type PodConditionType
ResourceHealth: health string, resourceID string
ResourceStatus: name string, resources []ResourceHealth
ContainerStateRunning: startedAt Time
ContainerStateTerminated: containerID string, exitCode int32, finishedAt Time, message string, reason string, signal int32, startedAt Time
ContainerStateWaiting: message string, reason string
ContainerState: running ContainerStateRunning, terminated ContainerStateTerminated, waiting ContainerStateWaiting
LinuxContainerUser: gid int64, supplementalGroups []int64, uid int64
ContainerUser: linux LinuxContainerUser
VolumeMountStatus: mountPath string, name string, readOnly bool, recursiveReadOnly string
ContainerStatus: allocatedResources map[string]Quantity, allocatedResourcesStatus []ResourceStatus, containerID string, image string, imageID string, lastState ContainerState, name string, ready bool, resources ResourceRequirements, restartCount int32, started bool, state ContainerState, stopSignal Signal, user ContainerUser, volumeMounts []VolumeMountStatus
HostIP: ip string
PodIP: ip string
PodResourceClaimStatus: name string, resourceClaimName string
PodStatus: conditions []PodCondition, containerStatuses []ContainerStatus, ephemeralContainerStatuses []ContainerStatus, hostIP string, hostIPs []HostIP, initContainerStatuses []ContainerStatus, message string, nominatedNodeName string, observedGeneration int64, phase PodPhase, podIP string, podIPs []PodIP, qosClass PodQOSClass, reason string, resize string, resourceClaimStatuses []PodResourceClaimStatus, startTime Time
Pod: apiVersion string, kind string, metadata ObjectMeta, spec PodSpec, status PodStatus
ServicePort: appProtocol string, name string, nodePort int32, port int32, protocol Protocol, targetPort IntOrString
ClientIPConfig: timeoutSeconds int32
SessionAffinityConfig: clientIP ClientIPConfig
ServiceSpec: allocateLoadBalancerNodePorts bool, clusterIP string, clusterIPs []string, externalIPs []string, externalName string, externalTrafficPolicy ServiceExternalTrafficPolicy, healthCheckNodePort int32, internalTrafficPolicy ServiceInternalTrafficPolicy, ipFamilies []IPFamily, ipFamilyPolicy IPFamilyPolicy, loadBalancerClass string, loadBalancerIP string, loadBalancerSourceRanges []string, ports []ServicePort, publishNotReadyAddresses bool, selector map[string]string, sessionAffinity ServiceAffinity, sessionAffinityConfig SessionAffinityConfig, trafficDistribution string, type ServiceType
Condition: lastTransitionTime Time, message string, observedGeneration int64, reason string, status ConditionStatus, type string
PortStatus: error string, port int32, protocol Protocol
LoadBalancerIngress: hostname string, ip string, ipMode LoadBalancerIPMode, ports []PortStatus
LoadBalancerStatus: ingress []LoadBalancerIngress
ServiceStatus: conditions []Condition, loadBalancer LoadBalancerStatus
Service: apiVersion string, kind string, metadata ObjectMeta, spec ServiceSpec, status ServiceStatus
NamespaceSpec: finalizers []string
NamespaceCondition: lastTransitionTime Time, message string, reason string, status ConditionStatus, type string
NamespaceStatus: conditions []NamespaceCondition, phase NamespacePhase
Namespace: apiVersion string, kind string, metadata ObjectMeta, spec NamespaceSpec, status NamespaceStatus
ConfigMapNodeConfigSource: kubeletConfigKey string, name string, namespace string, resourceVersion string, uid UID
NodeConfigSource: configMap ConfigMapNodeConfigSource
Taint: effect TaintEffect, key string, timeAdded Time, value string
NodeSpec: configSource NodeConfigSource, externalID string, podCIDR string, podCIDRs []string, providerID string, taints []Taint, unschedulable bool
NodeAddress: address string, type NodeAddressType
NodeCondition: lastHeartbeatTime Time, lastTransitionTime Time, message string, reason string, status ConditionStatus, type NodeConditionType
NodeConfigStatus: active NodeConfigSource, assigned NodeConfigSource, error string, lastKnownGood NodeConfigSource
DaemonEndpoint: Port int32
NodeDaemonEndpoints: kubeletEndpoint DaemonEndpoint
NodeFeatures: supplementalGroupsPolicy bool
ContainerImage: names []string, sizeBytes int64
NodeSwapStatus: capacity int64
NodeSystemInfo: architecture string, bootID string, containerRuntimeVersion string, kernelVersion string, kubeProxyVersion string, kubeletVersion string, machineID string, operatingSystem string, osImage string, swap NodeSwapStatus, systemUUID string
NodeRuntimeHandlerFeatures: recursiveReadOnlyMounts bool, userNamespaces bool
NodeRuntimeHandler: features NodeRuntimeHandlerFeatures, name string
AttachedVolume: devicePath string, name string
NodeStatus: addresses []NodeAddress, allocatable map[string]Quantity, capacity map[string]Quantity, conditions []NodeCondition, config NodeConfigStatus, daemonEndpoints NodeDaemonEndpoints, features NodeFeatures, images []ContainerImage, nodeInfo NodeSystemInfo, phase NodePhase, runtimeHandlers []NodeRuntimeHandler, volumesAttached []AttachedVolume, volumesInUse []string
Node: apiVersion string, kind string, metadata ObjectMeta, spec NodeSpec, status NodeStatus
PodTemplateSpec: metadata ObjectMeta, spec PodSpec
ReplicationControllerSpec: minReadySeconds int32, replicas int32, selector map[string]string, template PodTemplateSpec
ReplicationControllerCondition: lastTransitionTime Time, message string, reason string, status ConditionStatus, type string
ReplicationControllerStatus: availableReplicas int32, conditions []ReplicationControllerCondition, fullyLabeledReplicas int32, observedGeneration int64, readyReplicas int32, replicas int32
ReplicationController: apiVersion string, kind string, metadata ObjectMeta, spec ReplicationControllerSpec, status ReplicationControllerStatus
ObjectReference: apiVersion string, fieldPath string, kind string, name string, namespace string, resourceVersion string, uid UID
EndpointAddress: hostname string, ip string, nodeName string, targetRef ObjectReference
EndpointPort: appProtocol string, name string, port int32, protocol Protocol
EndpointSubset: addresses []EndpointAddress, notReadyAddresses []EndpointAddress, ports []EndpointPort
Endpoints: apiVersion string, kind string, metadata ObjectMeta, subsets []EndpointSubset
ConfigMap: apiVersion string, binaryData map[string]bytes, data map[string]string, immutable bool, kind string, metadata ObjectMeta
Secret: apiVersion string, data map[string]bytes, immutable bool, kind string, metadata ObjectMeta, stringData map[string]string, type SecretType
ServiceAccount: apiVersion string, automountServiceAccountToken bool, imagePullSecrets []LocalObjectReference, kind string, metadata ObjectMeta, secrets []ObjectReference
PersistentVolumeClaimCondition: lastProbeTime Time, lastTransitionTime Time, message string, reason string, status ConditionStatus, type string
ModifyVolumeStatus: status ConditionStatus, targetVolumeAttributesClassName string
PersistentVolumeClaimStatus: accessModes []PersistentVolumeAccessMode, allocatedResourceStatuses map[string]string, allocatedResources map[string]Quantity, capacity map[string]Quantity, conditions []PersistentVolumeClaimCondition, currentVolumeAttributesClassName string, modifyVolumeStatus ModifyVolumeStatus, phase PersistentVolumeClaimPhase
PersistentVolumeClaim: apiVersion string, kind string, metadata ObjectMeta, spec PersistentVolumeClaimSpec, status PersistentVolumeClaimStatus
RollingUpdateDeployment: maxSurge IntOrString, maxUnavailable IntOrString
DeploymentStrategy: rollingUpdate RollingUpdateDeployment, type DeploymentStrategyType
DeploymentSpec: minReadySeconds int32, paused bool, progressDeadlineSeconds int32, replicas int32, revisionHistoryLimit int32, selector LabelSelector, strategy DeploymentStrategy, template PodTemplateSpec
DeploymentCondition: lastTransitionTime Time, lastUpdateTime Time, message string, reason string, status ConditionStatus, type string
DeploymentStatus: availableReplicas int32, collisionCount int32, conditions []DeploymentCondition, observedGeneration int64, readyReplicas int32, replicas int32, terminatingReplicas int32, unavailableReplicas int32, updatedReplicas int32
Deployment: apiVersion string, kind string, metadata ObjectMeta, spec DeploymentSpec, status DeploymentStatus
ReplicaSetSpec: minReadySeconds int32, replicas int32, selector LabelSelector, template PodTemplateSpec
ReplicaSetCondition: lastTransitionTime Time, message string, reason string, status ConditionStatus, type string
ReplicaSetStatus: availableReplicas int32, conditions []ReplicaSetCondition, fullyLabeledReplicas int32, observedGeneration int64, readyReplicas int32, replicas int32, terminatingReplicas int32
ReplicaSet: apiVersion string, kind string, metadata ObjectMeta, spec ReplicaSetSpec, status ReplicaSetStatus
StatefulSetOrdinals: start int32
StatefulSetPersistentVolumeClaimRetentionPolicy: whenDeleted string, whenScaled string
RollingUpdateStatefulSetStrategy: maxUnavailable IntOrString, partition int32
StatefulSetUpdateStrategy: rollingUpdate RollingUpdateStatefulSetStrategy, type StatefulSetUpdateStrategyType
StatefulSetSpec: minReadySeconds int32, ordinals StatefulSetOrdinals, persistentVolumeClaimRetentionPolicy StatefulSetPersistentVolumeClaimRetentionPolicy, podManagementPolicy PodManagementPolicyType, replicas int32, revisionHistoryLimit int32, selector LabelSelector, serviceName string, template PodTemplateSpec, updateStrategy StatefulSetUpdateStrategy, volumeClaimTemplates []PersistentVolumeClaim
StatefulSetCondition: lastTransitionTime Time, message string, reason string, status ConditionStatus, type string
StatefulSetStatus: availableReplicas int32, collisionCount int32, conditions []StatefulSetCondition, currentReplicas int32, currentRevision string, observedGeneration int64, readyReplicas int32, replicas int32, updateRevision string, updatedReplicas int32
StatefulSet: apiVersion string, kind string, metadata ObjectMeta, spec StatefulSetSpec, status StatefulSetStatus
RollingUpdateDaemonSet: maxSurge IntOrString, maxUnavailable IntOrString
DaemonSetUpdateStrategy: rollingUpdate RollingUpdateDaemonSet, type DaemonSetUpdateStrategyType
DaemonSetSpec: minReadySeconds int32, revisionHistoryLimit int32, selector LabelSelector, template PodTemplateSpec, updateStrategy DaemonSetUpdateStrategy
DaemonSetCondition: lastTransitionTime Time, message string, reason string, status ConditionStatus, type string
DaemonSetStatus: collisionCount int32, conditions []DaemonSetCondition, currentNumberScheduled int32, desiredNumberScheduled int32, numberAvailable int32, numberMisscheduled int32, numberReady int32, numberUnavailable int32, observedGeneration int64, updatedNumberScheduled int32
DaemonSet: apiVersion string, kind string, metadata ObjectMeta, spec DaemonSetSpec, status DaemonSetStatus
EndpointConditions: ready bool, serving bool, terminating bool
ForNode: name string
ForZone: name string
EndpointHints: forNodes []ForNode, forZones []ForZone
Endpoint: addresses []string, conditions EndpointConditions, deprecatedTopology map[string]string, hints EndpointHints, hostname string, nodeName string, targetRef ObjectReference, zone string
DiscoveryEndpointPort: appProtocol string, name string, port int32, protocol Protocol
EndpointSlice: addressType AddressType, apiVersion string, endpoints []Endpoint, kind string, metadata ObjectMeta, ports []DiscoveryEndpointPort
ServiceBackendPort: name string, number int32
IngressServiceBackend: name string, port ServiceBackendPort
IngressBackend: resource TypedLocalObjectReference, service IngressServiceBackend
HTTPIngressPath: backend IngressBackend, path string, pathType PathType
HTTPIngressRuleValue: paths []HTTPIngressPath
IngressRule: host string, http HTTPIngressRuleValue
IngressTLS: hosts []string, secretName string
IngressSpec: defaultBackend IngressBackend, ingressClassName string, rules []IngressRule, tls []IngressTLS
IngressPortStatus: error string, port int32, protocol Protocol
IngressLoadBalancerIngress: hostname string, ip string, ports []IngressPortStatus
IngressLoadBalancerStatus: ingress []IngressLoadBalancerIngress
IngressStatus: loadBalancer IngressLoadBalancerStatus
Ingress: apiVersion string, kind string, metadata ObjectMeta, spec IngressSpec, status IngressStatus
IngressClassParametersReference: apiGroup string, kind string, name string, namespace string, scope string
IngressClassSpec: controller string, parameters IngressClassParametersReference
IngressClass: apiVersion string, kind string, metadata ObjectMeta, spec IngressClassSpec
NetworkPolicyPort: endPort int32, port IntOrString, protocol Protocol
IPBlock: cidr string, except []string
NetworkPolicyPeer: ipBlock IPBlock, namespaceSelector LabelSelector, podSelector LabelSelector
NetworkPolicyEgressRule: ports []NetworkPolicyPort, to []NetworkPolicyPeer
NetworkPolicyIngressRule: from []NetworkPolicyPeer, ports []NetworkPolicyPort
NetworkPolicySpec: egress []NetworkPolicyEgressRule, ingress []NetworkPolicyIngressRule, podSelector LabelSelector, policyTypes []PolicyType
NetworkPolicy: apiVersion string, kind string, metadata ObjectMeta, spec NetworkPolicySpec
NamespacedPods: namespaceSelector LabelSelector, podSelector LabelSelector
ClusterPolicySubject: namespaces LabelSelector, pods NamespacedPods
ClusterPolicyPeer: domainNames []string, namespaces LabelSelector, networks []string, nodes LabelSelector, pods NamespacedPods
PortRange: end int32, start int32
DestinationPort: number int32, range PortRange
ClusterPolicyPorts: destinationPort DestinationPort
ClusterPolicyProtocol: destinationNamedPort string, sctp ClusterPolicyPorts, tcp ClusterPolicyPorts, udp ClusterPolicyPorts
ClusterPolicyRule: action string, from []ClusterPolicyPeer, name string, protocols []ClusterPolicyProtocol, to []ClusterPolicyPeer
ClusterNetworkPolicySpec: egress []ClusterPolicyRule, ingress []ClusterPolicyRule, priority int32, subject ClusterPolicySubject, tier string
ClusterNetworkPolicy: apiVersion string, kind string, metadata ObjectMeta, spec ClusterNetworkPolicySpec, status any
PodDisruptionBudgetSpec: maxUnavailable IntOrString, minAvailable IntOrString, selector LabelSelector, unhealthyPodEvictionPolicy UnhealthyPodEvictionPolicyType
PodDisruptionBudget: apiVersion string, kind string, metadata ObjectMeta, spec PodDisruptionBudgetSpec, status any
PodFailurePolicyOnExitCodesRequirement: containerName string, operator PodFailurePolicyOnExitCodesOperator, values []int32
PodFailurePolicyOnPodConditionsPattern: status ConditionStatus, type string
PodFailurePolicyRule: action PodFailurePolicyAction, onExitCodes PodFailurePolicyOnExitCodesRequirement, onPodConditions []PodFailurePolicyOnPodConditionsPattern
PodFailurePolicy: rules []PodFailurePolicyRule
SuccessPolicyRule: succeededCount int32, succeededIndexes string
SuccessPolicy: rules []SuccessPolicyRule
JobSpec: activeDeadlineSeconds int64, backoffLimit int32, backoffLimitPerIndex int32, completionMode CompletionMode, completions int32, managedBy string, manualSelector bool, maxFailedIndexes int32, parallelism int32, podFailurePolicy PodFailurePolicy, podReplacementPolicy PodReplacementPolicy, selector LabelSelector, successPolicy SuccessPolicy, suspend bool, template PodTemplateSpec, ttlSecondsAfterFinished int32
JobCondition: lastProbeTime Time, lastTransitionTime Time, message string, reason string, status ConditionStatus, type string
UncountedTerminatedPods: failed []string, succeeded []string
JobStatus: active int32, completedIndexes string, completionTime Time, conditions []JobCondition, failed int32, failedIndexes string, ready int32, startTime Time, succeeded int32, terminating int32, uncountedTerminatedPods UncountedTerminatedPods
Job: apiVersion string, kind string, metadata ObjectMeta, spec JobSpec, status JobStatus
JobTemplateSpec: metadata ObjectMeta, spec JobSpec
CronJobSpec: concurrencyPolicy ConcurrencyPolicy, failedJobsHistoryLimit int32, jobTemplate JobTemplateSpec, schedule string, startingDeadlineSeconds int64, successfulJobsHistoryLimit int32, suspend bool, timeZone string
CronJobStatus: active []ObjectReference, lastScheduleTime Time, lastSuccessfulTime Time
CronJob: apiVersion string, kind string, metadata ObjectMeta, spec CronJobSpec, status CronJobStatus
Object: apiVersion string, kind string, metadata ObjectMeta
Scenario: apiVersion string, kind string, metadata ObjectMeta, title string, summary string, cluster ScenarioCluster, traffic []ScenarioRequest, timeline []ScenarioStep, narration any, questions any, assertions any, solutions any
ScenarioCluster: cni string, cloudProvider bool, firewall ScenarioFirewall, ipFamilies []string, lag map[string]string, establishedConnections string, loadBalancer string, networkPolicy bool, nonMasqueradeCIDRs []string, podMTU int32, networkMTU int32, nodes map[string]ScenarioNode
ScenarioFirewall: allow []string
ScenarioNode: iptablesSave string, ip6tablesSave string, ipsetSave string, sysctls map[string]IntOrString
ClusterConfiguration: apiVersion string, kind string, apiServer APIServer, caCertificateValidityPeriod Duration, certificateValidityPeriod Duration, certificatesDir string, clusterName string, controlPlaneEndpoint string, controllerManager ControlPlaneComponent, dns any, encryptionAlgorithm EncryptionAlgorithmType, etcd any, featureGates map[string]bool, imageRepository string, kubernetesVersion string, networking Networking, proxy any, scheduler ControlPlaneComponent
APIServer: certSANs []string, extraArgs any, extraEnvs any, extraVolumes any, timeoutForControlPlane Duration
ControlPlaneComponent: extraArgs any, extraEnvs any, extraVolumes any
Networking: dnsDomain string, podSubnet string, serviceSubnet string
KubeProxyConfiguration: apiVersion string, kind string, bindAddress string, bindAddressHardFail bool, clientConnection any, clusterCIDR string, configSyncPeriod Duration, conntrack KubeProxyConntrackConfiguration, detectLocal DetectLocalConfiguration, detectLocalMode LocalMode, enableProfiling bool, featureGates map[string]bool, healthzBindAddress string, hostnameOverride string, iptables KubeProxyIPTablesConfiguration, ipvs KubeProxyIPVSConfiguration, logging any, metricsBindAddress string, mode ProxyMode, nftables KubeProxyNFTablesConfiguration, nodePortAddresses []string, oomScoreAdj int32, portRange string, showHiddenMetricsForVersion string, windowsRunAsService bool, winkernel any
KubeProxyIPTablesConfiguration: localhostNodePorts bool, masqueradeAll bool, masqueradeBit int32, minSyncPeriod Duration, syncPeriod Duration
KubeProxyIPVSConfiguration: excludeCIDRs []string, minSyncPeriod Duration, scheduler string, strictARP bool, syncPeriod Duration, tcpFinTimeout Duration, tcpTimeout Duration, udpTimeout Duration
KubeProxyNFTablesConfiguration: masqueradeAll bool, masqueradeBit int32, minSyncPeriod Duration, syncPeriod Duration
KubeProxyConntrackConfiguration: maxPerCore int32, min int32, tcpBeLiberal bool, tcpCloseWaitTimeout Duration, tcpEstablishedTimeout Duration, udpStreamTimeout Duration, udpTimeout Duration
DetectLocalConfiguration: bridgeInterface string, interfaceNamePrefix string
ScenarioRequest: from string, to string
ScenarioStep: at string, run string, send ScenarioLoad, apply string
ScenarioLoad: from string, to string, times int32, every string
IPAddressPoolSpec: addresses []string, autoAssign bool, avoidBuggyIPs bool, serviceAllocation any
IPAddressPool: apiVersion string, kind string, metadata ObjectMeta, spec IPAddressPoolSpec, status any
L2AdvertisementSpec: interfaces []string, ipAddressPoolSelectors []LabelSelector, ipAddressPools []string, nodeSelectors []LabelSelector
L2Advertisement: apiVersion string, kind string, metadata ObjectMeta, spec L2AdvertisementSpec, status any
GatewayClassSpec: controllerName string, description string, parametersRef any
GatewayClass: apiVersion string, kind string, metadata ObjectMeta, spec GatewayClassSpec, status any
SecretObjectReference: group string, kind string, name string, namespace string
GatewayTLSConfig: certificateRefs []SecretObjectReference, frontendValidation any, mode string, options map[string]string
RouteGroupKind: group string, kind string
RouteNamespaces: from string, selector LabelSelector
AllowedRoutes: kinds []RouteGroupKind, namespaces RouteNamespaces
Listener: allowedRoutes AllowedRoutes, hostname string, name string, port int32, protocol string, tls GatewayTLSConfig
GatewaySpecAddress: type string, value string
GatewaySpec: addresses []GatewaySpecAddress, allowedListeners any, gatewayClassName string, infrastructure any, listeners []Listener, tls any
Gateway: apiVersion string, kind string, metadata ObjectMeta, spec GatewaySpec, status any
RouteParentReference: group string, kind string, name string, namespace string, port int32, sectionName string
HTTPHeaderMatch: name string, type string, value string
HTTPQueryParamMatch: name string, type string, value string
HTTPPathMatch: type string, value string
HTTPRouteMatch: headers []HTTPHeaderMatch, method string, path HTTPPathMatch, queryParams []HTTPQueryParamMatch
HTTPHeaderFilter: add []HTTPHeader, remove []string, set []HTTPHeader
HTTPPathModifier: replaceFullPath string, replacePrefixMatch string, type string
HTTPRequestRedirectFilter: hostname string, path HTTPPathModifier, port int32, scheme string, statusCode int32
HTTPURLRewriteFilter: hostname string, path HTTPPathModifier
HTTPRouteFilter: cors any, extensionRef any, requestHeaderModifier HTTPHeaderFilter, requestMirror any, requestRedirect HTTPRequestRedirectFilter, responseHeaderModifier HTTPHeaderFilter, type string, urlRewrite HTTPURLRewriteFilter
HTTPBackendRef: filters []HTTPRouteFilter, group string, kind string, name string, namespace string, port int32, weight int32
HTTPRouteTimeouts: backendRequest string, request string
HTTPRouteRule: backendRefs []HTTPBackendRef, filters []HTTPRouteFilter, matches []HTTPRouteMatch, name string, retry any, sessionPersistence any, timeouts HTTPRouteTimeouts
HTTPRouteSpec: hostnames []string, parentRefs []RouteParentReference, rules []HTTPRouteRule, useDefaultGateways string
HTTPRoute: apiVersion string, kind string, metadata ObjectMeta, spec HTTPRouteSpec, status any
ReferenceGrantFrom: group string, kind string, namespace string
ReferenceGrantTo: group string, kind string, name string
ReferenceGrantSpec: from []ReferenceGrantFrom, to []ReferenceGrantTo
ReferenceGrant: apiVersion string, kind string, metadata ObjectMeta, spec ReferenceGrantSpec
`;
