// The deflate dictionary of `#v1.` links: text that scenarios are likely to hold. It is part of the format: changing one
// byte breaks every link ever made, so a test holds its hash. A better dictionary belongs to a new version prefix.

/** Most likely text last, as deflate prefers near matches. */
export const dictionaryV1 = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress:
    - from:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: default
        - podSelector:
  egress:
    - to:
        - ipBlock:
            cidr: 10.0.0.0/8
kind: Ingress
  ingressClassName: nginx
  rules:
    - host: shop.example
      http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  number: 80
---
apiVersion: v1
kind: Node
metadata:
  name: node-1
spec:
  podCIDR: 10.244.1.0/24
status:
  addresses:
    - type: InternalIP
      address: 192.168.56.11
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
addressType: IPv4
---
apiVersion: packetwalk.dev/v1
kind: Scenario
title: 
summary: 
cluster:
  cni: vxlan
  cni: host-gw
  cloudProvider: true
traffic:
  - from: world
    to: http://192.168.56.11:30080
  - from: pod/default/client
    to: http://web
---
apiVersion: v1
kind: Namespace
---
apiVersion: v1
kind: Pod
metadata:
  name: client
  namespace: default
  labels:
    app: client
  annotations:
    packetwalk.dev/listen: "tcp:0.0.0.0:8080"
spec:
  nodeName: node-1
  containers:
    - name: redis
      image: redis
    - name: nginx
      image: nginx
    - name: curl
      image: curlimages/curl
      readinessProbe:
        httpGet:
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: ExternalName
  externalName: example.com
  type: LoadBalancer
  externalTrafficPolicy: Local
  type: NodePort
  clusterIP: None
  sessionAffinity: ClientIP
  selector:
    app: backend
    app: web
  ports:
    - name: http
      protocol: TCP
      port: 80
      targetPort: 8080
      nodePort: 30080
---
apiVersion: apps/v1
kind: ReplicaSet
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: hashicorp/http-echo
          image: nginx:1.27
          ports:
            - containerPort: 80
            - containerPort: 8080
",1,[["d","default","web-"],["s","pod/default/client","http://web"]],[1,1,1],"Service/default/web","objects","hops"]`;
