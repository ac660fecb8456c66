import { EngineError } from '../engine-error';
import { evaluate, type Scope } from './evaluate';
import { list, text } from './functions';
import { asResources, isObject, LOOP, type Template } from './template';

/** Resolves what a loop goes over. */
type CollectionOf = (collection: unknown) => readonly string[];

/**
 * A template with the fragments of its loops repeated, once for each value of their collection.
 *
 * @param file of the template, for errors
 * @param scope knows parameters and mappings: a loop is expanded before there are resources
 * @throws EngineError InvalidIntrinsic, UnresolvedReference, NotATemplate
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 */
export function withoutLoops(template: Template, file: string, scope: Scope): Template {
  if (!template.hasLoops) return template;
  const collectionOf: CollectionOf = (collection) =>
    list(evaluate(collection, scope), 'Fn::ForEach').map((value) => text(value, 'Fn::ForEach'));
  const { Conditions, Resources, Outputs } = template;
  return {
    ...template,
    Conditions: expand(Conditions, collectionOf) as Template['Conditions'],
    Resources: asResources(expand(Resources, collectionOf) as object, file),
    Outputs: expand(Outputs, collectionOf) as Template['Outputs'],
  };
}

function expand(node: unknown, collectionOf: CollectionOf): unknown {
  if (Array.isArray(node)) return node.map((item) => expand(item, collectionOf));
  if (!isObject(node)) return node;
  const entries = expandEntries(node, collectionOf);
  const twice = entries.find(([key], at) => entries.findIndex(([other]) => other === key) < at);
  if (twice) throw new EngineError('InvalidIntrinsic', `Fn::ForEach makes ${twice[0]} twice`);
  return Object.fromEntries(entries);
}

function expandEntries(node: Record<string, unknown>, collectionOf: CollectionOf): [string, unknown][] {
  return Object.entries(node).flatMap(([key, value]): [string, unknown][] =>
    key.startsWith(LOOP)
      ? iterations(key, value, collectionOf).flatMap((fragment) => expandEntries(fragment, collectionOf))
      : [[key, expand(value, collectionOf)]],
  );
}

function iterations(loop: string, parts: unknown, collectionOf: CollectionOf): Record<string, unknown>[] {
  const [identifier, collection, fragment] = Array.isArray(parts) ? (parts as unknown[]) : [];
  if (typeof identifier !== 'string' || collection === undefined || !isObject(fragment)) {
    throw new EngineError('InvalidIntrinsic', `${loop} needs an identifier, a collection and a fragment`);
  }
  return collectionOf(collection).map(
    (value) => substitute(fragment, identifier, value) as Record<string, unknown>,
  );
}

/** `${Name}` is the value, `&{Name}` its letters and digits, a reference to the name the value, too. */
function substitute(node: unknown, identifier: string, value: string): unknown {
  if (typeof node === 'string') {
    return node
      .replaceAll(`\${${identifier}}`, () => value)
      .replaceAll(`&{${identifier}}`, () => value.replace(/[^A-Za-z0-9]/g, ''));
  }
  if (Array.isArray(node)) return node.map((item) => substitute(item, identifier, value));
  if (!isObject(node)) return node;
  const entries = Object.entries(node);
  if (entries.length === 1 && node.Ref === identifier) return value;
  return Object.fromEntries(
    entries.map(([key, item]) => [
      substitute(key, identifier, value) as string,
      substitute(item, identifier, value),
    ]),
  );
}
