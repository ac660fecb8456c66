import Ajv, { type ErrorObject, type ValidateFunction } from 'ajv-draft-04';

/** @returns null when the text conforms, else what is wrong with it */
export type CheckBody = (text: string) => string | null;

export interface ModelSource {
  readonly apiId: string;
  readonly name: string;
  readonly schema: unknown;
}

/** How models refer to each other (AG §7.6); the host is the same in every partition and Region. */
function modelUri(apiId: string, name: string): string {
  return `https://apigateway.amazonaws.com/restapis/${apiId}/models/${name}`;
}

/**
 * The models of one REST API: JSON Schema draft 4.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
export class ModelSchemas {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, logger: false });
  private readonly names: ReadonlySet<string>;

  /** @throws Error when two models share a name */
  constructor(
    private readonly apiId: string,
    models: readonly ModelSource[],
  ) {
    this.names = new Set(models.map((m) => m.name));
    for (const { name, schema } of models) this.ajv.addSchema(asSchema(schema), modelUri(apiId, name));
  }

  /**
   * Compiles a check of request bodies. `Empty` and `Error` exist in every API and accept anything.
   *
   * @throws Error when the schema or one that it refers to is broken
   */
  check(name: string): CheckBody | null {
    if (!this.names.has(name)) return null;
    const validate = this.ajv.getSchema(modelUri(this.apiId, name)) as ValidateFunction;
    return (text) => {
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch {
        return `[Unable to parse JSON: ${text.slice(0, 100)}]`;
      }
      return validate(body) ? null : `[${(validate.errors ?? []).map(describe).join(', ')}]`;
    };
  }
}

function asSchema(schema: unknown): object {
  const value: unknown = typeof schema === 'string' ? JSON.parse(schema) : schema;
  if (typeof value !== 'object' || value === null) return {};
  // The id under which the API stores it counts, not one that the author wrote.
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'id' && key !== '$id'));
}

/** In the words of the validator that API Gateway uses, as far as they are known. */
function describe({ keyword, params, message }: ErrorObject): string {
  const p = params as { missingProperty?: string; additionalProperty?: string };
  if (keyword === 'required')
    return `object has missing required properties (["${p.missingProperty ?? ''}"])`;
  if (keyword === 'additionalProperties')
    return `object instance has properties which are not allowed by the schema: ["${p.additionalProperty ?? ''}"]`;
  return message ?? keyword;
}
