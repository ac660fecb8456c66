import { type ResolvedResource } from '../contract';
import { EngineError } from '../engine-error';
import { pseudoParameter, stackEnvironment, type StackEnvironment } from './environment';
import { evaluate, evaluateCondition, NO_VALUE, type Scope } from './evaluate';
import { generateName } from './names';
import { withoutLoops } from './loops';
import { findCycle, Once } from './once';
import { isLookedUp, parameterValue } from './parameters';
import { type StackSource } from './stack-source';
import { ownValue } from '../own-value';
import { type Template, type TemplateResource } from './template';
import { attributeOf, physicalIdOf, type ResourceView } from './types';

/** Finds what other stacks of the assembly export. */
export interface Exports {
  exported(name: string, from: StackScope): unknown;
  output(stackName: string, outputName: string, region: string): unknown;
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';

/** One stack while it is being resolved: every name in it, computed on demand. */
export class StackScope implements Scope {
  readonly env: StackEnvironment;
  /** Stacks nested in this one, by logical id; also those whose condition is false. */
  private readonly nested = new Map<string, StackScope>();
  private readonly once = new Once();
  private readonly dependencies = new Map<string, Set<string>>();
  /** The resource whose property is being resolved. */
  private current: string | undefined;
  private expanded: Template | undefined;

  constructor(
    readonly source: StackSource,
    private readonly exports: Exports,
    private readonly override: (parameter: string) => unknown,
  ) {
    this.env = stackEnvironment(source.name, source.region, source.accountId);
    for (const [logicalId, child] of source.nested) {
      const name = generateName(source.name, logicalId, `${source.name}/${logicalId}`, 128);
      const passed = (parameter: string) => {
        const given = this.property(logicalId, 'Parameters') as Record<string, unknown> | undefined;
        return given && ownValue(given, parameter);
      };
      this.nested.set(logicalId, new StackScope({ ...child, name }, exports, passed));
    }
  }

  /** The stacks nested in this one that are created. */
  children(): StackScope[] {
    return [...this.nested]
      .filter(([logicalId]) => this.holds(this.template.Resources[logicalId]?.Condition))
      .map(([, child]) => child);
  }

  ref(name: string): unknown {
    return this.parameter(name) ?? this.physicalId(name);
  }

  attribute(logicalId: string, name: string): unknown {
    this.resource(logicalId);
    return this.once.get(`${logicalId}.GetAtt(${name})`, () => {
      const child = this.nested.get(logicalId);
      if (child && name.startsWith('Outputs.')) return child.output(name.slice('Outputs.'.length));
      return attributeOf(this.view(logicalId), name);
    });
  }

  condition(name: string): boolean {
    const declared = ownValue(this.template.Conditions, name);
    if (declared === undefined) throw this.unresolved(`condition ${name} does not exist`);
    return this.once.get(`condition ${name}`, () => evaluateCondition(declared, this));
  }

  mapping(map: string, topKey: string, secondKey: string): unknown {
    return ownValue(ownValue(ownValue(this.source.template.Mappings, map) ?? {}, topKey) ?? {}, secondKey);
  }

  importValue(exportName: string): unknown {
    return this.once.get(`import ${exportName}`, () => this.exports.exported(exportName, this));
  }

  stackOutput(stackName: string, outputName: string, region: string | undefined): unknown {
    return this.once.get(`output ${stackName}.${outputName}`, () =>
      this.exports.output(stackName, outputName, region ?? this.env.region),
    );
  }

  /** The value of one of this stack's outputs. */
  output(name: string): unknown {
    const declared = ownValue(this.template.Outputs, name);
    if (!declared || !this.holds(declared.Condition)) throw this.unresolved(`output ${name} does not exist`);
    return this.once.get(`output ${name}`, () => evaluate(declared.Value, this));
  }

  outputs(): Record<string, string> {
    const active = Object.entries(this.template.Outputs).filter(([, { Condition }]) => this.holds(Condition));
    return Object.fromEntries(active.map(([name]) => [name, String(this.output(name))]));
  }

  /** Names under which the active outputs are exported, each with the output's name. */
  exportNames(): [exportName: string, outputName: string][] {
    return Object.entries(this.template.Outputs)
      .filter(([, { Condition, Export }]) => Export !== undefined && this.holds(Condition))
      .map(([name, { Export }]) => [String(evaluate(Export!.Name, this)), name]);
  }

  /**
   * Every resource whose condition holds.
   *
   * @throws CyclicReference when resources wait for each other, which CloudFormation would refuse too
   */
  resources(): ReadonlyMap<string, ResolvedResource> {
    this.validateParameters();
    const resolved = new Map<string, ResolvedResource>();
    for (const [logicalId, declared] of Object.entries(this.template.Resources)) {
      if (this.holds(declared.Condition)) resolved.set(logicalId, this.resolve(logicalId, declared));
    }
    const cycle = findCycle(this.dependencies);
    if (cycle)
      throw new EngineError('CyclicReference', `resources wait for each other: ${cycle.join(' -> ')}`);
    return resolved;
  }

  /** CloudFormation checks them all, used or not; what it would look up elsewhere matters only when used. */
  private validateParameters(): void {
    for (const [name, declared] of Object.entries(this.source.template.Parameters)) {
      if (!isLookedUp(declared)) this.ref(name);
    }
  }

  private resolve(logicalId: string, declared: TemplateResource): ResolvedResource {
    const names = Object.keys(declared.Properties ?? {});
    const values = names.map((name) => [name, this.property(logicalId, name)] as const);
    for (const id of [declared.DependsOn ?? []].flat()) {
      if (ownValue(this.template.Resources, id)) this.depend(logicalId, id);
      else
        throw located(this.unresolved(`DependsOn names ${id}, which is no resource`), this.pathOf(logicalId));
    }
    return {
      logicalId,
      type: declared.Type,
      physicalId: this.physicalId(logicalId),
      properties: Object.fromEntries(values.filter(([, value]) => value !== undefined)),
      metadata: declared.Metadata ?? {},
      path: this.pathOf(logicalId),
    };
  }

  /** A resolved property; `undefined` when absent or AWS::NoValue. */
  private property(logicalId: string, name: string): unknown {
    const declared = this.template.Resources[logicalId]?.Properties?.[name];
    if (declared === undefined) return undefined;
    return this.once.get(`${logicalId}.${name}`, () => {
      const outer = this.current;
      this.current = logicalId;
      try {
        const value = evaluate(declared, this);
        return value === NO_VALUE ? undefined : value;
      } catch (error) {
        throw located(error, this.pathOf(logicalId));
      } finally {
        this.current = outer;
      }
    });
  }

  /** The template without its loops; the parameters that these go over may come from the stack around this one. */
  private get template(): Template {
    const { template, templateFile } = this.source;
    return (this.expanded ??= withoutLoops(template, templateFile, this.beforeResources()));
  }

  /** What is known before there are resources and conditions. */
  private beforeResources(): Scope {
    const refuse = (name: string): never => {
      throw this.unresolved(`Fn::ForEach goes over a list or a parameter, and ${name} is neither`);
    };
    return {
      ref: (name) => this.parameter(name) ?? refuse(name),
      mapping: (map, topKey, secondKey) => this.mapping(map, topKey, secondKey),
      attribute: refuse,
      condition: refuse,
      importValue: refuse,
      stackOutput: refuse,
    };
  }

  /** The value of a pseudo parameter or parameter; `undefined` when there is none of that name. */
  private parameter(name: string): unknown {
    const pseudo = pseudoParameter(name, this.env);
    if (pseudo !== undefined) return pseudo;
    const declared = ownValue(this.source.template.Parameters, name);
    return (
      declared &&
      this.once.get(name, () => parameterValue(name, declared, this.override(name), this.source.name))
    );
  }

  private physicalId(logicalId: string): string {
    const { Type } = this.resource(logicalId);
    return this.once.get(`${logicalId}.Ref`, () => {
      const child = this.nested.get(logicalId);
      return child && Type === NESTED_STACK ? child.env.stackId : physicalIdOf(this.view(logicalId));
    });
  }

  private view(logicalId: string): ResourceView {
    return {
      logicalId,
      type: this.resource(logicalId).Type,
      env: this.env,
      property: (name) => this.property(logicalId, name),
      ref: () => this.physicalId(logicalId),
      attribute: (name) => this.attribute(logicalId, name),
    };
  }

  private resource(logicalId: string): TemplateResource {
    const declared = ownValue(this.template.Resources, logicalId);
    if (!declared) throw this.unresolved(`${logicalId} is neither a parameter nor a resource`);
    if (!this.holds(declared.Condition)) {
      throw this.unresolved(
        `${logicalId} is not created, since its condition ${declared.Condition} is false`,
      );
    }
    if (this.current !== undefined) this.depend(this.current, logicalId);
    return declared;
  }

  private depend(from: string, to: string): void {
    const known = this.dependencies.get(from) ?? new Set();
    this.dependencies.set(from, known.add(to));
  }

  private holds(condition: string | undefined): boolean {
    return condition === undefined || this.condition(condition);
  }

  private pathOf(logicalId: string): string {
    const noted = this.template.Resources[logicalId]?.Metadata?.['aws:cdk:path'];
    if (typeof noted === 'string') return noted;
    return this.source.paths.get(logicalId) ?? `${this.source.name}/${logicalId}`;
  }

  private unresolved(problem: string): EngineError {
    return new EngineError('UnresolvedReference', `${problem} in stack ${this.source.name}`);
  }
}

/** Adds where it happened, unless an inner resource already did. */
function located(error: unknown, path: string): unknown {
  if (!(error instanceof EngineError) || error.message.endsWith(']')) return error;
  return new EngineError(error.code, `${error.message} [${path}]`, { cause: error });
}
