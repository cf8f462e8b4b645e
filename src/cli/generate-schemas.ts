// `npm run generate-schemas`: writes the JSON Schema that the editor completes, explains and checks with, from the type
// declarations of `kubernetes-models` and `@kubernetes-models/gateway-api` (both MIT, from the Kubernetes OpenAPI
// documents). Descriptions are cut to their first sentence. Left out, and accepted whatever they hold: volumes,
// managedFields, and the status of kinds whose status nobody writes by hand.

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { CONFIGURATION_SCHEMAS } from './configuration-schema.ts';
import { SCENARIO_SCHEMA } from './scenario-schema.ts';

const OUTPUT = join('src', 'editor', 'kubernetes-schema.json');

/** Kind -> the module that declares it. */
const KINDS: Readonly<Record<string, string>> = {
  Namespace: 'kubernetes-models/v1/Namespace',
  Node: 'kubernetes-models/v1/Node',
  Pod: 'kubernetes-models/v1/Pod',
  Service: 'kubernetes-models/v1/Service',
  Endpoints: 'kubernetes-models/v1/Endpoints',
  ReplicationController: 'kubernetes-models/v1/ReplicationController',
  ConfigMap: 'kubernetes-models/v1/ConfigMap',
  Secret: 'kubernetes-models/v1/Secret',
  Deployment: 'kubernetes-models/apps/v1/Deployment',
  ReplicaSet: 'kubernetes-models/apps/v1/ReplicaSet',
  StatefulSet: 'kubernetes-models/apps/v1/StatefulSet',
  DaemonSet: 'kubernetes-models/apps/v1/DaemonSet',
  Job: 'kubernetes-models/batch/v1/Job',
  CronJob: 'kubernetes-models/batch/v1/CronJob',
  PodDisruptionBudget: 'kubernetes-models/policy/v1/PodDisruptionBudget',
  IngressClass: 'kubernetes-models/networking.k8s.io/v1/IngressClass',
  EndpointSlice: 'kubernetes-models/discovery.k8s.io/v1/EndpointSlice',
  Ingress: 'kubernetes-models/networking.k8s.io/v1/Ingress',
  NetworkPolicy: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
  Gateway: '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/Gateway',
  GatewayClass: '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/GatewayClass',
  HTTPRoute: '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute',
};

/** Types that are accepted unread: too far from the network, or written by the system only. */
const UNREAD = /\/(ManagedFieldsEntry|Volume|VolumeMount|VolumeDevice|PersistentVolumeClaim|Lifecycle|Affinity|EphemeralContainer)$/;
const UNREAD_STATUS = /\/(?!NodeStatus|ServiceStatus|LoadBalancerStatus)\w+Status$/;

type Schema = Readonly<Record<string, unknown>>;

export function main(_args: readonly string[], root: string): number {
  const definitions = new Map<string, Schema>();
  const reader = new DeclarationReader(definitions);
  const kinds = Object.entries(KINDS).map(([kind, path]) => [kind, reader.reference(reader.resolve(path, root))] as const);
  const ours = Object.entries({ Scenario: SCENARIO_SCHEMA, ...CONFIGURATION_SCHEMAS });
  for (const [kind, definition] of ours) definitions.set(kind, definition);
  const references = ours.map(([kind]) => [kind, { $ref: `#/definitions/${kind}` }] as const);
  const schema = topLevel([...kinds, ...references], Object.fromEntries(definitions));
  writeFileSync(join(root, OUTPUT), `${JSON.stringify(schema)}\n`);
  console.log(`${OUTPUT}: ${kinds.length + ours.length} kinds, ${definitions.size} definitions`);
  return 0;
}

// A kind that is not listed stays free: the engine says what it makes of it.
function topLevel(kinds: readonly (readonly [string, Schema])[], definitions: Readonly<Record<string, Schema>>): Schema {
  const apiVersions = kinds.map(([, { $ref }]) => definitions[String($ref).replace('#/definitions/', '')]).map(apiVersionOf);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $comment:
      'Made by src/cli/generate-schemas.ts from kubernetes-models and @kubernetes-models/gateway-api, MIT License, Copyright (c) 2018 Tommy Chen',
    type: 'object',
    properties: {
      apiVersion: {
        description: 'The version of the API that this object is written in.',
        anyOf: [{ enum: [...new Set(apiVersions)] }, { type: 'string' }],
      },
      kind: { description: 'What this object is.', anyOf: [{ enum: kinds.map(([kind]) => kind) }, { type: 'string' }] },
    },
    required: ['apiVersion', 'kind'],
    allOf: kinds.map(([kind, then]) => ({ if: { properties: { kind: { const: kind } }, required: ['kind'] }, then })),
    definitions,
  };
}

function apiVersionOf(schema: Schema | undefined): unknown {
  return (schema as { properties: { apiVersion: { enum: unknown[] } } }).properties.apiVersion.enum[0];
}

/** Turns one declaration file after the other into a definition, following imports as they are met. */
class DeclarationReader {
  private readonly definitions: Map<string, Schema>;

  constructor(definitions: Map<string, Schema>) {
    this.definitions = definitions;
  }

  resolve(specifier: string, from: string): string {
    if (specifier.startsWith('.')) return join(from, `${specifier}.d.ts`);
    return createRequire(join(from, 'x.js')).resolve(specifier).replace(/\.js$/, '.d.ts');
  }

  /** A `$ref` to the definition that `file` makes; short aliases (a time, a quantity) are written in place. */
  reference(file: string): Schema {
    const path = file.replace(/^.*@?kubernetes-models\/(apimachinery\/|gateway-api\/)?(apis\/)?|\.d\.ts$/g, '');
    if (UNREAD.test(`/${path}`) || UNREAD_STATUS.test(`/${path}`)) return { type: 'object' };
    // A slash would have to be escaped in every `$ref`.
    const name = path.replaceAll('/', '.');
    if (!this.definitions.has(name)) {
      // Set before it is read, for types that contain themselves.
      this.definitions.set(name, {});
      const schema = this.readFile(file);
      if (!('properties' in schema)) {
        this.definitions.delete(name);
        return schema;
      }
      this.definitions.set(name, schema);
    }
    return { $ref: `#/definitions/${name}` };
  }

  private readFile(file: string): Schema {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023, true);
    const imports = new Map<string, string>();
    for (const statement of source.statements) {
      if (!ts.isImportDeclaration(statement) || !statement.importClause?.namedBindings) continue;
      const { text } = statement.moduleSpecifier as ts.StringLiteral;
      for (const { name } of (statement.importClause.namedBindings as ts.NamedImports).elements) imports.set(name.text, text);
    }
    const find = (name: string): Schema => {
      const specifier = imports.get(name);
      if (!specifier) throw new Error(`${file}: nobody declares ${name}`);
      return this.reference(this.resolve(specifier, dirname(file)));
    };
    const declared = source.statements.find((one) => ts.isInterfaceDeclaration(one) || ts.isTypeAliasDeclaration(one));
    if (!declared) throw new Error(`${file}: no declaration`);
    // A time may be null: that is how kubectl prints creationTimestamp of an object that was never stored.
    if (/\/Time\.d\.ts$/.test(file)) return { type: ['string', 'null'] };
    return ts.isInterfaceDeclaration(declared)
      ? objectOf(declared.members, find)
      : schemaOf((declared as ts.TypeAliasDeclaration).type, find);
  }
}

type Find = (name: string) => Schema;

function objectOf(members: ts.NodeArray<ts.TypeElement>, find: Find): Schema {
  const fields = members.filter((member) => ts.isPropertySignature(member));
  const required = fields.filter((field) => !field.questionToken).map(nameOf);
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [nameOf(field), fieldOf(field, find)])),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function fieldOf(field: ts.PropertySignature, find: Find): Schema {
  const description = firstSentence(
    ts
      .getJSDocCommentsAndTags(field)
      .map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '')
      .join(' '),
  );
  return { ...(description && { description }), ...(field.type && schemaOf(field.type, find)) };
}

function schemaOf(type: ts.TypeNode, find: Find): Schema {
  if (ts.isParenthesizedTypeNode(type)) return schemaOf(type.type, find);
  if (type.kind === ts.SyntaxKind.StringKeyword) return { type: 'string' };
  if (type.kind === ts.SyntaxKind.BooleanKeyword) return { type: 'boolean' };
  // The declarations no longer tell int32 from double; among these kinds every number is whole.
  if (type.kind === ts.SyntaxKind.NumberKeyword) return { type: 'integer' };
  if (ts.isLiteralTypeNode(type)) return { enum: [literalOf(type)] };
  if (ts.isUnionTypeNode(type)) return unionOf(type, find);
  // What follows `&` only narrows one field by another's value.
  if (ts.isIntersectionTypeNode(type)) return schemaOf(type.types[0] as ts.TypeNode, find);
  if (ts.isTypeLiteralNode(type)) return literalObjectOf(type, find);
  if (ts.isArrayTypeNode(type)) return { type: 'array', items: schemaOf(type.elementType, find) };
  if (!ts.isTypeReferenceNode(type)) return {};
  const name = type.typeName.getText();
  return name === 'Array' ? { type: 'array', items: schemaOf(type.typeArguments?.[0] as ts.TypeNode, find) } : find(name);
}

function unionOf(type: ts.UnionTypeNode, find: Find): Schema {
  if (type.types.every((one) => ts.isLiteralTypeNode(one))) return { enum: type.types.map((one) => literalOf(one as ts.LiteralTypeNode)) };
  const types = type.types.map((one) => schemaOf(one, find).type);
  return types.every((one) => typeof one === 'string') ? { type: types } : {};
}

function literalObjectOf(type: ts.TypeLiteralNode, find: Find): Schema {
  const index = type.members.find((member) => ts.isIndexSignatureDeclaration(member));
  return index ? { type: 'object', additionalProperties: schemaOf(index.type, find) } : objectOf(type.members, find);
}

function literalOf(type: ts.LiteralTypeNode): unknown {
  return JSON.parse(type.getText());
}

function nameOf(field: ts.PropertySignature): string {
  return (field.name as ts.StringLiteral).text;
}

function firstSentence(text: string): string {
  const plain = text
    .replaceAll('\\*', '*')
    .replace(/( More info:)? https?:\/\/\S+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.match(/^.*?[.:](?= [A-Z*"(]|$)/)?.[0].replace(/:$/, '.') ?? plain;
}
