import { expect, test } from 'vitest';
import { parseManifest } from './parse-manifest.ts';

test('of an Ingress, annotations that a controller would read and the simulation does not are marked', () => {
  const text = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  annotations:
    nginx.ingress.kubernetes.io/ssl-redirect: "false"
    nginx.ingress.kubernetes.io/rewrite-target: /$2
    example.com/team: shop
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
  tls: [{hosts: [shop.example], secretName: shop-tls}]
`;
  const notes = parseManifest(text).problems.map(({ severity, message, range }) => `${severity} ${range.startLine} ${message}`);
  expect(notes).toEqual(['not-simulated 7 nginx.ingress.kubernetes.io/rewrite-target is accepted, not simulated']);
});
