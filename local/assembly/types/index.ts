import { placeholder } from '../placeholder';
import { ownValue } from '../../own-value';
import { API_GATEWAY_TYPES } from './api-gateway';
import { arn, named, type ResourceView, type TypeIdentity } from './identity';
import { LAMBDA_TYPES } from './lambda';
import { OTHER_TYPES } from './others';

export { type ResourceView } from './identity';

const KNOWN = new Map<string, TypeIdentity>(
  Object.entries({ ...API_GATEWAY_TYPES, ...LAMBDA_TYPES, ...OTHER_TYPES }),
);

const UNKNOWN: TypeIdentity = {
  ref: named('Name'),
  // Shaped like most ARNs, because it is likely to be put into a policy or taken apart.
  attributes: {
    Arn: (resource) => {
      const [, service = 'custom', kind = 'resource'] = resource.type.toLowerCase().split('::');
      return arn(service, (name) => `${kind}/${name}`)(resource);
    },
  },
};

/** What `Ref` gives for a resource of any type. */
export function physicalIdOf(resource: ResourceView): string {
  return (KNOWN.get(resource.type) ?? UNKNOWN).ref(resource);
}

/** What `Fn::GetAtt` gives: for an attribute that the engine does not know, a placeholder. */
export function attributeOf(resource: ResourceView, name: string): unknown {
  const compute = ownValue((KNOWN.get(resource.type) ?? UNKNOWN).attributes ?? {}, name);
  return compute ? compute(resource) : placeholder(resource.logicalId, name);
}
