// The fields that manifests of every day use, in the notation of `schema-table.ts`. All of them are simulated. Left out is
// what asks for a rarer part of the engine, so that a text with any other field is known to need more.

import { structsOf } from './struct.ts';

/** The fields of a struct by its name, or undefined where it has none that are used every day. */
export const everydayStructOf = structsOf(`
ObjectMeta: annotations map[string]string, labels map[string]string, name string, namespace string
LabelSelector: matchLabels map[string]string
HTTPGetAction: path string, port IntOrString
TCPSocketAction: port IntOrString
Probe: failureThreshold int32, httpGet HTTPGetAction, initialDelaySeconds int32, periodSeconds int32, successThreshold int32, tcpSocket TCPSocketAction, timeoutSeconds int32
ContainerPort: containerPort int32, name string, protocol Protocol
ResourceRequirements: limits map[string]Quantity, requests map[string]Quantity
Container: args []string, command []string, image string, livenessProbe Probe, name string, ports []ContainerPort, readinessProbe Probe, resources ResourceRequirements, startupProbe Probe
PodSpec: containers []Container, dnsPolicy DNSPolicy, hostNetwork bool, hostname string, nodeName string, nodeSelector map[string]string, restartPolicy RestartPolicy, subdomain string, terminationGracePeriodSeconds int64
Pod: apiVersion string, kind string, metadata ObjectMeta, spec PodSpec
ServicePort: name string, nodePort int32, port int32, protocol Protocol, targetPort IntOrString
ServiceSpec: clusterIP string, externalName string, externalTrafficPolicy ServiceExternalTrafficPolicy, internalTrafficPolicy ServiceInternalTrafficPolicy, ports []ServicePort, publishNotReadyAddresses bool, selector map[string]string, type ServiceType
Service: apiVersion string, kind string, metadata ObjectMeta, spec ServiceSpec
Namespace: apiVersion string, kind string, metadata ObjectMeta
NodeSpec: podCIDR string, podCIDRs []string, unschedulable bool
Node: apiVersion string, kind string, metadata ObjectMeta, spec NodeSpec
PodTemplateSpec: metadata ObjectMeta, spec PodSpec
DeploymentSpec: minReadySeconds int32, replicas int32, selector LabelSelector, template PodTemplateSpec
Deployment: apiVersion string, kind string, metadata ObjectMeta, spec DeploymentSpec
ReplicaSetSpec: minReadySeconds int32, replicas int32, selector LabelSelector, template PodTemplateSpec
ReplicaSet: apiVersion string, kind string, metadata ObjectMeta, spec ReplicaSetSpec
Scenario: apiVersion string, kind string, title string, summary string, cluster ScenarioCluster, traffic []ScenarioRequest
ScenarioCluster: cni string
ScenarioRequest: from string, to string
`);
